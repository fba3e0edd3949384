"""How long the loop waits between exchanges.

After a failure with full jitter, because villages that lost power together come back together;
after a success only briefly; at once after a line that broke while it carried something.
"""

from protocol.errors import LineError, YizhanError
from protocol.exchange.pace.backoff import Backoff
from protocol.ports import Randomness

_KEEN_TRIES = 8  # failures with short pauses after a line that worked: it may be back at once
_AT_ONCE_S = (0.1, 1.0)  # after a line that broke while it carried something
_JITTER = (0.5, 1.5)  # of the pause after a success


class Pauses:
    """Told how each exchange of the loop ended; says how long to wait."""

    def __init__(self, randomness: Randomness, usual_s: float) -> None:
        self._randomness, self._usual_s = randomness, usual_s
        self._backoff = Backoff(randomness)
        self._keen = 0  # failures that do not lengthen the pause
        self._moved = False  # something, in the exchange that runs

    def begin(self) -> None:
        """An exchange begins."""
        self._moved = False

    def progress(self, *, items: int) -> None:
        """It has moved so many items by now."""
        self._moved = self._moved or items > 0

    def after_success_s(self, asked_s: float, opens_s: float | None) -> float:
        """The pause after a success.

        Args:
            asked_s: what the parent asks for; 0: nothing.
            opens_s: when a lane opens that is shut now; None: none is.
        """
        self._keen = _KEEN_TRIES
        self._backoff.succeeded()
        pause_s = self._usual_s * self._randomness.uniform(*_JITTER)
        if asked_s:
            return asked_s + pause_s
        return pause_s if opens_s is None else min(pause_s, opens_s)

    def after_failure_s(self, exc: YizhanError) -> float:
        """The pause after ``exc``."""
        if self._moved:
            self._keen = _KEEN_TRIES
            if isinstance(exc, LineError) and not exc.retry_after_s:
                return self._randomness.uniform(*_AT_ONCE_S)
        if self._keen:
            self._keen -= 1
            self._backoff.succeeded()
        return self._backoff.failed(exc.retry_after_s)
