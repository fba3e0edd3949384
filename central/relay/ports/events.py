"""Who wants to know what happens to a relay."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Events:
    """Calls to make, in the order in which they were asked for."""

    news: list[Callable[[], None]] = field(default_factory=list)  # a newer roster or release
    ends: list[Callable[[], None]] = field(default_factory=list)  # exchanges must end
