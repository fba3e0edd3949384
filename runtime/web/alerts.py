"""What stands at the head of every page until somebody has seen to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alert:
    """One of them; the site's template for alerts has its words."""

    code: str  # clock-jumped, clock-fast or clock-slow, say
    seconds: float = 0.0  # by which something is off
