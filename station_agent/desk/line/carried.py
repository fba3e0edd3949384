"""What one button moved by a stick."""

from dataclasses import dataclass

from runtime.sticks.calls import Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class BothWays:
    """What came from a stick and what went onto it."""

    came: Moved | None  # None: nothing on it is for this station
    went: Moved
