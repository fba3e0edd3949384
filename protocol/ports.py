"""What the core asks of the outside world: time and chance, both handed in as arguments."""

from typing import Protocol


class Clock(Protocol):
    """Two kinds of time. Nothing else in this product may ask for the time."""

    def now_ms(self) -> int:
        """UTC wall time in ms since 1970. May jump: store and show it, never subtract it."""
        ...

    def ticks_s(self) -> float:
        """Monotonic seconds. Only differences have a meaning: use it for timeouts."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Suspend the calling task for ``seconds`` of monotonic time."""
        ...


class Randomness(Protocol):
    """Chance, from the operating system in programs and from a seed in tests."""

    def token(self, size: int) -> bytes:
        """``size`` unpredictable bytes."""
        ...

    def uniform(self, low: float, high: float) -> float:
        """A float in [low, high]; for spreading retries, never for keys."""
        ...
