"""How fast the line carries what is pushed: bytes, and the time in which some were under way.

The time in which nothing is under way (a line that is kept open, a budget that asks for a pause)
says nothing of the line and is left out.
"""

from collections import deque

from protocol.ports import Clock


class ProbedRate:
    """Told what is pushed and confirmed in one exchange."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._flying: deque[int] = deque()  # sizes, in the order of the pushes
        self._since_s = 0.0  # counted up to here
        self.carried_bytes = 0
        self.busy_s = 0.0

    def pushed(self, size: int) -> None:
        """An item of ``size`` bytes of content goes out."""
        if not self._flying:
            self._since_s = self._clock.ticks_s()
        self._flying.append(size)

    def confirmed(self, items: int) -> None:
        """The peer answered the oldest ``items`` pushes."""
        now_s = self._clock.ticks_s()
        self.busy_s += now_s - self._since_s
        self._since_s = now_s
        for _ in range(min(items, len(self._flying))):
            self.carried_bytes += self._flying.popleft()
