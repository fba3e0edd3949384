"""What can be asked of the dashboard; light, for commands that load no county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDashboard:
    """Ask how the county stands."""

    days: int = 30  # of intake: today and those before, 1 to MAX_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of a dimension."""

    key: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A station of which something is known to be lost, or lies where nobody handles it."""

    station: str
    name: str
    missing: int  # sealed numbers that never came
    quarantined: int  # that could not be taken in
    review: int  # of withdrawn and lost PCs
    awaiting: int  # kept for a newer program
    forks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A node that should speak and was not heard for too long."""

    node: str
    name: str
    heard_ms: int | None  # None: never
    waiting: int | None  # what it had not handed on when it last said so; None: not known


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardShown:
    """How the county stands; counts alone."""

    now_ms: int
    days: Sequence[Group]  # what came, by day, the oldest first; none is left out
    items: Sequence[Group]  # of these days, the most first
    townships: Sequence[Group]
    lights: Mapping[str, int]
    undone: Sequence[Group]  # what waits for a decision, by department, the most first
    bad_ratings: int  # that are not closed
    overdue_ratings: int
    on_the_way: int  # what nodes say that they have not handed on
    losses: Sequence[Loss]
    silent: Sequence[Silent]  # the longest first


DASHBOARD = Call("county.dashboard", ShowDashboard, DashboardShown, reads=True)
