"""The numbers of the board, made from what ``hub.status`` tells: counts, ages and sizes only.

Ages are by the hub's own clock. One that was set back makes them negative: those are unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from central.relay.health.calls import (
    DeferredShown,
    DiskShown,
    EntryShown,
    HeapShown,
    HeldShown,
    HubState,
    LaneShown,
    LineShown,
    NeighbourShown,
    QuotaShown,
)
from protocol.json_values import ABSENT, Absent
from protocol.trust.roster import Role, State

MAX_ROWS = 200  # stations on one page, which is drawn anew every 10 s; the rest is counted
QUIET_S = 3 * 86_400  # longer than a weekend: somebody should ring that village up
TOWNSHIP_DIGITS = 9  # of a division code
_STRANGER = EntryShown(name="", code="", role="", state="", below=False)
_ORDER = (State.ACTIVE.value, State.SUSPENDED.value, State.INVITED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """Some envelopes and blobs."""

    items: int = 0
    bytes: int = 0
    age_s: float | None = None  # of the oldest


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One row: a station, or a hub below this one."""

    node: str
    name: str
    code: str
    state: str  # as the roster has it; empty if it names the node no more
    is_hub: bool
    guest: bool  # belongs elsewhere, calls here or left something here
    met: bool  # was ever heard
    heard_s: float | None  # ago
    for_it: Heap
    from_it: Heap
    share: int  # per cent of its quota

    @property
    def oldest_s(self) -> float | None:
        """Age of what lies here longest, for it or from it."""
        ages = [heap.age_s for heap in (self.for_it, self.from_it) if heap.age_s is not None]
        return max(ages, default=None)

    @property
    def is_quiet(self) -> bool:
        """Whether somebody should ask what has happened there."""
        return self.heard_s is not None and self.heard_s > QUIET_S


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLoad:
    """What waits in one lane, up or down."""

    lane: str
    items: int
    bytes: int
    shut: str  # "window", "budget" or empty
    shut_at: int  # neighbours for whom it is shut
    opens_ms: int | None  # the earliest of these


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """What was set aside, with the names of nodes."""

    item: DeferredShown
    origin: str
    by: str  # who refuses it
    age_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything that the page shows."""

    envelopes: int
    blobs: int
    held: Heap  # both, with the oldest
    parent: str  # its name
    line: LineShown
    line_s: float | None  # how long it has been so
    disk: DiskShown
    stations: Sequence[Station]
    more: int  # rows that are not shown
    up: Sequence[LaneLoad]
    down: Sequence[LaneLoad]
    deferred: Sequence[Deferred]
    deferred_count: int
    failed_inside: int
    townships: Mapping[str, str]  # names by nine digits of their hubs' codes


def board_of(state: HubState, now_ms: int) -> Board:
    """The page's numbers.

    Args:
        now_ms: by the hub's clock.
    """
    neighbours = {one.node: one for one in state.neighbours}
    up = neighbours.pop(state.parent, None) if state.parent else None
    rows = sorted(_stations(state, neighbours, now_ms), key=_worry)
    line = state.line or LineShown()
    return Board(
        envelopes=sum(one.envelopes or 0 for one in state.held),
        blobs=sum(one.blobs or 0 for one in state.held),
        held=_held(state.held, now_ms),
        parent=_name(state, state.parent),
        line=line,
        line_s=age_s(now_ms, line.since_ms),
        disk=state.disk,
        stations=rows[:MAX_ROWS],
        more=len(rows[MAX_ROWS:]),
        up=_lanes([up] if up else []),
        down=_lanes(list(neighbours.values())),
        deferred=[_deferred(state, one, now_ms) for one in state.aside],
        deferred_count=state.aside_count,
        failed_inside=state.stumbled,
        townships={
            one.code[:TOWNSHIP_DIGITS]: one.name
            for one in state.nodes.values()
            if one.role == Role.HUB.value and one.name
        },
    )


def age_s(now_ms: int, at_ms: int | None) -> float | None:
    """Seconds since then; None if unknown, or if the clock says that it is still to come."""
    return None if at_ms is None or at_ms > now_ms else (now_ms - at_ms) / 1000


def _stations(
    state: HubState, neighbours: Mapping[str, NeighbourShown], now_ms: int
) -> list[Station]:
    above = {state.node, state.parent}
    held = {one.origin: one for one in state.held}
    found = []
    for node in dict.fromkeys((*neighbours, *held, *state.nodes)):
        entry, is_idle = state.nodes.get(node), node not in neighbours and node not in held
        if node in above or (entry and entry.role == Role.COUNTY.value):
            continue
        if is_idle and entry and (not entry.below or entry.state == State.RETIRED.value):
            continue
        found.append(_station(state, node, neighbours.get(node), held.get(node), now_ms))
    return found


def _station(
    state: HubState,
    node: str,
    neighbour: NeighbourShown | None,
    held: HeldShown | None,
    now_ms: int,
) -> Station:
    entry = state.nodes.get(node, _STRANGER)
    from_it = _held([held] if held else [], now_ms)
    heard_ms = None if neighbour is None or neighbour.heard_ms is ABSENT else neighbour.heard_ms
    return Station(
        node=node,
        name=_name(state, node),
        code=entry.code,
        state=entry.state,
        is_hub=entry.role == Role.HUB.value,
        guest=not entry.below,
        met=heard_ms is not None,
        heard_s=age_s(now_ms, heard_ms),
        for_it=_waiting([neighbour.envelopes, neighbour.blobs] if neighbour else [], now_ms),
        from_it=from_it,
        share=_share(from_it, state.quota),
    )


def _worry(row: Station) -> tuple[object, ...]:
    """Those that may call come first; of them those that never did, then the longest silent."""
    order = _ORDER.index(row.state) if row.state in _ORDER else len(_ORDER)
    return (order, row.met, -(row.heard_s or 0.0), row.code, row.node)


def _held(parts: Sequence[HeldShown], now_ms: int) -> Heap:
    return Heap(
        items=sum(part.items for part in parts),
        bytes=sum(part.bytes for part in parts),
        age_s=age_s(now_ms, min((part.oldest_ms for part in parts), default=None)),
    )


def _waiting(parts: Iterable[HeapShown | Absent], now_ms: int) -> Heap:
    heaps = [part for part in parts if part is not ABSENT]
    return Heap(
        items=sum(heap.waiting for heap in heaps),
        bytes=sum(heap.bytes for heap in heaps),
        age_s=age_s(now_ms, min((heap.oldest_ms for heap in heaps), default=None)),
    )


def _share(held: Heap, quota: QuotaShown) -> int:
    parts = [(held.items, quota.items), (held.bytes, quota.bytes)]
    return max(min(100, 100 * used // most) if most else 0 for used, most in parts)


def _lanes(neighbours: Sequence[NeighbourShown]) -> list[LaneLoad]:
    """Lane by lane over these neighbours; those that are empty and open are left out."""
    names = dict.fromkeys(name for one in neighbours for name in one.lanes)
    loads = [_lane(name, [one.lanes[name] for one in neighbours]) for name in names]
    return [load for load in loads if load.items or load.shut]


def _lane(name: str, lanes: Sequence[LaneShown]) -> LaneLoad:
    shut = [lane for lane in lanes if lane.shut]
    opens = [lane.opens_ms for lane in shut if lane.opens_ms is not None]
    return LaneLoad(
        lane=name,
        items=sum(lane.waiting for lane in lanes),
        bytes=sum(lane.bytes for lane in lanes),
        shut=(shut[0].shut or "") if shut else "",
        shut_at=len(shut),
        opens_ms=min(opens, default=None),
    )


def _deferred(state: HubState, one: DeferredShown, now_ms: int) -> Deferred:
    return Deferred(
        item=one,
        origin=_name(state, one.origin),
        by=_name(state, one.refused_by),
        age_s=age_s(now_ms, one.since_ms),
    )


def _name(state: HubState, node: str | None) -> str:
    entry = state.nodes.get(node) if node else None
    return (entry.name if entry else "") or node or ""
