"""A share of the campaign: as many schedules as fit into a short time, the same ones each time."""

import time
from collections.abc import Iterator

import pytest

from tests.campaign.actions import Action, Exchange, Submit, from_json, to_json
from tests.campaign.chance import Schedules
from tests.campaign.driver import Campaign, campaign
from tests.campaign.mutants import MUTANTS

BUDGET_S = 12.0  # of one share; two of them run side by side
MOST, SHARES = 250, 2


@pytest.fixture(scope="module")
def one() -> Iterator[Campaign]:
    with campaign() as made:
        yield made


@pytest.mark.parametrize("share", range(SHARES))
def test_no_schedule_breaks_a_promise(one: Campaign, share: int) -> None:
    end_s, played = time.monotonic() + BUDGET_S, 0
    for seed in range(1 + share, 1 + SHARES * MOST, SHARES):
        result = one.play(Schedules(seed).make(), seed)
        played += 1
        assert not result.reason, f"seed {seed}: {result.reason}\n{to_json(result.schedule)}"
        if time.monotonic() > end_s:
            break
    assert played


# each breaks another kind of promise, and is caught within a few schedules
@pytest.mark.parametrize(
    "name",
    [
        "station deletes on custody",
        "station keeps no journal",
        "acknowledged before the commit",
    ],
)
def test_a_broken_rule_is_found(one: Campaign, name: str) -> None:
    with MUTANTS[name]():
        reasons = [one.play(Schedules(seed).make(), seed).reason for seed in range(1, 5)]
    assert any(reasons)


def test_a_failing_schedule_is_shortened_to_what_matters(one: Campaign) -> None:
    noise: list[Action] = [Submit("pc1"), Exchange("hub")]
    schedule = [*noise, Submit("pc0"), Exchange("pc0"), *noise]
    with MUTANTS["acknowledged before the commit"]():
        failed = one.play(schedule, 1)
        assert failed.reason
        shorter = one.shorten(failed)
    assert shorter.reason
    assert len(shorter.schedule) < len(schedule)


def test_a_schedule_survives_being_printed() -> None:
    for seed in range(1, 200):
        schedule = Schedules(seed).make()
        assert from_json(to_json(schedule)) == schedule


def test_a_seed_stands_for_one_schedule() -> None:
    assert Schedules(7).make() == Schedules(7).make()
    assert Schedules(7).make() != Schedules(8).make()
