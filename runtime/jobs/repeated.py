"""Slow jobs (hours, not seconds): one run of one, and the loops in which a station repeats them.

A station's jobs wait on the monotonic clock, which no wrong date moves, and need no scheduler:
its memory is better used. A server has one (runtime/jobs/scheduled.py).

Source: docs/architecture.md, "Clocks"; docs/adr/0037.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Self, TypeAlias

from protocol.errors import YizhanError

log = logging.getLogger(__name__)

LIMIT_S = 2 * 3600.0  # for one run: a job that hangs would never be started again
FIRST_S = 60.0  # after the start, so that a job of a day also comes on a PC that is off at night

Jobs: TypeAlias = Mapping[str, tuple[float, Callable[[], Awaitable[None]]]]  # pause in seconds


class RepeatedJobs:
    """Runs jobs by name a minute after the start, and then every so many seconds awake.

    Use ``async with``. A run that fails or hangs holds up neither its next one nor another job.
    """

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(_repeat(name, pause_s, job))
            for name, (pause_s, job) in self._jobs.items()
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def run_logged(name: str, job: Callable[[], Awaitable[None]]) -> None:
    """One run of a job; what becomes of it is logged, and never raised."""
    fields = {"job": name}
    try:
        async with asyncio.timeout(LIMIT_S):
            await job()
    except YizhanError as exc:
        log.warning("job failed", extra={"event": "jobs.failed", "code": exc.code} | fields)
    except TimeoutError:
        log.error("job hangs", extra={"event": "jobs.hung"} | fields)  # noqa: TRY400
    except Exception:
        log.exception("job ended by a fault", extra={"event": "jobs.died"} | fields)


async def _repeat(name: str, pause_s: float, job: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(min(FIRST_S, pause_s))
    while True:
        await run_logged(name, job)
        await asyncio.sleep(pause_s)
