"""A month as a grid: whole weeks, lunar days as a wall calendar prints them, markets by name."""

import json
from datetime import date

import pytest

from central.county.catalogue.pages.views.months import Month, lunar_words, month_of, places_of
from protocol.catalogue.calendars.workdays import Calendar

SATURDAYS = [{"cal": "week", "days": [6]}]


def entries(**markets: object) -> dict[str, bytes]:
    return {"@markets": json.dumps(markets).encode()}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 2, 16), "廿九"),
        (date(2026, 2, 17), "正月"),
        (date(2026, 2, 18), "初二"),
        (date(2026, 2, 26), "初十"),
        (date(2026, 2, 27), "十一"),
        (date(2026, 3, 8), "二十"),
        (date(2026, 3, 9), "廿一"),
        (date(2025, 7, 25), "闰六月"),
        (date(2025, 12, 19), "三十"),
        (date(2025, 12, 20), "冬月"),
        (date(2026, 1, 19), "腊月"),
        (date(1899, 1, 1), ""),
    ],
)
def test_a_lunar_day_is_called_as_on_a_wall_calendar(day: date, words: str) -> None:
    assert lunar_words(day) == words


@pytest.mark.parametrize(("month", "weeks"), [(date(2026, 2, 1), 5), (date(2027, 2, 1), 4)])
def test_a_month_is_whole_weeks_and_each_of_its_days_once(month: date, weeks: int) -> None:
    found = month_of(month, Calendar(), [])
    assert len(found.weeks) == weeks
    assert all(len(week) == 7 and week[0].date.weekday() == 0 for week in found.weeks)
    inside = [cell.date.day for week in found.weeks for cell in week if cell.inside]
    assert inside == list(range(1, 29))


def test_holidays_and_days_that_make_up_for_them_have_names() -> None:
    known = Calendar(
        years=frozenset({2026}),
        off={date(2026, 2, 17): "春节", date(2026, 2, 15): "春节"},
        work={date(2026, 2, 14): "春节"},
        local={date(2026, 2, 20): "县庆"},
    )
    cells = {c.date.day: c for week in month_of(date(2026, 2, 1), known, []).weeks for c in week}
    assert (cells[17].works, cells[17].name) == (False, "春节")
    assert (cells[14].works, cells[14].name) == (True, "春节调休上班")
    assert (cells[20].works, cells[20].name) == (False, "县庆")
    assert (cells[21].works, cells[21].name) == (False, "")  # a plain Saturday
    assert (cells[10].works, cells[10].name, cells[10].known) == (True, "", True)


def test_a_year_that_is_not_announced_says_so() -> None:
    cells = [cell for week in month_of(date(2031, 5, 1), Calendar(), []).weeks for cell in week]
    assert not any(cell.known for cell in cells)


def test_markets_stand_at_their_days_by_the_township_s_name() -> None:
    names = {"451423103": "金龙镇便民服务中心"}
    places = places_of(entries(**{"451423103": SATURDAYS, "451423999": SATURDAYS}), names)
    assert [one.name for one in places] == ["金龙镇", "451423999"]
    month = month_of(date(2026, 2, 1), Calendar(), places)
    held = {c.date.day: c.markets for week in month.weeks for c in week if c.markets}
    assert held == {day: ["金龙镇", "451423999"] for day in (7, 14, 21, 28)}


def test_a_rule_of_a_newer_program_is_passed_over() -> None:
    every = {"451423103": [{"cal": "moon"}], "451423104": SATURDAYS}
    assert [one.code for one in places_of(entries(**every), {})] == ["451423104"]


@pytest.mark.parametrize(
    ("month", "before", "behind"),
    [
        (date(2026, 1, 1), "2025-12", "2026-02"),
        (date(1901, 1, 1), "", "1901-02"),
        (date(2099, 12, 1), "2099-11", ""),
    ],
)
def test_a_month_knows_its_neighbours(month: date, before: str, behind: str) -> None:
    found = month_of(month, Calendar(), [])
    assert (found.before, found.behind) == (before, behind)


def test_months_have_others_beside_them_from_the_first_to_the_last() -> None:
    ends = [(1901, 1), (1901, 2), (2099, 11), (2099, 12)]
    months = [Month(first=date(year, number, 1), weeks=[]) for year, number in ends]
    assert [one.before for one in months] == ["", "1901-01", "2099-10", "2099-11"]
    assert [one.behind for one in months] == ["1901-02", "1901-03", "2099-12", ""]
