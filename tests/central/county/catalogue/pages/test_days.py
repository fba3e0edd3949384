"""Days off and market days as they are typed: read, refused by place, and told ahead."""

from datetime import date
from typing import Any

import pytest

from central.county.catalogue.pages.days.ahead import DAYS_AHEAD, weeks_ahead
from central.county.catalogue.pages.days.overlay import (
    DAY_PARTS,
    Overlay,
    changed_days,
    day_words,
    rows_of,
)
from central.county.catalogue.pages.days.rules import MARKET_PARTS, Rules
from central.county.catalogue.pages.days.rules import rows_of as rows_of_rules
from central.county.catalogue.pages.editing.entry import entered
from protocol.catalogue.calendars.market import market_days
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.findings import Level
from tests.central.county.catalogue.pages.test_editing import typed

DECEMBER = date(2026, 12, 1)
SANYUESAN = {date(2026, 4, 19): "三月三", date(2026, 4, 20): "三月三"}
CALENDAR = Calendar(
    years=frozenset({2026}),
    off={date(2026, 5, 1): "劳动节"},
    work={date(2026, 5, 9): "劳动节"},
    local=SANYUESAN,
)
RULES: list[dict[str, Any]] = [
    {"cal": "lunar", "tail": [3, 6, 9]},
    {"cal": "lunar", "tail": [5, 10], "short_month": "last_day"},
    {"cal": "lunar", "tail": [0, 5], "short_month": "drop"},
    {"cal": "solar", "tail": [8, 3]},
    {"cal": "week", "days": [6, 3]},
    {"cal": "lunar", "parity": 1},
    {"cal": "solar", "parity": 0},
    {"cal": "branch", "in": "戌辰"},
    {"cal": "cycle", "n": 3, "anchor": "2026-01-02"},
    {"cal": "daily"},
    {"cal": "dates", "dates": ["2027-01-28", "2026-12-24"]},
    {"cal": "dates", "dates": []},
]


def overlay(*rows: dict[str, str]) -> Overlay:
    return Overlay.read({"days": list(rows)}, CALENDAR)


def test_days_that_follow_each_other_under_one_name_are_one_row() -> None:
    local = {**SANYUESAN, date(2026, 4, 21): "县庆", date(2026, 4, 23): "县庆"}
    rows = rows_of(local)["days"]
    assert [(one["first"], one.get("last", ""), one["name"]) for one in rows] == [
        ("2026-04-19", "2026-04-20", "三月三"),
        ("2026-04-21", "", "县庆"),
        ("2026-04-23", "", "县庆"),
    ]
    raw = entered(rows_of(local), typed(rows_of(local), DAY_PARTS), DAY_PARTS).raw
    assert Overlay.read(raw, CALENDAR).local == local


def test_days_are_read_as_people_type_them() -> None:
    found = overlay({"first": "２０２７年４月９日", "last": "2027/4/10", "name": "三月三"})
    assert found.local == {date(2027, 4, 9): "三月三", date(2027, 4, 10): "三月三"}
    assert not [one for one in found.findings if one.level is Level.ERROR]


@pytest.mark.parametrize(
    ("row", "place", "words"),
    [
        ({"first": "很快", "name": "县庆"}, "days[0].first", "不是日期"),
        ({"first": "2026-02-30", "name": "县庆"}, "days[0].first", "不是日期"),
        ({"name": "县庆"}, "days[0].first", "不是日期"),
        ({"first": "2026-06-02"}, "days[0].name", "没有写放什么假"),
        ({"first": "2026-06-02", "last": "2026-06-01", "name": "县庆"}, "days[0].last", "不早于"),
        ({"first": "2026-06-01", "last": "2026-07-02", "name": "县庆"}, "days[0].last", "最多 31"),
        ({"first": "2026-06-01", "name": "庆" * 31}, "", "1 到 30"),
        ({"first": "2026-06-01", "name": "庆\u200b"}, "", "看得见"),
    ],
)
def test_what_is_no_day_off_is_told_by_its_place(row: Any, place: str, words: str) -> None:
    errors = [one for one in overlay(row).findings if one.level is Level.ERROR]
    assert [one.place for one in errors] == [place]
    assert words in errors[0].reason


def test_a_month_off_is_the_longest_and_a_day_is_off_once() -> None:
    assert len(overlay({"first": "2026-06-01", "last": "2026-07-01", "name": "农忙"}).local) == 31
    twice = overlay(
        {"first": "2026-06-01", "last": "2026-06-03", "name": "县庆"},
        {"first": "2026-06-03", "name": "又一天"},
    )
    assert [one.place for one in twice.findings] == ["days[1].first"]


