"""Working days after an answer: which one today is, and from which on the clerk is warned."""

from datetime import UTC, date, datetime

import pytest

from protocol.catalogue.calendars.workdays import Calendar, read_calendar
from station_agent.answers.limits import BY_LAW, deadline

CALENDAR = read_calendar({"years": {"2026": {"off": {"10-01": "国庆节", "10-02": "国庆节"}}}})


def at(day: str, hour: int = 2) -> int:
    """Ten o'clock in Beijing."""
    return round(
        datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC).timestamp() * 1e3
    )


@pytest.mark.parametrize(
    ("today", "day", "near", "over"),
    [
        ("2026-09-25", 0, False, False),  # a Friday: its own day is not counted
        ("2026-09-27", 0, False, False),
        ("2026-09-29", 2, False, False),
        ("2026-09-30", 3, False, False),
        ("2026-10-04", 3, False, False),  # a holiday and a weekend
        ("2026-10-05", 4, True, False),
        ("2026-10-06", 5, True, False),
        ("2026-10-07", 6, True, True),
        ("2027-10-07", 6, True, True),
    ],
)
def test_day_four_of_five_is_warned_of(today: str, day: int, *, near: bool, over: bool) -> None:
    found = deadline(at("2026-09-25"), 5, CALENDAR, now_ms=at(today), sure=True)
    assert found is not None
    assert (found.last, found.days, found.day) == (date(2026, 10, 6), 5, day)
    assert (found.is_near, found.is_over) == (near, over)
    assert not found.provisional


def test_ten_days_are_warned_of_on_the_eighth_and_one_day_at_once() -> None:
    def near(days: int, today: str) -> bool:
        found = deadline(at("2026-11-02"), days, CALENDAR, now_ms=at(today), sure=True)
        return found is not None and found.is_near

    assert [near(10, f"2026-11-{day}") for day in ("11", "12", "13")] == [False, True, True]
    assert near(1, "2026-11-02")
    assert BY_LAW == {"decided": 10, "returned": 5, "rejected": 5}


def test_without_a_time_the_last_day_stands_and_nothing_is_warned_of() -> None:
    found = deadline(at("2026-09-25"), 5, CALENDAR, now_ms=None, sure=False)
    assert found is not None
    assert (found.last, found.day, found.is_near, found.is_over) == (
        date(2026, 10, 6),
        None,
        False,
        False,
    )


def test_a_year_that_is_not_known_is_guessed_and_said_to_be() -> None:
    found = deadline(at("2026-12-30"), 5, CALENDAR, now_ms=at("2027-01-01"), sure=True)
    assert found is not None
    assert found.provisional
    assert deadline(at("2026-12-30"), 5, Calendar(), now_ms=None, sure=True) is not None
    assert deadline(at("2026-12-30"), 0, CALENDAR, now_ms=None, sure=True) is None


def test_a_day_is_one_of_beijing() -> None:
    late = at("2026-09-25", hour=17)  # one o'clock on the 26th
    found = deadline(late, 1, CALENDAR, now_ms=late, sure=True)
    assert found is not None
    assert found.last == date(2026, 9, 28)
