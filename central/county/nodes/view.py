"""What is shown of one node."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from protocol.ids import NodeId
from protocol.trust.roster import Role, State


class Severity(Enum):
    """How soon somebody should look."""

    URGENT = "urgent"  # today: applications may be stuck or lost
    WARNING = "warning"  # this week
    NOTICE = "notice"  # when there is time


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong with a node; docs/operations.md says what to do about each."""

    code: str
    severity: Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """One node as the county knows it. Times are by the county's clock, ms UTC.

    From ``program`` on it is the node's own word, so it may be as old as ``said_ms``.
    """

    node: NodeId
    role: Role
    state: State
    code: str  # division code
    name: str
    parent: NodeId | None
    url: str
    contact: str
    heard_ms: int | None  # when it was last heard of; None: never
    heard_age_s: int | None  # the same as an age
    heard_by: NodeId | None  # who heard it: the county itself, or a hub that says so
    said_ms: int | None  # when its last word came
    program: str  # empty: it has not said a word yet
    roster: int | None  # version that it holds; None: not known
    release: int | None
    releases_behind: int | None
    waiting: int | None  # station: not confirmed, less what came since; hub: not passed on
    waiting_bytes: int | None
    oldest_ms: int | None  # since when the oldest of them waits
    oldest_age_s: int | None  # the same as an age
    clock_error_ms: int | None  # its clock minus ours; None: not known
    free_mib: int | None
    authority: str = ""  # name of the TLS authority that its certificate is of; empty: not known
    alarms: tuple[Alarm, ...] = ()

    @property
    def should_speak(self) -> bool:
        """Whether silence means that something is wrong."""
        speaking = self.state in (State.ACTIVE, State.DRAINING)
        return speaking and self.role is not Role.COUNTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A node and those below it."""

    view: NodeView
    below: Sequence["Branch"]
