"""A clock that stands still until a test moves it; wall time and ticks move separately."""

import asyncio
import heapq
import itertools

from runtime.system import SystemClock

START_MS = 1_790_000_000_000  # 2026-09-21, UTC


class FakeClock:
    """Wall time jumps when told to; ticks grow only by :meth:`advance`, which wakes sleepers."""

    def __init__(self, now_ms: int = START_MS, ticks_s: float = 1000.0) -> None:
        self._wall_ms = float(now_ms)
        self._ticks_s = ticks_s
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._order = itertools.count()

    def now_ms(self) -> int:
        return int(self._wall_ms)

    def ticks_s(self) -> float:
        return self._ticks_s

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        due = self._ticks_s + max(seconds, 0.0)
        sleeper = (due, next(self._order), woken)
        heapq.heappush(self._sleepers, sleeper)
        if seconds <= 0:
            self._wake()
        try:
            await woken.wait()
        finally:
            self._forget(sleeper)

    @property
    def sleepers(self) -> int:
        """Tasks that wait for this clock now."""
        return len(self._sleepers)

    def jump_wall(self, *, ms: int) -> None:
        """Somebody sets the date: no tick passes and nobody wakes."""
        self._wall_ms += ms

    def tick(self, seconds: float) -> None:
        """Let time pass without letting other tasks run."""
        self._ticks_s += seconds
        self._wall_ms += seconds * 1000
        self._wake()

    async def advance(self, seconds: float) -> None:
        """Let time pass from sleeper to sleeper, and each run until it waits again."""
        end = self._ticks_s + seconds
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.tick(max(0.0, self._sleepers[0][0] - self._ticks_s))
            await _settle()
        self.tick(end - self._ticks_s)
        await _settle()

    def _forget(self, sleeper: tuple[float, int, asyncio.Event]) -> None:
        """A cancelled sleeper waits no more."""
        if sleeper in self._sleepers:
            self._sleepers.remove(sleeper)
            heapq.heapify(self._sleepers)

    def _wake(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self._ticks_s:
            heapq.heappop(self._sleepers)[2].set()


class ShiftedClock(SystemClock):
    """The machine's own clock, for a program that has to wait; days may pass at once."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now_ms(self) -> int:
        return super().now_ms() + round(self._ahead_s * 1000)

    def ticks_s(self) -> float:
        return super().ticks_s() + self._ahead_s

    def pass_s(self, seconds: float) -> None:
        self._ahead_s += seconds


async def _settle() -> None:
    """Give every task that can run a few turns."""
    for _ in range(20):
        await asyncio.sleep(0)
