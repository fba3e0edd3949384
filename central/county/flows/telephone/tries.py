"""How often a wrong pair may be tried: by number, and by whoever asks. Kept in memory."""

from collections import OrderedDict

from protocol.errors.casework import TelephoneLimitedError
from protocol.ports import Clock

MAX_WRONG_OF_NUMBER = 5
MAX_WRONG_OF_ASKER = 30
WINDOW_S = 900.0
_MOST_KEYS = 10_000  # the oldest are forgotten


class WrongTries:
    """Wrong pairs of the last quarter of an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, list[float]] = OrderedDict()

    def enter(self, number: str, asker: str) -> None:
        """Count a try as wrong before it is judged.

        Raises:
            TelephoneLimitedError: there were too many; this one is not to be judged.
        """
        limits = {
            f"number {number}": MAX_WRONG_OF_NUMBER,
            f"asker {asker}": MAX_WRONG_OF_ASKER,
        }
        recent = {key: self._recent(key) for key in limits}
        if any(len(recent[key]) >= most for key, most in limits.items()):
            raise TelephoneLimitedError
        for key, tries in recent.items():
            self._wrong[key] = [*tries, self._clock.ticks_s()]
            self._wrong.move_to_end(key)
        while len(self._wrong) > _MOST_KEYS:
            self._wrong.popitem(last=False)

    def forgive(self, number: str, asker: str) -> None:
        """The try that was counted last was right."""
        for key in (f"number {number}", f"asker {asker}"):
            if tries := self._wrong.get(key):
                tries.pop()

    def _recent(self, key: str) -> list[float]:
        since = self._clock.ticks_s() - WINDOW_S
        return [at for at in self._wrong.get(key, ()) if at > since]
