"""Which entries of a release count on a day."""

from datetime import date, timedelta

import pytest

from protocol.catalogue.changes.planned import GONE, NEVER, all_planned, in_force, since

ENTRIES = {
    "a": b"old",
    "b": b"stays",
    "c": b"goes",
    "@next.2027-01-01.a": b"new",
    "@next.2027-02-01.a": b"newest",
    "@next.2027-01-01.c": GONE,
    "@next.2027-01-01.@m.card": b"card",
}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (NEVER, {"a": b"old", "b": b"stays", "c": b"goes"}),
        ("2026-12-31", {"a": b"old", "b": b"stays", "c": b"goes"}),
        ("2027-01-01", {"a": b"new", "b": b"stays", "@m.card": b"card"}),
        ("2027-01-31", {"a": b"new", "b": b"stays", "@m.card": b"card"}),
        ("2027-02-01", {"a": b"newest", "b": b"stays", "@m.card": b"card"}),
    ],
)
def test_an_entry_counts_from_its_day_on(day: str, expected: dict[str, bytes]) -> None:
    assert in_force(ENTRIES, day) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (None, NEVER),  # no word of the county has come: nothing planned counts
        (date(2026, 12, 31), NEVER),
        (date(2027, 1, 1), "2027-01-01"),
        (date(2027, 1, 31), "2027-01-01"),
        (date(2027, 2, 1), "2027-02-01"),
        (date(2099, 1, 1), "2027-02-01"),
    ],
)
def test_the_latest_day_that_has_come_is_named(today: date | None, expected: str) -> None:
    assert since(ENTRIES, today) == expected


def test_station_and_county_see_the_same_whatever_day_it_is() -> None:
    """The station names a day of the release; the county reads by it."""
    for days in range(400):
        today = date(2026, 6, 1) + timedelta(days=days)
        by_station = in_force(ENTRIES, today.isoformat())
        assert in_force(ENTRIES, since(ENTRIES, today)) == by_station


def test_planned_entries_are_told_by_day() -> None:
    assert [(one.day, one.key) for one in all_planned(ENTRIES)] == [
        ("2027-01-01", "@m.card"),
        ("2027-01-01", "a"),
        ("2027-01-01", "c"),
        ("2027-02-01", "a"),
    ]


def test_a_code_of_an_item_is_no_day() -> None:
    assert since(["451423-001", "451423-1000-01-01.a"], date(2027, 1, 1)) == NEVER
