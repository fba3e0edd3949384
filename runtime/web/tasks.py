"""Background tasks of pages: started once, watched by number, forgotten an hour after the end."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from protocol.errors import BusyError, PageMissingError, YizhanError
from protocol.ports import Clock, Randomness
from runtime.cli.failures import in_words
from runtime.control.done import Done
from runtime.control.owner import Report
from runtime.web.limits import KEPT_S, MAX_TASKS

log = logging.getLogger(__name__)

_NAME_BYTES = 12

Body = Callable[[Report], Awaitable[Any]]


@dataclass(slots=True, kw_only=True)
class Task:
    """One background task."""

    number: str  # nobody can guess it
    owner: str  # account that started it; nobody else sees it
    title: str  # what a page calls it; a template knows the words
    subject: str = ""  # what it is done to, as the reader named it
    in_bytes: bool = False  # whether ``done`` and ``total`` are
    done: int = 0
    total: int = 0  # in the unit of ``done``; 0: unknown
    result: Any = None
    error: YizhanError | None = None
    ended_s: float | None = None  # ticks
    running: asyncio.Task[None] | None = field(default=None, repr=False)

    def start(self, body: Body, clock: Clock) -> None:
        """Begin ``body`` now."""
        self.running = asyncio.create_task(self._run(body, clock))

    async def _run(self, body: Body, clock: Clock) -> None:
        try:
            self.result = await body(self._report)
        except YizhanError as exc:
            self.error = exc
        except Exception as exc:
            log.exception(
                "a background task failed", extra={"event": "page.task", "task": self.title}
            )
            self.error = in_words(exc)
        finally:
            self.ended_s = clock.ticks_s()

    def _report(self, state: Done) -> None:
        self.done, self.total = state.done, state.total

    @property
    def ended(self) -> bool:
        """Whether there is a result or an error."""
        return self.ended_s is not None


class Tasks:
    """The background tasks of one site."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock, self._randomness = clock, randomness
        self._tasks: dict[str, Task] = {}

    def start(
        self, owner: str, title: str, body: Body, *, subject: str = "", in_bytes: bool = False
    ) -> Task:
        """Begin ``body`` now; it goes on whether or not anybody watches.

        Raises:
            BusyError: too many are under way.
        """
        self._sweep()
        if len(self._tasks) >= MAX_TASKS:
            raise BusyError(f"{MAX_TASKS}")
        number = self._randomness.token(_NAME_BYTES).hex()
        task = Task(number=number, owner=owner, title=title, subject=subject, in_bytes=in_bytes)
        task.start(body, self._clock)
        self._tasks[number] = task
        return task

    def of(self, owner: str, number: str) -> Task:
        """One that ``owner`` started.

        Raises:
            PageMissingError: there is none, or it was forgotten.
        """
        task = self._tasks.get(number)
        if task is None or task.owner != owner:
            raise PageMissingError(number[:40])
        return task

    def by(self, owner: str) -> list[Task]:
        """All that ``owner`` started and that is not forgotten, newest first."""
        self._sweep()
        return [task for task in reversed(self._tasks.values()) if task.owner == owner]

    async def close(self) -> None:
        """Wait for what is under way: it may be writing."""
        running = [task.running for task in self._tasks.values() if task.running]
        await asyncio.gather(*running, return_exceptions=True)

    def _sweep(self) -> None:
        now = self._clock.ticks_s()
        self._tasks = {
            number: task
            for number, task in self._tasks.items()
            if task.ended_s is None or now - task.ended_s < KEPT_S
        }
