"""A server's clock may say what it likes: no run is made up for, and none is lost."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from runtime.jobs.scheduled import Every

moments = st.datetimes(
    min_value=dt.datetime(1980, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=dt.datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)
steps_s = st.floats(0.01, 7 * 24 * 3600)


@given(steps_s, moments)
def test_the_first_run_is_one_step_ahead(step_s: float, now: dt.datetime) -> None:
    assert Every(step_s).get_next_fire_time(None, now) == now + dt.timedelta(seconds=step_s)


@given(steps_s, moments, moments)
def test_the_next_run_lies_ahead_and_never_further_than_two_steps(
    step_s: float, previous: dt.datetime, now: dt.datetime
) -> None:
    """Wherever the clock was when the last run was planned."""
    due = Every(step_s).get_next_fire_time(previous, now)
    assert now < due <= now + 2 * dt.timedelta(seconds=step_s)


@given(steps_s, moments, st.floats(0, 0.99))
def test_while_the_clock_behaves_the_rhythm_is_kept(
    step_s: float, now: dt.datetime, late: float
) -> None:
    step = dt.timedelta(seconds=step_s)
    previous = now - late * step
    due = Every(step_s).get_next_fire_time(previous, now)
    assert due == previous + step


def test_a_pc_that_leaves_2009_makes_up_for_nothing() -> None:
    dead_battery = dt.datetime(2009, 1, 1, tzinfo=dt.UTC)
    today = dt.datetime(2026, 9, 21, tzinfo=dt.UTC)
    assert Every(60).get_next_fire_time(dead_battery, today) == today + dt.timedelta(minutes=1)
    assert Every(60).get_next_fire_time(today, dead_battery) == dead_battery + dt.timedelta(
        minutes=1
    )
