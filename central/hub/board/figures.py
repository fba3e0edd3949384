"""The numbers of the board, made from what ``hub.status`` tells: counts, ages and sizes only.

Ages are by the hub's own clock. One that was set back makes them negative: those are unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.trust.roster import Role, State

Facts = Mapping[str, Any]

MAX_ROWS = 200  # stations on one page, which is drawn anew every 10 s; the rest is counted
QUIET_S = 3 * 86_400  # longer than a weekend: somebody should ring that village up
_KINDS = ("envelopes", "blobs")
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
class Board:
    """Everything that the page shows."""

    envelopes: int
    blobs: int
    held: Heap  # both, with the oldest
    parent: str  # its name
    line: Facts  # ``is_open``, ``code``
    line_s: float | None  # how long it has been so
    disk: Facts
    stations: Sequence[Station]
    more: int  # rows that are not shown
    up: Sequence[LaneLoad]
    down: Sequence[LaneLoad]
    deferred: Sequence[Facts]
    deferred_count: int
    failed_inside: int


def board_of(state: Facts, now_ms: int) -> Board:
    """The page's numbers.

    Args:
        state: what central.relay.health.state.hub_state gives.
        now_ms: by the hub's clock.
    """
    neighbours = {one["node"]: one for one in state["neighbours"]}
    up = neighbours.pop(state["parent"], {})
    rows = sorted(_stations(state, neighbours, now_ms), key=_worry)
    held = state["held"]
    line = state["line"] or {"is_open": False, "since_ms": None, "code": ""}
    return Board(
        envelopes=sum(one.get("envelopes", 0) for one in held),
        blobs=sum(one.get("blobs", 0) for one in held),
        held=_heap(held, "items", now_ms),
        parent=_name(state, state["parent"]),
        line=line,
        line_s=age_s(now_ms, line["since_ms"]),
        disk=state["disk"],
        stations=rows[:MAX_ROWS],
        more=len(rows[MAX_ROWS:]),
        up=_lanes([up]),
        down=_lanes(list(neighbours.values())),
        deferred=[_deferred(state, one, now_ms) for one in state["aside"]],
        deferred_count=state["aside_count"],
        failed_inside=state["stumbled"],
    )


def age_s(now_ms: int, at_ms: int | None) -> float | None:
    """Seconds since then; None if unknown, or if the clock says that it is still to come."""
    return None if at_ms is None or at_ms > now_ms else (now_ms - at_ms) / 1000


def _stations(state: Facts, neighbours: Mapping[str, Facts], now_ms: int) -> list[Station]:
    above = {state["node"], state["parent"]}
    held = {one["origin"]: one for one in state["held"]}
    nodes: dict[str, Facts] = {**{node: {} for node in (*neighbours, *held)}, **state["nodes"]}
    found = []
    for node, entry in nodes.items():
        is_idle = node not in neighbours and node not in held
        if node in above or entry.get("role") == Role.COUNTY.value:
            continue
        if is_idle and (not entry["below"] or entry["state"] == State.RETIRED.value):
            continue
        found.append(_station(state, node, neighbours.get(node, {}), held.get(node), now_ms))
    return found


def _station(state: Facts, node: str, facts: Facts, held: Facts | None, now_ms: int) -> Station:
    entry = state["nodes"].get(node, {})
    from_it = _heap([held] if held else [], "items", now_ms)
    return Station(
        node=node,
        name=_name(state, node),
        code=entry.get("code", ""),
        state=entry.get("state", ""),
        is_hub=entry.get("role") == Role.HUB.value,
        guest=not entry.get("below", False),
        met=facts.get("heard_ms") is not None,
        heard_s=age_s(now_ms, facts.get("heard_ms")),
        for_it=_heap([facts[kind] for kind in _KINDS if kind in facts], "waiting", now_ms),
        from_it=from_it,
        share=_share(from_it, state["quota"]),
    )


def _worry(row: Station) -> tuple[object, ...]:
    """Those that may call come first; of them those that never did, then the longest silent."""
    order = _ORDER.index(row.state) if row.state in _ORDER else len(_ORDER)
    return (order, row.met, -(row.heard_s or 0.0), row.code, row.node)


def _heap(parts: Sequence[Facts], count: str, now_ms: int) -> Heap:
    oldest = min((part["oldest_ms"] for part in parts), default=None)
    return Heap(
        items=sum(part[count] for part in parts),
        bytes=sum(part["bytes"] for part in parts),
        age_s=age_s(now_ms, oldest),
    )


def _share(held: Heap, quota: Facts) -> int:
    parts = [(held.items, quota["items"]), (held.bytes, quota["bytes"])]
    return max(min(100, 100 * used // most) if most else 0 for used, most in parts)


def _lanes(neighbours: Sequence[Facts]) -> list[LaneLoad]:
    """Lane by lane over these neighbours; those that are empty and open are left out."""
    names = dict.fromkeys(name for one in neighbours for name in one.get("lanes", {}))
    loads = [_lane(name, [one["lanes"][name] for one in neighbours if one]) for name in names]
    return [load for load in loads if load.items or load.shut]


def _lane(name: str, lanes: Sequence[Facts]) -> LaneLoad:
    shut = [lane for lane in lanes if lane["shut"]]
    opens = [lane["opens_ms"] for lane in shut if lane["opens_ms"] is not None]
    return LaneLoad(
        lane=name,
        items=sum(lane["waiting"] for lane in lanes),
        bytes=sum(lane["bytes"] for lane in lanes),
        shut=shut[0]["shut"] if shut else "",
        shut_at=len(shut),
        opens_ms=min(opens, default=None),
    )


def _deferred(state: Facts, one: Facts, now_ms: int) -> Facts:
    return {
        **one,
        "from": _name(state, one["origin"]),
        "by": _name(state, one["refused_by"]),
        "age_s": age_s(now_ms, one["since_ms"]),
    }


def _name(state: Facts, node: str | None) -> str:
    return str(state["nodes"].get(node, {}).get("name") or node or "")
