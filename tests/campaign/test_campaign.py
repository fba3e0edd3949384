"""A share of the campaign: the first schedules, the same ones each time."""

from collections.abc import Iterator

import pytest

from tests.campaign.hunt import hunt
from tests.campaign.mutants.table import MUTANTS
from tests.campaign.schedules.actions import (
    KINDS,
    Action,
    Exchange,
    Submit,
    from_json,
    to_json,
)
from tests.campaign.schedules.chance import Schedules
from tests.campaign.schedules.driver import Campaign, campaign

SCHEDULES, SHARES = 80, 8
EACH = SCHEDULES // SHARES


@pytest.fixture(scope="module")
def one() -> Iterator[Campaign]:
    with campaign() as made:
        yield made


@pytest.mark.parametrize("share", range(SHARES))
def test_no_schedule_breaks_a_promise(one: Campaign, share: int) -> None:
    for seed in range(share * EACH + 1, (share + 1) * EACH + 1):
        result = one.play(Schedules(seed).make(), seed)
        assert not result.reason, f"seed {seed}: {result.trace}\n{to_json(result.schedule)}"


def test_the_share_has_actions_of_every_kind() -> None:
    played = [action for seed in range(1, SCHEDULES + 1) for action in Schedules(seed).make()]
    assert {type(action) for action in played} == {*KINDS.values()}


@pytest.mark.parametrize("name", MUTANTS)
def test_every_rule_is_where_its_mutant_breaks_it(name: str) -> None:
    """A rule that was moved would else be missed only when somebody hunts."""
    with MUTANTS[name].breaking():
        pass


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
    assert hunt(one, name, range(1, 20)).seed


def test_a_failing_schedule_is_shortened_to_what_matters(one: Campaign) -> None:
    noise: list[Action] = [Submit("pc1"), Exchange("hub")]
    schedule = [*noise, Submit("pc0"), Exchange("pc0"), *noise]
    with MUTANTS["acknowledged before the commit"].breaking():
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
