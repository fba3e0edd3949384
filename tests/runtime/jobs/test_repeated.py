"""Slow jobs run on, whatever becomes of one run: those of a station, and those of a server."""

import asyncio
import logging
from typing import TypeAlias

import pytest

from protocol.errors import DiskFullError
from runtime.jobs.repeated import FIRST_S, LIMIT_S, RepeatedJobs, run_logged
from runtime.jobs.scheduled import ScheduledJobs
from tests.builders.virtual_time import LoopClock, run

Kind: TypeAlias = type[RepeatedJobs] | type[ScheduledJobs]
both = pytest.mark.parametrize("kind", [RepeatedJobs, ScheduledJobs])


@both
async def test_jobs_run_again_and_again(kind: Kind) -> None:
    runs = 0
    enough = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            enough.set()

    async with kind({"count": (0.02, job)}), asyncio.timeout(10):
        await enough.wait()
    assert runs >= 3


@both
async def test_a_job_that_fails_is_logged_and_runs_again(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    runs = 0
    again = asyncio.Event()

    async def job() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            again.set()
        raise DiskFullError("0 bytes left")

    with caplog.at_level(logging.WARNING, "runtime.jobs.repeated"):
        async with kind({"backup": (0.02, job)}), asyncio.timeout(10):
            await again.wait()
    record = caplog.records[0]
    assert vars(record)["event"] == "jobs.failed"
    assert (vars(record)["job"], vars(record)["code"]) == ("backup", "store.disk-full")


@both
async def test_a_fault_of_the_program_is_logged_and_the_job_runs_again(
    kind: Kind,
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

    with caplog.at_level(logging.WARNING, "runtime.jobs.repeated"):
        async with kind({"sweep": (0.02, job)}), asyncio.timeout(10):
            await again.wait()
    assert vars(caplog.records[0])["event"] == "jobs.died"


def test_a_job_that_hangs_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        await run_logged("backup", asyncio.Event().wait)  # type: ignore[arg-type]
        assert LoopClock().ticks_s() == LIMIT_S

    with caplog.at_level(logging.WARNING, "runtime.jobs.repeated"):
        run(story())
    assert [vars(record)["event"] for record in caplog.records] == ["jobs.hung"]


@both
async def test_one_job_s_failure_does_not_hold_up_another(kind: Kind) -> None:
    ran = asyncio.Event()

    async def bad() -> None:
        raise DiskFullError

    async def good() -> None:
        ran.set()

    async with kind({"bad": (0.01, bad), "good": (0.05, good)}), asyncio.timeout(10):
        await ran.wait()


@both
def test_a_job_of_a_day_comes_on_a_pc_that_is_off_at_night(kind: Kind) -> None:
    """Each start brings it once, whatever day the PC believes it is."""
    runs: list[str] = []

    async def daily() -> None:
        runs.append("daily")

    async def day_at_work() -> None:
        async with kind({"daily": (24 * 3600.0, daily)}):
            await asyncio.sleep(8 * 3600)

    for day in (1, 2, 3):
        run(day_at_work())
        assert len(runs) == day


def test_a_station_s_job_comes_after_a_minute_and_then_after_each_pause() -> None:
    """Also after runs that failed or hung; no more often, whatever the PC's date is."""
    at_s: list[float] = []

    async def hourly() -> None:
        at_s.append(LoopClock().ticks_s())
        if len(at_s) == 1:
            raise DiskFullError
        if len(at_s) == 2:
            await asyncio.Event().wait()

    async def story() -> None:
        async with RepeatedJobs({"hourly": (3600.0, hourly)}):
            await asyncio.sleep(6 * 3600)

    run(story())
    third_s = FIRST_S + 3600 + LIMIT_S + 3600
    assert at_s == [FIRST_S, FIRST_S + 3600, third_s, third_s + 3600]


def test_no_job_outlives_its_jobs() -> None:
    """A station that opens its folder anew has nobody left who writes into the old one."""
    ended: list[bool] = []

    async def long() -> None:
        try:
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    async def story() -> None:
        async with RepeatedJobs({"long": (60.0, long)}):
            await asyncio.sleep(100)
        assert ended == [True]

    run(story())
