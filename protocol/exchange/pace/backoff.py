"""Pauses between exchanges, so that villages that lost power together do not return together.

Source: docs/protocol.md section 9.
"""

from dataclasses import dataclass

from protocol.ports import Randomness

FIRST_S = 5.0
MAX_S = 900.0
_MAX_DOUBLINGS = 10
_AFTER_ASKED_S = (0.0, 1.0)  # a pause that is asked for comes in whole seconds


def retry_delay_s(failures: int, *, rng: Randomness, first_s: float = FIRST_S) -> float:
    """Seconds to wait after ``failures`` failed exchanges in a row: full jitter.

    Anything between 0.1 s and ``first_s`` doubled for each failure, at most 15 minutes.

    Raises:
        ValueError: ``failures`` is below 1.
    """
    if failures < 1:
        raise ValueError(f"failures must be >= 1, got {failures}")
    ceiling = min(MAX_S, first_s * 2.0 ** min(failures - 1, _MAX_DOUBLINGS))
    return rng.uniform(0.1, ceiling)


@dataclass(slots=True)
class Backoff:
    """Counts failures and says how long to wait; success or progress resets it."""

    rng: Randomness
    first_s: float = FIRST_S
    failures: int = 0

    def failed(self, retry_after_s: float = 0.0) -> float:
        """Seconds to wait now; never less than the peer asked for, and little more.

        Who asks for a pause spreads them itself.
        """
        if retry_after_s > 0:
            return min(retry_after_s, MAX_S) + self.rng.uniform(*_AFTER_ASKED_S)
        self.failures += 1
        return retry_delay_s(self.failures, rng=self.rng, first_s=self.first_s)

    def succeeded(self) -> None:
        """Start from the shortest pause again."""
        self.failures = 0
