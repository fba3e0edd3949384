"""Whether an exchange still gets anywhere: a line that is dead, too slow, or in a circle ends.

Bytes that move are not enough: a peer could say one letter a minute, or the same thing for ever.
So three things are watched, all by the monotonic clock.

Source: docs/protocol.md section 8.7.
"""

from protocol.errors import LineError
from protocol.limits import FRAME_GRACE_S, MIN_BYTES_PER_S, SILENCE_S, STALL_S


class StallDetector:
    """Told what moves in one exchange; says what is wrong with it. All times are ticks."""

    def __init__(self, now_s: float) -> None:
        self._moved_s = self._got_on_s = now_s
        self._frame_s: float | None = None  # when the frame that is coming in began
        self._held = 0  # bytes of it that are here

    def quiet_s(self, now_s: float) -> float:
        """Seconds since a byte moved in either direction."""
        return now_s - self._moved_s

    def sent(self, now_s: float) -> None:
        """The line took bytes from us."""
        self._moved_s = now_s
        self.got_on(now_s)

    def received(self, size: int, held: int, now_s: float) -> None:
        """``size`` bytes came; ``held`` bytes of a frame that is not whole are here now."""
        self._moved_s = now_s
        if held == 0:
            self._frame_s = None
        elif self._frame_s is None or held != self._held + size:  # another frame has begun
            self._frame_s = now_s
        self._held = held

    def got_on(self, now_s: float) -> None:
        """An item, an answer or an acknowledgement: the exchange is further than before."""
        self._got_on_s = now_s

    def require(self, now_s: float, *, settled: bool, linger_s: int) -> None:
        """Raise LineError if the exchange gets nowhere.

        Args:
            now_s: ticks.
            settled: both sides have nothing to say, so that nothing need get on.
            linger_s: how long the child wants to keep a silent exchange open.
        """
        if now_s - max(self._moved_s, self._got_on_s) > SILENCE_S + linger_s:
            raise LineError("the line is silent")
        if self._frame_s is not None:
            allowed_s = FRAME_GRACE_S + self._held / MIN_BYTES_PER_S
            if now_s - self._frame_s > allowed_s:
                raise LineError(f"{self._held} bytes of a frame in {now_s - self._frame_s:.0f} s")
        elif not settled and now_s - self._got_on_s > STALL_S:
            raise LineError("the exchange gets nowhere")
