"""A limit of telling is kept by when somebody was told: an alarm on day 4 of 5, whoever told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.county.casework.calls import IssueDocument
from central.county.documents.calls import Told
from central.county.documents.limits import NEAR, OVER, telling
from central.county.documents.watch import LOOKED_BACK_DAYS, TELLING_NEAR, TELLING_OVER
from protocol.catalogue.calendars.due import Limit, Unit, due
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.release import calendar_of
from protocol.records.followups import Delivered, Telling, Way
from protocol.trust.schedule import local_time
from tests.central.county.centre import Centre
from tests.central.county.documents.test_making import one_case
from tests.central.county.village import Village

MONDAY = date(2026, 11, 30)
CALENDAR = Calendar(years=frozenset({2026, 2027}), off={}, work={})
DAY_MS, NAME = 86_400_000, "受理通知书"


@pytest.mark.parametrize(
    ("days", "after", "told", "late"),
    [
        (5, 0, None, ""),
        (5, 3, None, ""),
        (5, 4, None, NEAR),
        (5, 7, None, NEAR),  # Monday, the fifth working day
        (5, 8, None, OVER),
        (5, 8, 7, ""),
        (5, 8, 8, OVER),  # told, but late: that stays visible
        (5, 4, 0, ""),
        (1, 0, None, NEAR),
        (1, 2, None, OVER),
    ],
)
def test_the_day_before_the_last_and_the_last_are_near(
    days: int, after: int, told: int | None, late: str
) -> None:
    when = None if told is None else MONDAY + timedelta(told)
    found = telling(MONDAY, days, when, MONDAY + timedelta(after), CALENDAR)
    assert found.late == late
    assert found.due == due(MONDAY, Limit(count=days, unit=Unit.WORKING_DAYS), CALENDAR).due


@given(days=st.integers(1, 30), start=st.integers(0, 6), told=st.integers(0, 60))
def test_nobody_who_was_told_in_time_is_late_and_nobody_who_was_not_is_not(
    days: int, start: int, told: int
) -> None:
    issued = MONDAY + timedelta(start)
    when = issued + timedelta(told)
    found = telling(issued, days, when, when + timedelta(100), CALENDAR)
    assert (found.late == OVER) == (when > found.due)
    assert telling(issued, days, None, found.due, CALENDAR).late == NEAR
    assert telling(issued, days, None, found.due + timedelta(1), CALENDAR).late == OVER


async def with_limits(centre: Centre, village: Village) -> list[str]:
    """Three cases, each with a document that has a limit and one that has none; on day 4 of 5."""
    cases = [await one_case(centre, village) for _ in range(3)]
    for case in cases:
        for name, days in ((NAME, 5), ("没有期限", 0)):
            wanted = IssueDocument(case=case, name=name, days=days)
            await centre.county.casework.documents.issue(wanted)
    release = await centre.county.catalogue.counting()
    assert release is not None
    start, calendar = today(centre), calendar_of(release.entries)
    while telling(start, 5, None, today(centre), calendar).late != NEAR:
        assert await codes(centre) == {}
        centre.clock.jump_wall(ms=DAY_MS)
    return cases


async def test_the_alarm_comes_on_day_four_and_turns_when_the_limit_is_over(
    centre: Centre,
) -> None:
    cases = await with_limits(centre, await centre.village())
    (words,) = (await codes(centre)).values()
    assert words.startswith("3 份文书")
    assert all(f"{case} {NAME}" in words for case in cases)
    centre.clock.jump_wall(ms=14 * DAY_MS)
    assert (await codes(centre)).keys() == {TELLING_OVER}
    centre.clock.jump_wall(ms=LOOKED_BACK_DAYS * DAY_MS)
    assert await codes(centre) == {}  # the supervision's business by then


async def test_a_telephone_notice_ends_the_alarm(centre: Centre) -> None:
    room = centre.county.documents
    case, *others = await with_limits(centre, await centre.village())
    before = (await room.telling.of_case(case))[0]
    said = Told(case=case, document=str(before.n), person="样福丽", by="黎样明", words="已受理")
    after = await room.telling.tell(said)
    assert (before.late, after.late) == (NEAR, "")
    words = (await codes(centre))[TELLING_NEAR]
    assert words.startswith("2 份文书")
    assert all(one in words for one in others)


async def test_a_village_s_word_ends_the_alarm(centre: Centre) -> None:
    room, village = centre.county.documents, await centre.village()
    case, *_ = await with_limits(centre, village)
    subject = Telling(what=Delivered.TOLD, way=Way.IN_PERSON, person="样福丽", document=NAME)
    (found,) = [one for one in await centre.cases() if one["case"] == case]
    application = bytes.fromhex(found["application"])
    said_ms = centre.clock.now_ms()
    await centre.bring(village.follow_up(subject, application=application, at_ms=said_ms))
    state, plain = await room.telling.of_case(case)
    assert [(one.person, one.at_county) for one in state.told] == [("样福丽", False)]
    assert state.arrived_ms is not None
    assert (plain.told, plain.arrived_ms, plain.late) == ([], None, "")
    assert (await codes(centre))[TELLING_NEAR].startswith("2 份文书")


async def codes(centre: Centre) -> dict[str, str]:
    return {one["code"]: one["words"] for one in await centre.county.documents.watch.alarms()}


def today(centre: Centre) -> date:
    return local_time(centre.clock.now_ms()).date()
