"""A peer without room: for a while it gets nothing but what it can still take.

Source: docs/protocol.md section 9.6.
"""

from protocol.envelope import Lane
from protocol.errors import ControlQuotaError, NoRoomError, QuotaError
from protocol.limits import LATER_S
from protocol.ports import Clock

_STILL = {
    QuotaError.code: frozenset((Lane.CONTROL, Lane.BLOBS, Lane.CATALOGUE)),
    ControlQuotaError.code: frozenset(Lane) - {Lane.CONTROL},
    NoRoomError.code: frozenset[Lane](),
}


class Later:
    """What one peer said of its room; outlives exchanges, but not the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[str, float] = {}

    def told(self, code: str) -> bool:
        """Whether a refusal by ``code`` means "not now"; it holds from here on if so."""
        if code not in _STILL:
            return False
        self._until_s[code] = self._clock.ticks_s() + LATER_S
        return True

    def takes(self, lane: Lane) -> bool:
        """Whether the peer takes items of ``lane`` now."""
        now_s = self._clock.ticks_s()
        return all(
            lane in _STILL[code] for code, until_s in self._until_s.items() if now_s < until_s
        )

    @property
    def left_s(self) -> float:
        """Seconds until the peer is asked to take everything again; not above 0: it is now."""
        now_s = self._clock.ticks_s()
        return max((until_s - now_s for until_s in self._until_s.values()), default=0.0)
