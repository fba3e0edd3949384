"""When those who find all exchanges taken may return: in turn, as fast as others end.

After a power cut all stations of a county call within a second. Who is sent away gets the next
free moment of a line that moves at the rate at which exchanges lately ended; so they neither
return together nor stay away while there is room.

Source: docs/protocol.md section 8.6.
"""

from collections import deque

from protocol.ports import Clock

FIRST_RATE = 40.0  # exchanges a second, until enough have ended to measure it
LEAST_S, MOST_S = 1.0, 600.0
_WINDOW_S = 10.0
_ENDS = 256  # remembered
_ENOUGH = 16
_SHORTEST_S = 1.0  # some may end at the same moment


class RetryTimes:
    """Told what ends; tells when to come back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: deque[float] = deque(maxlen=_ENDS)
        self._next_s = 0.0  # ticks at which the line is over

    def ended(self) -> None:
        """An exchange ended: there is room for another."""
        self._ends.append(self._clock.ticks_s())

    def pause_s(self) -> float:
        """Seconds after which whoever is sent away now may come back."""
        now_s = self._clock.ticks_s()
        turn_s = max(self._next_s, now_s + LEAST_S)
        self._next_s = min(turn_s + 1 / self.rate(), now_s + MOST_S)
        return turn_s - now_s

    def rate(self) -> float:
        """Exchanges that ended lately, for each second."""
        now_s = self._clock.ticks_s()
        lately = [end_s for end_s in self._ends if now_s - end_s < _WINDOW_S]
        if len(lately) < _ENOUGH:
            return FIRST_RATE
        return len(lately) / max(now_s - lately[0], _SHORTEST_S)
