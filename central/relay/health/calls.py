"""What a hub tells of itself, named as its command prints it: counts and ages, never content.

Source: docs/operations.md, "Commands".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.json_values import ABSENT, Absent, Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class HeapShown:
    """Envelopes or blobs that wait for one neighbour."""

    waiting: int
    bytes: int
    oldest_ms: int  # when the oldest was stored


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneShown:
    """What waits in one lane to a neighbour, and what shuts it."""

    waiting: int = 0
    bytes: int = 0
    shut: str | None = None  # "window" or "budget"
    opens_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthShown:
    """A child's own word, and when it came."""

    program: str
    roster: int
    release: int
    waiting: int
    waiting_bytes: int
    oldest_s: int
    free_mib: int
    clock_error_ms: int | None
    conditions: Sequence[str]
    authority: str  # in hex
    said_ms: int | None


class NeighbourShown(Answer, frozen=True, kw_only=True):
    """One neighbour; what was never heard or seen of it is left out."""

    node: str
    name: str
    guest: bool  # belongs elsewhere
    lanes: Mapping[str, LaneShown]
    envelopes: HeapShown | Absent = ABSENT
    blobs: HeapShown | Absent = ABSENT
    heard_ms: int | Absent | None = ABSENT
    heard_age_s: int | Absent | None = ABSENT
    roster: int | Absent | None = ABSENT  # that it holds
    health: HealthShown | Absent | None = ABSENT


class HeldShown(Answer, frozen=True, kw_only=True):
    """What one origin has here that was not passed on; it counts against its quota."""

    origin: str
    items: int
    bytes: int
    oldest_ms: int
    envelopes: int | Absent = ABSENT
    blobs: int | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredShown:
    """An envelope or blob that a neighbour refuses, set aside."""

    item: str  # in hex
    kind: str  # "envelope" or "blob"
    origin: str
    refused_by: str
    code: str
    refusals: int
    since_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """What the roster says of a node that calls here, or that is named elsewhere."""

    name: str
    code: str
    role: str
    state: str
    below: bool  # this hub


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaShown:
    """The most that one origin may have here."""

    items: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskShown:
    """Room where the blobs lie."""

    bytes: int
    free: int
    files_free: int | None  # None where they are not counted
    short: bool  # nothing is taken in


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """Whether the parent was heard in the last exchange, since when, and why not."""

    is_open: bool = False
    since_ms: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeShown:
    """Trusted time."""

    n: int
    at_ms: int | None
    sure: bool  # else to be shown as "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedShown:
    """Why the parent does not serve this hub, in its signed words."""

    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HubState:
    """A hub as it is now."""

    node: str
    roster: int  # version
    release: int
    newer_roster: int | None  # that needs a newer program
    audit: str  # how far the county's audit record reached
    parent: str | None
    line: LineShown | None  # None: nobody calls
    disk: DiskShown
    clock_error_ms: int | None
    time: TimeShown
    nodes: Mapping[str, EntryShown]  # by id
    state: str | None  # its own, as the roster has it
    standing: RefusedShown | None
    neighbours: Sequence[NeighbourShown]
    aside: Sequence[DeferredShown]
    stumbled: int  # items on which the program failed
    aside_count: int
    held: Sequence[HeldShown]
    quota: QuotaShown
