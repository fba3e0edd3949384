"""Slows down whoever tries many names from one address."""

from central.accounts.limits import ADDRESS_TRIES, LOCK_S
from protocol.errors import LoginLockedError
from protocol.ports import Clock

_MOST_ADDRESSES = 10_000


class Throttle:
    """Counts logins by address, for a quarter of an hour; those that were right are taken back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tried: dict[str, list[float]] = {}  # ticks, oldest first

    def enter(self, address: str) -> None:
        """Count a login before it is judged, so that many at once are all counted.

        Raises:
            LoginLockedError: too many failed from there.
        """
        recent = self._recent(address)
        if len(recent) >= ADDRESS_TRIES:
            raise LoginLockedError
        if address not in self._tried and len(self._tried) >= _MOST_ADDRESSES:
            self._tried.pop(next(iter(self._tried)))
        self._tried[address] = [*recent, self._clock.ticks_s()]

    def leave(self, address: str) -> None:
        """One of them was right after all."""
        recent = self._recent(address)
        self._tried[address] = recent[:-1]
        if not recent[:-1]:
            del self._tried[address]

    def _recent(self, address: str) -> list[float]:
        since = self._clock.ticks_s() - LOCK_S
        return [at for at in self._tried.get(address, ()) if at > since]
