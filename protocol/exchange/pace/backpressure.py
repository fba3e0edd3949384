"""A peer without room: for a while it gets nothing but what it can still take.

Source: docs/protocol.md section 9.6.
"""

from protocol.envelope.envelope import Lane
from protocol.errors import ControlQuotaError, NoRoomError, QuotaError
from protocol.limits import BACKPRESSURE_S
from protocol.ports import Clock

_STILL = {
    QuotaError.code: frozenset((Lane.CONTROL, Lane.BLOBS, Lane.CATALOGUE)),
    ControlQuotaError.code: frozenset(Lane) - {Lane.CONTROL},
    NoRoomError.code: frozenset[Lane](),
}


class Backpressure:
    """What one peer said of its room; outlives exchanges, but not the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[tuple[str, str], float] = {}  # by code and origin

    def told(self, code: str, origin: str) -> bool:
        """Whether a refusal of an item of ``origin`` means "not now"; it holds from here on if so.

        A quota is one origin's, so its being full holds up nobody else; a full disk is everybody's.
        """
        if code not in _STILL:
            return False
        whose = "" if code == NoRoomError.code else origin
        self._until_s[code, whose] = self._clock.ticks_s() + BACKPRESSURE_S
        return True

    def shut(self, lane: Lane) -> set[str]:
        """Origins of which the peer takes no items of ``lane`` now; the empty one: of nobody."""
        now_s = self._clock.ticks_s()
        return {
            origin
            for (code, origin), until_s in self._until_s.items()
            if now_s < until_s and lane not in _STILL[code]
        }

    def takes(self, lane: Lane, origin: str) -> bool:
        """Whether the peer takes items of ``lane`` of ``origin`` now."""
        return not {"", origin} & self.shut(lane)

    @property
    def left_s(self) -> float:
        """Seconds until the peer is asked to take everything again; not above 0: it is now."""
        now_s = self._clock.ticks_s()
        return max((until_s - now_s for until_s in self._until_s.values()), default=0.0)
