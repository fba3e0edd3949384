"""How much may be under way at once, so that a line is never idle and never clogged.

Too little under way leaves a long line waiting for acknowledgements; too much stands in queues
before the line, where something urgent can't overtake it and a cut throws it away. So what is
under way is held to a few seconds of the rate that the acknowledgements show, and a part of a blob
to a quarter of a second: of a part that a cut breaks off nothing is kept.

Source: docs/protocol.md section 8.4.
"""

from collections import deque
from dataclasses import dataclass

from protocol.limits import KIB, PART_BYTES
from protocol.ports import Clock

FIRST_WINDOW_BYTES = 64 * KIB  # until the first acknowledgement: 8 s at 64 kbit/s
MIN_WINDOW_BYTES = 24 * KIB  # some segments of TCP, whatever the rate
AHEAD_S = 4.0  # worth of the rate: a round trip of a satellite, losses, and a commit
MIN_PART_BYTES = 8 * KIB  # the frame around a part is 1 % of it
_PART_S = 0.25
_SAMPLES = 16  # the best of so many is believed: acknowledgements come late, never early


@dataclass(frozen=True, slots=True)
class _Pushed:
    size: int
    at_s: float
    carried: int  # bytes acknowledged before


class SendWindow:
    """Told what is pushed and confirmed in one exchange; says how much more may go."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._flying: deque[_Pushed] = deque()
        self._rates: deque[float] = deque(maxlen=_SAMPLES)  # bytes/s
        self._carried = self._under_way = 0
        self._free = False

    @property
    def part_bytes(self) -> int:
        """How large the next part of a blob may be."""
        if not self._rates:
            return MIN_PART_BYTES
        return int(min(PART_BYTES, max(MIN_PART_BYTES, max(self._rates) * _PART_S)))

    @property
    def room_bytes(self) -> int | None:
        """What may go now; not above 0: nothing. None: as much as there is."""
        return None if self._free else int(self._window_bytes) - self._under_way

    def pushed(self, size: int) -> None:
        """An item with ``size`` bytes of content goes out."""
        self._flying.append(_Pushed(size, self._clock.ticks_s(), self._carried))
        self._under_way += size

    def confirmed(self, items: int) -> None:
        """The peer answered the oldest ``items`` pushes."""
        last = None
        for _ in range(min(items, len(self._flying))):
            last = self._flying.popleft()
            self._carried += last.size
            self._under_way -= last.size
        if last is not None:
            took_s = max(self._clock.ticks_s() - last.at_s, 1e-6)
            self._rates.append((self._carried - last.carried) / took_s)

    def free(self) -> bool:
        """The path brings no acknowledgements: send without them. Whether more can go now."""
        if self._free or not self._flying:
            return False
        self._free = True
        return True

    @property
    def _window_bytes(self) -> float:
        if not self._rates:
            return FIRST_WINDOW_BYTES
        return max(MIN_WINDOW_BYTES, max(self._rates) * AHEAD_S)
