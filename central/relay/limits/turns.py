"""When those who find all exchanges taken may return: in turn, as fast as others end.

After a power cut all stations of a county call within a second. Who is sent away gets the next
free moment of a line that moves somewhat faster than exchanges lately ended; so they neither
return together nor stay away while there is room.

Faster, because the rate says how many came, too: where fewer come than could, fewer end, and a line
that moved only as fast would stay so slow for ever. One who comes too early waits or is sent away
again, for a quarter of what an exchange takes; a place that stands empty is lost.

Source: docs/protocol.md section 8.6.
"""

from collections import deque

from protocol.ports import Clock

FIRST_RATE = 40.0  # exchanges a second, until enough have ended to measure it
LEAST_RATE = 20.0  # so many cost 60 ms a second where they are sent away again
LEAST_S, MOST_S = 1.0, 600.0
GAIN = 1.5  # how much faster the line moves
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
        returns = max(LEAST_RATE, GAIN * self.rate())  # a second
        self._next_s = min(turn_s + 1 / returns, now_s + MOST_S)
        return turn_s - now_s

    def rate(self) -> float:
        """Exchanges that ended lately, for each second."""
        now_s = self._clock.ticks_s()
        lately = [end_s for end_s in self._ends if now_s - end_s < _WINDOW_S]
        if len(lately) < _ENOUGH:
            return FIRST_RATE
        return len(lately) / max(now_s - lately[0], _SHORTEST_S)
