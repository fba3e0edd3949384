"""Who may see and do what about ratings, in whose name, and what of it stands in the record."""

import pytest

from central.accounts.roles import RIGHTS, StaffRole
from central.county.ratings.calls import (
    DoCallback,
    ListCallbacks,
    SetLimits,
    ShowCallback,
    ShowSums,
)
from central.county.ratings.operations import RatingOperations
from protocol.errors import LoginForbiddenError, UsageError
from protocol.limits import MAX_NAME_CHARS
from runtime.actor import Actor
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.centre import Centre
from tests.central.county.ratings.scene import OTHER, WORDS, rated

HANDLER = Actor.on_page(OTHER, RIGHTS[StaffRole.HANDLER])
AUDITOR = Actor.on_page("黄监察", RIGHTS[StaffRole.AUDIT])
STRANGER = Actor.on_page("某人", frozenset())
ROOT = Actor.at_command_line("root")


async def test_who_read_what_a_citizen_said_and_what_was_done_stand_in_the_record(
    centre: Centre,
) -> None:
    number, record = await rated(centre, await centre.village()), Notes()
    operations = RatingOperations(centre.county.ratings, record)
    assert (await operations.show(HANDLER, ShowCallback(case=number))).words == WORDS
    called = DoCallback(case=number, kind="called", detail="reached", words="她说等了两个月")
    await operations.do(HANDLER, called)
    await operations.set_limits(AUDITOR, SetLimits(call="3wd"))
    assert record.noted == [
        (f"{OTHER} (web)", "county.rating", "done", number),
        (f"{OTHER} (web)", "county.rating-do", "done", number),
        ("黄监察 (web)", "county.rating-set-limits", "done", ""),
    ]
    assert not any(words in str(record.details) for words in (WORDS, "两个月"))


async def test_each_is_for_those_whose_business_it_is(centre: Centre) -> None:
    number, record = await rated(centre, await centre.village()), Notes()
    operations = RatingOperations(centre.county.ratings, record)
    taken = DoCallback(case=number, kind="taken")
    for actor in (AUDITOR, STRANGER):
        for asked in (
            operations.list(actor, ListCallbacks()),
            operations.show(actor, ShowCallback(case=number)),
            operations.do(actor, taken),
        ):
            with pytest.raises(LoginForbiddenError):
                await asked
    with pytest.raises(LoginForbiddenError):
        await operations.set_limits(HANDLER, SetLimits(call="30wd"))
    with pytest.raises(LoginForbiddenError):
        await operations.sums(STRANGER, ShowSums())
    assert (await operations.sums(AUDITOR, ShowSums())).whole.done == 1
    assert (await operations.list(HANDLER, ListCallbacks())).callbacks[0].state == "open"


async def test_only_whoever_owns_the_folder_acts_in_another_s_name(centre: Centre) -> None:
    number = await rated(centre, await centre.village())
    operations = RatingOperations(centre.county.ratings, Notes())
    named = DoCallback(case=number, kind="taken", by="农梅")
    assert (await operations.do(HANDLER, named)).holder == OTHER
    await operations.do(HANDLER, DoCallback(case=number, kind="returned", words="不在本组"))
    assert (await operations.do(ROOT, named)).holder == "农梅"
    for wrong in ("农" * (MAX_NAME_CHARS + 1), "农\u200b梅"):
        with pytest.raises(UsageError):
            await operations.do(ROOT, DoCallback(case=number, kind="taken", by=wrong))
