"""Windows: which minutes a cron expression opens, and what is no expression."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import MalformedError
from protocol.trust.schedule import (
    ALWAYS,
    MINUTES,
    local_time,
    open_minutes,
    open_spells,
    read_window,
)

A_SATURDAY = date(2026, 9, 26)
NIGHT = "* 22-23,0-5 * * *"
MARKET = "* 6-11 * * SAT"


def spells(*choices: list[str], day: date = A_SATURDAY) -> list[tuple[int, int]]:
    return list(open_spells(open_minutes(frozenset(map(frozenset, choices)), day)))


def test_night_is_open_from_ten_to_six() -> None:
    assert spells([NIGHT]) == [(0, 6 * 60), (22 * 60, MINUTES)]


def test_market_day_comes_once_a_week() -> None:
    week = [A_SATURDAY + timedelta(days=n) for n in range(7)]
    assert [spells([MARKET], day=day) for day in week] == [[(360, 720)], *[[]] * 6]


def test_one_of_several_windows_is_enough_and_two_parties_must_agree() -> None:
    assert spells([NIGHT, MARKET]) == [(0, 720), (1320, MINUTES)]
    assert spells([NIGHT], ["* 4-8 * * *"]) == [(240, 360)]


def test_without_windows_every_minute_is_open() -> None:
    assert spells() == [(0, MINUTES)]


def test_local_time_is_eight_hours_ahead_of_utc() -> None:
    noon = datetime(2026, 9, 26, 12, tzinfo=UTC)
    assert local_time(round(noon.timestamp() * 1000)).isoformat() == "2026-09-26T20:00:00+08:00"


@pytest.mark.parametrize(
    "expression",
    ["", "* * * *", "0 * * * * *", "* 22-5 * * *", "60 * * * *", "* * 30 2 *", "每 * * * *"],
)
def test_what_is_no_five_fields_of_cron_is_refused(expression: str) -> None:
    with pytest.raises(MalformedError):
        read_window(expression)


FIELD = st.text("0123456789*/,-#LW", min_size=1, max_size=8)


@given(st.lists(FIELD | st.sampled_from(["*", "SAT", "JAN", "LW"]), min_size=5, max_size=5))
def test_any_text_is_a_window_or_refused(fields: list[str]) -> None:
    try:
        window = read_window(" ".join(fields))
    except MalformedError:
        return
    assert 0 <= window.minutes_on(A_SATURDAY) <= ALWAYS


@given(st.integers(0, ALWAYS))
def test_spells_hold_exactly_the_open_minutes(minutes: int) -> None:
    found = list(open_spells(minutes))
    assert sum((1 << after) - (1 << first) for first, after in found) == minutes
    assert all(one[1] < two[0] for one, two in pairwise(found))
