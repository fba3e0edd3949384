"""Positions in the order in which things came to this node: a cursor, never a promise."""

from protocol.ports import Clock


class Cursor:
    """Numbers that only grow, also over restarts and when the clock is set back."""

    def __init__(self, clock: Clock, last: int) -> None:
        self._clock, self._last = clock, last

    def next(self) -> int:
        """A number above every earlier one."""
        self._last = max(self._last + 1, self._clock.now_ms() * 1000)
        return self._last
