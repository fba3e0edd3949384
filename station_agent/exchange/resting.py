"""The pauses of the loop between exchanges, and what ends them."""

import asyncio
from contextlib import suppress

from protocol.ports import Clock
from runtime.jobs.supervise import Heartbeat


class Resting:
    """Of one loop."""

    def __init__(self, clock: Clock, pulse: Heartbeat) -> None:
        self._clock, self.pulse = clock, pulse
        self._work, self._stopping = asyncio.Event(), asyncio.Event()

    @property
    def is_over(self) -> bool:
        """Whether the loop is to end."""
        return self._stopping.is_set()

    def wake(self) -> None:
        """Something waits to be sent."""
        self._work.set()

    def begin(self) -> None:
        """What waits is being looked at: only what comes now wakes the next pause."""
        self._work.clear()

    def stop(self) -> None:
        """End this pause, and the loop."""
        self._stopping.set()

    async def pause(self, pause_s: float, *, wakeable: bool) -> None:
        """Wait so long, or until the loop is to end; ``wakeable``: or something is to be sent."""
        self.pulse.expect(pause_s)
        waits = [self._clock.sleep(pause_s), self._stopping.wait()]
        if wakeable:
            waits.append(self._work.wait())
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)
