"""Trusted time: what the parent's clock says, carried on by the monotonic clock.

A village PC may believe that it is 2009 or 2035. The parent tells its time in each exchange;
until the next one this process counts on from there in monotonic seconds, which no change of
the date disturbs. Another process on the same PC knows only the difference that was heard last,
and never goes below the largest trusted time ever heard.

Source: docs/protocol.md section 9.
"""

from dataclasses import dataclass

from protocol.ports import Clock


@dataclass(slots=True)
class TrustedClock:
    """Says what time it really is, as far as anybody has told us."""

    clock: Clock
    offset_ms: int | None  # trusted minus local, as heard last
    largest_ms: int  # the largest trusted time ever heard
    _heard: tuple[int, float] | None = None  # trusted ms, and ticks at that moment

    def now_ms(self) -> int | None:
        """UTC in ms; None while no parent has ever told the time."""
        if self._heard is not None:
            heard_ms, ticks_s = self._heard
            return heard_ms + round((self.clock.ticks_s() - ticks_s) * 1000)
        if self.offset_ms is None:
            return None
        return max(self.clock.now_ms() + self.offset_ms, self.largest_ms)

    @property
    def error_ms(self) -> int | None:
        """How far the PC's clock is ahead of trusted time; None if it was never told that."""
        return None if self.offset_ms is None else -self.offset_ms

    @property
    def heard(self) -> bool:
        """Whether a parent has told the time since this process began."""
        return self._heard is not None

    def hear(self, time_ms: int) -> bool:
        """The parent says that it is ``time_ms``; False if it said nothing."""
        if time_ms <= 0:
            return False
        self._heard = (max(time_ms, self.largest_ms), self.clock.ticks_s())
        self.largest_ms = max(time_ms, self.largest_ms)
        self.offset_ms = time_ms - self.clock.now_ms()
        return True
