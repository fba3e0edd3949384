"""A loop that must never be silently dead: it is restarted if it ends by a fault or hangs.

The loop says again and again until when it will be heard of next (:class:`Heartbeat`). What it
waits for may take a day; what it forgot to bound does not.

Source: docs/architecture.md, "What keeps running".
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

from protocol.ports import Clock

HANG_S = 900.0  # beyond what a loop says itself: connecting, silence and stall are 500 s together
_LOOK_S = 15.0
_RESTART_S, _RESTART_MAX_S = 5.0, 300.0

log = logging.getLogger(__name__)


class Heartbeat:
    """When a loop will be heard of at the latest."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s = math.inf

    def expect(self, within_s: float = 0.0) -> None:
        """The next sign of life comes within ``within_s`` seconds and what no loop may exceed."""
        self._until_s = self._clock.ticks_s() + within_s + HANG_S

    def wait_for_others(self) -> None:
        """No sign of life for as long as others take."""
        self._until_s = math.inf

    @property
    def overdue(self) -> bool:
        """It should have been heard of by now."""
        return self._clock.ticks_s() > self._until_s


async def keep_running(
    name: str, work: Callable[[], Awaitable[None]], *, pulse: Heartbeat, clock: Clock
) -> None:
    """Run ``work`` until it returns, and again if it fails or hangs; pauses grow to 5 minutes.

    Args:
        name: of the loop, for the log.
        work: makes the loop anew each time; must bear being cancelled.
    """
    failures = 0
    while True:
        started_s = clock.ticks_s()
        pulse.expect()
        if await _ended(name, asyncio.ensure_future(work()), pulse):
            return
        if clock.ticks_s() - started_s > _RESTART_MAX_S + HANG_S:
            failures = 0
        failures += 1
        await clock.sleep(min(_RESTART_MAX_S, _RESTART_S * 2.0 ** min(failures - 1, 10)))


async def _ended(name: str, task: "asyncio.Future[None]", pulse: Heartbeat) -> bool:
    """Wait for one run; whether it ended in order."""
    try:
        while not (await asyncio.wait({task}, timeout=_LOOK_S))[0]:
            if pulse.overdue:
                log.error("a loop hangs", extra={"event": "loop.hung", "loop": name})
                pulse.expect()  # if it does not even end, that is said again
                task.cancel()
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait({task})
        raise
    if task.cancelled():
        return False
    if (fault := task.exception()) is not None:
        log.error(
            "a loop ended by a fault",
            extra={"event": "loop.died", "loop": name, "fault": type(fault).__name__},
            exc_info=fault,
        )
        return False
    return True
