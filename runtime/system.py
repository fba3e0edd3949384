"""The real clock and the operating system's randomness: the only adapter of both."""

import asyncio
import random
import secrets
import time

from protocol.limits import MAX_TIME_MS


class SystemClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """UTC wall time in ms since 1970, as this machine believes it; never before or beyond.

        A battery that is empty may make it 1969 or 2255: what is written down stays readable.
        """
        return min(max(time.time_ns() // 1_000_000, 0), MAX_TIME_MS)

    def ticks_s(self) -> float:
        """Monotonic seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Suspend the calling task for ``seconds``."""
        await asyncio.sleep(seconds)


class SystemRandomness:
    """Chance from the operating system."""

    def __init__(self) -> None:
        self._spread = random.SystemRandom()

    def token(self, size: int) -> bytes:
        """``size`` unpredictable bytes."""
        return secrets.token_bytes(size)

    def uniform(self, low: float, high: float) -> float:
        """A float in [low, high]."""
        return self._spread.uniform(low, high)
