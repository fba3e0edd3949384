"""Budgets: what may be said, and that the strictest holds whoever says it."""

from typing import Any

import pytest
from hypothesis import given

from protocol.codec import pack, unpack
from protocol.envelope.envelope import Lane
from protocol.errors import MalformedError, UsageError
from protocol.limits import MAX_WINDOWS
from protocol.trust.budget import Budget, LaneBudget, Plan, Rule, read_budget
from tests.builders.budgets import BUDGETS, NIGHT


def test_a_settings_table_becomes_a_budget() -> None:
    found = read_budget({"link": {"bytes_per_s": 4000}, "blobs": {"windows": [NIGHT]}})
    assert found == Budget(
        link=LaneBudget(bytes_per_s=4000), blobs=LaneBudget(windows=("* 22-23,0-5 * * *",))
    )


@pytest.mark.parametrize(
    "plain",
    [
        "night",
        {"photos": {}},
        {"link": {"bytes_per_s": 1023}},
        {"link": {"bytes_per_s": "fast"}},
        {"link": {"bytes_per_day": -1}},
        {"blobs": {"windows": NIGHT}},
        {"blobs": {"windows": ["* 22-5 * * *"]}},
        {"blobs": {"windows": [NIGHT] * (MAX_WINDOWS + 1)}},
        {"urgent": {"windows": [NIGHT]}},
        {"control": {"bytes_per_day": 10}},
    ],
)
def test_what_no_sender_could_obey_is_refused(plain: Any) -> None:
    with pytest.raises(UsageError):
        read_budget(plain)
    if plain != {"photos": {}}:  # on the roster a newer county may name more lanes
        with pytest.raises(MalformedError):
            unpack(pack(plain), Budget)


@given(BUDGETS)
def test_a_budget_comes_back_from_its_bytes(budget: Budget) -> None:
    assert unpack(pack(budget), Budget) == budget


@given(BUDGETS, BUDGETS, BUDGETS)
def test_the_order_in_which_budgets_are_merged_does_not_matter(
    one: Budget, two: Budget, three: Budget
) -> None:
    assert Plan.of(one, two) == Plan.of(two, one)
    assert (Plan.of(one) & Plan.of(two)) & Plan.of(three) == Plan.of(one) & Plan.of(two, three)
    assert Plan.of(one, one) == Plan.of(one)
    assert Plan.of(one, None) == Plan.of(one)


@given(BUDGETS, BUDGETS)
def test_a_merged_budget_is_as_strict_as_each(one: Budget, two: Budget) -> None:
    both = Plan.of(one, two)
    for said in (Plan.of(one), Plan.of(two)):
        assert both & said == both


def test_receipts_and_urgent_applications_obey_only_the_pace_of_the_link() -> None:
    link = LaneBudget(bytes_per_s=2000, bytes_per_day=0, windows=(NIGHT,))
    plan = Plan.of(Budget(link=link))
    for lane in (Lane.CONTROL, Lane.URGENT):
        assert plan.binding(lane) == (Rule(bytes_per_s=2000), Rule())
    assert plan.binding(Lane.BLOBS) == (Rule.of(link), Rule())


def test_a_plan_of_nothing_is_free() -> None:
    assert Plan.of(None, Budget()).free
    assert not Plan.of(Budget(results=LaneBudget(bytes_per_day=1))).free
