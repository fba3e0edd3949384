"""How much may be under way at once, so that a line is never idle and never clogged.

Too little under way leaves a long line waiting for acknowledgements; too much stands in queues
before the line, where something urgent can't overtake it and a cut throws it away. So what is
under way is held to a few seconds of the rate that the acknowledgements show, and a part of a blob
to a quarter of a second: of a part that a cut breaks off nothing is kept.

Source: docs/protocol.md section 8.5.
"""

from collections import deque
from collections.abc import Sequence

from protocol.exchange.unacknowledged import Push, UnacknowledgedPushes
from protocol.limits import KIB, PART_BYTES

FIRST_WINDOW_BYTES = 64 * KIB  # until the first acknowledgement: 8 s at 64 kbit/s
MIN_WINDOW_BYTES = 24 * KIB  # some segments of TCP, whatever the rate
AHEAD_S = 4.0  # worth of the rate: a round trip of a satellite, losses, and a commit
MIN_PART_BYTES = 8 * KIB  # the frame around a part is 1 % of it
_PART_S = 0.25
_SAMPLES = 16  # the best of so many is believed: acknowledgements come late, never early
_SHORTEST_S = 1e-6


class SendWindow:
    """Told what is acknowledged in one exchange; says how much more may go."""

    def __init__(self, unacknowledged: UnacknowledgedPushes) -> None:
        self._unacknowledged = unacknowledged
        self._rates: deque[float] = deque(maxlen=_SAMPLES)  # bytes/s
        self._lifted = False

    @property
    def part_bytes(self) -> int:
        """How large the next part of a blob may be."""
        if not self._rates:
            return MIN_PART_BYTES
        return int(min(PART_BYTES, max(MIN_PART_BYTES, max(self._rates) * _PART_S)))

    @property
    def left_bytes(self) -> int | None:
        """What may go now; not above 0: nothing. None: as much as there is."""
        return None if self._lifted else int(self._window_bytes) - self._unacknowledged.size

    def acknowledged(self, pushes: Sequence[Push], now_s: float) -> None:
        """The peer answered the oldest pushes."""
        if pushes:
            last = pushes[-1]
            took_s = max(now_s - last.at_s, _SHORTEST_S)
            carried = self._unacknowledged.carried_bytes - last.carried_bytes
            self._rates.append(carried / took_s)

    def lift(self) -> bool:
        """The path brings no acknowledgements: send without them. Whether more can go now."""
        if self._lifted or not self._unacknowledged:
            return False
        self._lifted = True
        return True

    @property
    def _window_bytes(self) -> float:
        if not self._rates:
            return FIRST_WINDOW_BYTES
        return max(MIN_WINDOW_BYTES, max(self._rates) * AHEAD_S)


class Rate:
    """How fast the line carries what is pushed: bytes, and the time in which some were under way.

    The time in which nothing is under way (a line that is kept open, a budget that asks for a
    pause) says nothing of the line and is left out.
    """

    def __init__(self) -> None:
        self._since_s = 0.0  # counted up to here
        self.carried_bytes = 0
        self.busy_s = 0.0

    def pushes(self, now_s: float, *, first: bool) -> None:
        """An item goes out; ``first`` if nothing else is under way."""
        if first:
            self._since_s = now_s

    def acknowledged(self, pushes: Sequence[Push], now_s: float) -> None:
        """The peer answered the oldest pushes."""
        self.busy_s += now_s - self._since_s
        self._since_s = now_s
        self.carried_bytes += sum(push.size for push in pushes)
