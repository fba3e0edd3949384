"""The lunar table against two libraries, and at its ends."""

from datetime import date, timedelta

import pytest
from borax.calendars.lunardate import LunarDate
from lunar_python import LunarYear

from protocol.catalogue.calendars.lunar import FIRST, LAST, LunarDay, lunar_day

_AGREED_UNTIL = date(2089, 9, 3)  # then one of the two begins a month a day earlier


def test_the_table_agrees_with_one_library_on_every_month() -> None:
    day = FIRST
    for year in range(FIRST.year, 2101):
        for month in LunarYear.fromYear(year).getMonthsInYear():
            number, leap = abs(month.getMonth()), month.getMonth() < 0
            assert lunar_day(day) == LunarDay(year, number, leap, 1, month.getDayCount())
            day += timedelta(month.getDayCount())
    assert day == LAST + timedelta(1)


def test_the_table_agrees_with_another_library_until_the_two_differ() -> None:
    for ordinal in range(FIRST.toordinal(), _AGREED_UNTIL.toordinal() + 1, 29):
        day = date.fromordinal(ordinal)
        other, ours = LunarDate.from_solar(day), lunar_day(day)
        assert (other.year, other.month, bool(other.leap), other.day) == (
            ours.year,
            ours.month,
            ours.leap,
            ours.day,
        )


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        ("2026-11-09", LunarDay(2026, 10, leap=False, day=1, month_days=30)),
        ("2026-12-09", LunarDay(2026, 11, leap=False, day=1, month_days=30)),
        ("2027-01-08", LunarDay(2026, 12, leap=False, day=1, month_days=29)),
        ("2027-02-06", LunarDay(2027, 1, leap=False, day=1, month_days=30)),
    ],
)
def test_months_begin_where_almanacs_print_them(day: str, lunar: LunarDay) -> None:
    assert lunar_day(date.fromisoformat(day)) == lunar


@pytest.mark.parametrize(("year", "month"), [(2028, 5), (2031, 3), (2033, 11)])
def test_leap_months_are_where_they_will_be(year: int, month: int) -> None:
    days = (date(year, 1, 1) + timedelta(n) for n in range(420))
    assert {lunar_day(day).month for day in days if lunar_day(day).leap} == {month}


def test_beyond_the_table_nothing_is_guessed() -> None:
    assert lunar_day(FIRST).day == 1
    assert lunar_day(LAST).month == 12
    for day in (FIRST - timedelta(1), LAST + timedelta(1)):
        with pytest.raises(ValueError, match="无法推算"):
            lunar_day(day)
