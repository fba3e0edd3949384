"""An event loop whose time jumps to the next timer as soon as nothing else can run.

A test of timeouts runs at once, and a task that would wait for ever is an error, not a hang.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from tests.builders.clock import START_MS

T = TypeVar("T")


class StuckError(Exception):
    """Every task waits for another one."""


class _JumpingSelector(selectors.DefaultSelector):
    """Passes time instead of waiting for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise StuckError
        self.now_s += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Everything but time is the standard loop."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._clock_resolution = 1e-6  # a float of years in seconds has no finer steps

    def time(self) -> float:
        return self._jumping.now_s

    def pass_s(self, seconds: float) -> None:
        """Let so much time go by at once."""
        self._jumping.now_s += seconds


class LoopClock:
    """The clock of a virtual loop: ticks are the loop's own time."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self._start_ms = now_ms

    def now_ms(self) -> int:
        return self._start_ms + int(self.ticks_s() * 1000)

    def ticks_s(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run ``story`` to its end on a virtual loop.

    Raises:
        StuckError: it waits for something that can't happen any more.
    """
    with asyncio.Runner(loop_factory=VirtualLoop, debug=False) as runner:
        return runner.run(story)
