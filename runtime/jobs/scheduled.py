"""Slow jobs of hub and county (hours, not seconds) by APScheduler, safe against clocks that jump.

APScheduler computes every run that was missed, so a PC that leaves 2009 would be busy for
minutes; and it sleeps until a wall-clock time, so it stalls when the clock goes back. Hence a
trigger that never looks at the past, and a watchdog that plans anew when wall time and
monotonic time drift apart.

Source: docs/architecture.md, "Clocks".
"""

import asyncio
import datetime
import logging
import time
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from runtime.jobs.repeated import FIRST_S, Jobs, run_logged

log = logging.getLogger(__name__)

_WATCH_S = 30.0
_JUMP_S = 5.0


class Every(BaseTrigger):  # type: ignore[misc]
    """Every ``seconds`` from now on; a missed run is not made up for."""

    def __init__(self, seconds: float) -> None:
        self._step = datetime.timedelta(seconds=seconds)

    def get_next_fire_time(
        self, previous: datetime.datetime | None, now: datetime.datetime
    ) -> datetime.datetime:
        """One step after ``now``, or after the last run if that lies ahead."""
        due = (previous or now) + self._step
        return due if now < due <= now + 2 * self._step else now + self._step


class ScheduledJobs:
    """Runs jobs by name every so many seconds, and once a minute after the start.

    Use ``async with``. The first run waits on the monotonic clock; no stored date is believed.
    """

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._scheduler = AsyncIOScheduler(timezone=datetime.UTC)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._plan()
        self._scheduler.start()
        self._tasks = [
            asyncio.create_task(work) for work in (self._watch_clock(), self._run_once())
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        self._scheduler.shutdown(wait=False)

    def _plan(self) -> None:
        for name, (seconds, job) in self._jobs.items():
            self._scheduler.add_job(
                run_logged,
                Every(seconds),
                [name, job],
                id=name,
                replace_existing=True,
                coalesce=True,
                misfire_grace_time=None,  # late, because the PC slept, is better than not at all
            )

    async def _run_once(self) -> None:
        await asyncio.sleep(FIRST_S)
        for name, (seconds, job) in self._jobs.items():
            if seconds > FIRST_S:
                await run_logged(name, job)

    async def _watch_clock(self) -> None:
        offset = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(_WATCH_S)
            now = time.time() - time.monotonic()
            if abs(now - offset) > _JUMP_S:
                jump = {"event": "jobs.clock-jump", "by_s": now - offset}
                log.warning("the clock jumped", extra=jump)
                self._plan()
            offset = now
