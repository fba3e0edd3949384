"""Every limit ends on the day that the law's counting gives, and says why."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.calendars.due import Limit, Unit, due, read_limit
from protocol.catalogue.calendars.workdays import Calendar
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR

WORKING_DAYS = [
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-13", 2, "2026-02-24"),
    ("2026-02-13", 5, "2026-02-27"),
    ("2026-02-10", 20, "2026-03-16"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2026-09-18", 5, "2026-09-24"),
    ("2026-09-30", 3, "2026-10-10"),
    ("2025-09-26", 5, "2025-10-10"),
]
starts = st.dates(date(2026, 1, 1), date(2026, 10, 1))


@pytest.mark.parametrize(("start", "days", "end"), WORKING_DAYS)
def test_working_days_are_counted_from_the_day_after(start: str, days: int, end: str) -> None:
    found = due(date.fromisoformat(start), read_limit(f"{days}wd"), CALENDAR)
    assert (str(found.due), str(found.latest), found.provisional) == (end, end, False)


def test_a_year_without_data_gives_two_days_and_says_so() -> None:
    found = due(date(2026, 12, 28), read_limit("5wd"), CALENDAR)
    assert found.provisional
    assert found.due == date(2027, 1, 4)  # 1 January taken as a working day
    assert found.latest == date(2027, 1, 5)  # and as a holiday, with 2 and 3 January
    assert found.why[-1] == "2027-01-04 周一：第5个工作日，目录里没有该年放假安排"


def test_days_end_on_the_next_working_day() -> None:
    found = due(date(2026, 2, 10), read_limit("7d"), CALENDAR)
    assert found.due == date(2026, 2, 24)
    assert found.why == (
        "2026-02-10 周二：起算日，不计",
        "2026-02-11 周三：第1日",
        "2026-02-12 周四：第2日",
        "2026-02-13 周五：第3日",
        "2026-02-14 周六，春节调休上班：第4日",
        "2026-02-15 周日，春节：第5日",
        "2026-02-16 周一，春节：第6日",
        "2026-02-17 周二，春节：第7日，届满日休息，顺延",
        "2026-02-18 周三，春节：休息，顺延",
        "2026-02-19 周四，春节：休息，顺延",
        "2026-02-20 周五，春节：休息，顺延",
        "2026-02-21 周六，春节：休息，顺延",
        "2026-02-22 周日，春节：休息，顺延",
        "2026-02-23 周一，春节：休息，顺延",
        "2026-02-24 周二：顺延至此",
    )


def test_hours_run_through_holidays() -> None:
    found = due(datetime(2026, 2, 16, 10, 30), read_limit("48h"), CALENDAR)  # noqa: DTZ001
    assert found.due == datetime(2026, 2, 18, 10, 30)  # noqa: DTZ001
    assert found.why == (
        "2026-02-16 10:30：起算",
        "2026-02-16 春节：按小时计算，照常计入",
        "2026-02-17 春节：按小时计算，照常计入",
        "2026-02-18 春节：按小时计算，照常计入",
        "2026-02-18 10:30：满48小时",
    )


def test_hours_from_a_day_alone_begin_at_midnight_and_say_so() -> None:
    found = due(date(2026, 3, 2), read_limit("12h"), CALENDAR)
    assert found.due == datetime(2026, 3, 2, 12)  # noqa: DTZ001
    assert "零时" in found.why[0]


def test_a_day_off_of_the_county_alone_is_skipped_by_its_name() -> None:
    local = Calendar(
        years=CALENDAR.years,
        off=CALENDAR.off,
        work=CALENDAR.work,
        local={date(2026, 4, 20): "三月三"},
    )
    found = due(date(2026, 4, 17), read_limit("1wd"), local)
    assert found.due == date(2026, 4, 21)
    assert "2026-04-20 周一，三月三：不计" in found.why


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "0wd", "1001wd", "4001d", "10001h", "5w", "-1d", "5个", "五天"]
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="期限"):
        read_limit(text)


@pytest.mark.parametrize(("text", "limit"), [("1000wd", 1000), ("4000d", 4000), ("10000h", 10000)])
def test_the_largest_limits_are_read(text: str, limit: int) -> None:
    assert read_limit(text).count == limit


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("5个工作日", 5, Unit.WORKING_DAYS),
        ("５ 工作日", 5, Unit.WORKING_DAYS),
        ("7天", 7, Unit.DAYS),
        ("7日", 7, Unit.DAYS),
        ("48小时", 48, Unit.HOURS),
        ("48 个小时", 48, Unit.HOURS),
        (" 5WD", 5, Unit.WORKING_DAYS),
    ],
)
def test_a_limit_is_read_as_people_write_it(text: str, count: int, unit: Unit) -> None:
    assert read_limit(text) == Limit(count=count, unit=unit)


@given(start=starts, count=st.integers(1, 40))
def test_a_limit_in_days_never_ends_on_a_day_off(start: date, count: int) -> None:
    for unit in (Unit.DAYS, Unit.WORKING_DAYS):
        found = due(start, Limit(count=count, unit=unit), CALENDAR)
        assert isinstance(found.due, date)
        assert CALENDAR.day(found.due).works
        assert start + timedelta(count) <= found.due <= found.latest


@given(start=starts, count=st.integers(1, 40))
def test_one_more_working_day_is_the_next_working_day(start: date, count: int) -> None:
    one = due(start, Limit(count=count, unit=Unit.WORKING_DAYS), CALENDAR).due
    more = due(start, Limit(count=count + 1, unit=Unit.WORKING_DAYS), CALENDAR).due
    assert isinstance(one, date)
    assert isinstance(more, date)
    between = [one + timedelta(n) for n in range(1, (more - one).days)]
    assert not any(CALENDAR.day(day).works for day in between)
