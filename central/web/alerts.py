"""What stands at the head of every page until somebody has seen to it."""

from dataclasses import dataclass

from protocol.trust.trusted_clock import TrustedClock

_OFF_MS = 2 * 60_000  # a smaller error refuses no second factor


@dataclass(frozen=True, slots=True)
class Alert:
    """One of them; alerts.html has its words."""

    code: str  # clock-jumped, clock-fast or clock-slow
    seconds: float = 0.0  # by which the clock is off


def clock_alert(trusted: TrustedClock) -> list[Alert]:
    """Whether the clock of this machine is off by what the county signed."""
    error_ms = trusted.error_ms
    if error_ms is None or abs(error_ms) <= _OFF_MS:
        return []
    return [Alert("clock-fast" if error_ms > 0 else "clock-slow", abs(error_ms) / 1000)]
