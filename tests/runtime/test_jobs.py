"""Slow jobs run on, whatever the PC's clock does, and never make up for the past."""

import asyncio
import datetime as dt
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import DiskFullError
from runtime.jobs import LIMIT_S, Every, SlowJobs, _logged
from tests.builders.virtual_time import LoopClock, run

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


async def test_jobs_run_again_and_again() -> None:
    runs = 0
    enough = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            enough.set()

    async with SlowJobs({"count": (0.02, job)}), asyncio.timeout(10):
        await enough.wait()
    assert runs >= 3


async def test_a_job_that_fails_is_logged_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0
    again = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            again.set()
        raise DiskFullError("0 bytes left")

    with caplog.at_level(logging.WARNING, "runtime.jobs"):
        async with SlowJobs({"backup": (0.02, job)}), asyncio.timeout(10):
            await again.wait()
    record = caplog.records[0]
    assert vars(record)["event"] == "jobs.failed"
    assert (vars(record)["job"], vars(record)["code"]) == ("backup", "store.disk-full")


async def test_a_fault_of_the_program_is_logged_and_the_job_runs_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs = 0
    again = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            again.set()
        raise KeyError("missing")

    with caplog.at_level(logging.WARNING, "runtime.jobs"):
        async with SlowJobs({"sweep": (0.02, job)}), asyncio.timeout(10):
            await again.wait()
    assert vars(caplog.records[0])["event"] == "jobs.died"


def test_a_job_that_hangs_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        await _logged("backup", asyncio.Event().wait)  # type: ignore[arg-type]
        assert LoopClock().ticks_s() == LIMIT_S

    with caplog.at_level(logging.WARNING, "runtime.jobs"):
        run(story())
    assert [vars(record)["event"] for record in caplog.records] == ["jobs.hung"]


async def test_one_job_s_failure_does_not_hold_up_another() -> None:
    ran = asyncio.Event()

    async def bad() -> None:
        raise DiskFullError

    async def good() -> None:
        ran.set()

    async with SlowJobs({"bad": (0.01, bad), "good": (0.05, good)}), asyncio.timeout(10):
        await ran.wait()


def test_a_job_of_a_day_comes_on_a_pc_that_is_off_at_night() -> None:
    """Each start brings it once, whatever day the PC believes it is."""
    runs: list[str] = []

    async def daily() -> None:
        runs.append("daily")

    async def day_at_work() -> None:
        async with SlowJobs({"daily": (24 * 3600.0, daily)}):
            await asyncio.sleep(8 * 3600)

    for day in (1, 2, 3):
        run(day_at_work())
        assert len(runs) == day
