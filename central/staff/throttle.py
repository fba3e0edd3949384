"""Slows down whoever tries many names from one address."""

from central.staff.limits import ADDRESS_TRIES, LOCK_S
from protocol.errors import LoginLockedError
from protocol.ports import Clock

_MOST_ADDRESSES = 10_000


class Throttle:
    """Counts failed logins by address, for a quarter of an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: dict[str, list[float]] = {}  # ticks, oldest first

    def check(self, address: str) -> None:
        """Raise LoginLockedError if too many failed from there."""
        if len(self._recent(address)) >= ADDRESS_TRIES:
            raise LoginLockedError

    def count(self, address: str) -> None:
        """One more has failed."""
        recent = [*self._recent(address), self._clock.ticks_s()]
        if address not in self._failed and len(self._failed) >= _MOST_ADDRESSES:
            self._failed.pop(next(iter(self._failed)))
        self._failed[address] = recent

    def _recent(self, address: str) -> list[float]:
        since = self._clock.ticks_s() - LOCK_S
        return [at for at in self._failed.get(address, ()) if at > since]
