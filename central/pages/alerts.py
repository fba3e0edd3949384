"""What stands at the head of every page of a server; alerts.html has the words."""

from protocol.trust.trusted_clock import TrustedClock
from runtime.web.alerts import Alert

_OFF_MS = 2 * 60_000  # a smaller error refuses no second factor


def clock_alert(trusted: TrustedClock) -> list[Alert]:
    """Whether the clock of this machine is off by what the county signed."""
    error_ms = trusted.error_ms
    if error_ms is None or abs(error_ms) <= _OFF_MS:
        return []
    return [Alert("clock-fast" if error_ms > 0 else "clock-slow", abs(error_ms) / 1000)]