@pytest.mark.parametrize(
    ("day", "level", "words"),
    [
        ("2026-05-09", Level.WARNING, "调休上班"),
        ("2026-05-01", Level.HINT, "本来就不上班（劳动节）"),
        ("2026-05-02", Level.HINT, "本来就不上班（周六）"),
        ("2027-06-01", Level.HINT, "还没有公布"),
    ],
)
def test_a_day_off_that_may_be_a_slip_is_doubted(day: str, level: Level, words: str) -> None:
    (found,) = overlay({"first": day, "name": "县庆"}).findings
    assert found.level is level
    assert words in found.reason


def test_a_day_says_what_it_is() -> None:
    said = {
        date(2026, 4, 19): ("休", "三月三"),
        date(2026, 4, 25): ("休", ""),
        date(2026, 5, 9): ("班", "劳动节调休上班"),
        date(2026, 4, 21): ("", ""),
    }
    assert {day: day_words(CALENDAR, day) for day in said} == said
    assert changed_days(SANYUESAN, {date(2026, 4, 19): "县庆"}) == sorted(SANYUESAN)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_sent_as_it_came_is_as_it_was(rule: dict[str, Any]) -> None:
    before = rows_of_rules([rule])
    found = Rules.read(entered(before, typed(before, MARKET_PARTS), MARKET_PARTS).raw)
    assert found.findings == []
    assert found.raw == [rule]
    assert found.raw[0] is not None


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"kind": "lunar-tail", "tail": ["3", "6", "9"]}, {"cal": "lunar", "tail": [3, 6, 9]}),
        (
            {"kind": "lunar-tail", "tail": ["10"], "short": "last_day"},
            {"cal": "lunar", "tail": [10], "short_month": "last_day"},
        ),
        ({"kind": "solar-tail", "tail": ["3"], "short": "drop"}, {"cal": "solar", "tail": [3]}),
        ({"kind": "solar-1"}, {"cal": "solar", "parity": 1}),
        ({"kind": "lunar-0"}, {"cal": "lunar", "parity": 0}),
        ({"kind": "week", "days": ["6"], "tail": ["3"]}, {"cal": "week", "days": [6]}),
        ({"kind": "daily"}, {"cal": "daily"}),
        ({"kind": "branch", "in": ["戌", "辰"]}, {"cal": "branch", "in": "辰戌"}),
        (
            {"kind": "cycle", "n": 3, "anchor": "2026年1月2日"},
            {"cal": "cycle", "n": 3, "anchor": "2026-01-02"},
        ),
        ({"kind": "dates", "dates": ["2026/12/24"]}, {"cal": "dates", "dates": ["2026-12-24"]}),
        ({"kind": "dates"}, {"cal": "dates", "dates": []}),
    ],
)
def test_each_kind_is_typed_with_what_it_needs(row: Any, rule: dict[str, Any]) -> None:
    found = Rules.read({"rules": [row]})
    assert (found.raw, found.findings) == ([rule], [])


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ({"tail": ["3"]}, "rules[0].kind"),
        ({"kind": "lunar-tail"}, "rules[0].tail"),
        ({"kind": "week", "days": ["8"]}, "rules[0].days"),
        ({"kind": "branch"}, "rules[0].in"),
        ({"kind": "cycle", "n": 61, "anchor": "2026-01-02"}, "rules[0].n"),
        ({"kind": "cycle", "n": 3}, "rules[0].anchor"),
        ({"kind": "dates", "dates": ["赶圩日"]}, "rules[0].dates[0]"),
        ({"kind": "<xss>"}, "rules[0].cal"),
    ],
)
def test_what_a_kind_lacks_is_told_by_its_place(row: Any, place: str) -> None:
    assert [one.place for one in Rules.read({"rules": [row]}).findings] == [place]


def test_a_place_has_five_rules_at_most() -> None:
    daily = {"kind": "daily"}
    assert Rules.read({"rules": [daily] * 5}).findings == []
    assert [one.place for one in Rules.read({"rules": [daily] * 6}).findings] == ["rules"]


def test_the_next_sixty_days_tell_what_would_be_different() -> None:
    (market,) = Rules.read({"rules": [{"kind": "lunar-tail", "tail": ["3", "6", "9"]}]}).markets
    weeks = weeks_ahead(
        DECEMBER, lambda _: ("", ""), lambda day: ("圩", "") if market.holds(day) else ("", "")
    )
    days = [day for week in weeks for day in week]
    inside = [day.date for day in days if day.inside]
    assert (inside[0], len(inside), len(days) % 7) == (DECEMBER, DAYS_AHEAD, 0)
    assert {day.date.weekday() for week in weeks for day in week[:1]} == {0}
    changed = [day.date.day for day in days if day.is_changed and day.date.month == 12]
    assert changed == [1, 4, 7, 11, 14, 17, 21, 24, 27, 31]
    assert [day.date for day in days if day.stands_out] == market_days(market, DECEMBER, 60)
