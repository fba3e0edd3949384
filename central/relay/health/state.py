"""What a hub can tell of itself: counts, ages and sizes, never content."""

from collections.abc import Collection
from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.upstream import Line
from central.relay.limits.disk_space import Reserve
from central.relay.retry import deferred, poison
from central.relay.service import Relay
from central.relay.store.models import (
    OPEN_BLOB,
    OPEN_ENVELOPE,
    BlobRow,
    DeferredRow,
    HealthRow,
    LinkRow,
    SpoolRow,
)
from protocol.codec import unpack
from protocol.envelope.envelope import Lane
from protocol.exchange.meter import Meter, Spent
from protocol.ids import NodeId
from protocol.trust.reports.health import known_health

_LISTED = 100  # items set aside that are named one by one


async def hub_state(relay: Relay, line: Line | None = None) -> dict[str, Any]:
    """Waiting envelopes and blobs per neighbour, and when each was last heard.

    Args:
        line: the one up; None where nobody calls, because the hub is not being served.
    """
    found = sorted((await relay.store.transact(partial(_neighbours, relay))).items())
    for node, facts in found:
        facts["lanes"] = _lanes(relay, node, facts.get("lanes", {}))
    trouble = await relay.store.transact(partial(_trouble, relay))
    roster, release = relay.editions.versions()
    nodes = relay.editions.roster.nodes
    origins = {one["origin"] for one in (*trouble["held"], *trouble["aside"])}
    return {
        "node": relay.node,
        "roster": roster,
        "release": release,
        "newer_roster": newer.version if (newer := relay.editions.newer_roster) else None,
        "audit": relay.editions.roster.audit_end,
        "parent": relay.parent,
        "line": _line(line) if line else None,
        "disk": _disk(Reserve(relay.files.folder)),
        "clock_error_ms": relay.times.trusted.error_ms,
        "time": relay.times.trusted.json(),
        "nodes": _nodes(relay, {relay.parent, *origins, *(node for node, _ in found)}),
        "state": nodes[relay.node].state.value if relay.node in nodes else None,
        "standing": _revocation_status(line),
        "neighbours": [
            {
                "node": node,
                "name": nodes[node].name if node in nodes else "",
                "guest": node in nodes and nodes[node].parent not in ("", relay.node),
                **facts,
            }
            for node, facts in found
        ],
        **trouble,
    }


def _line(line: Line) -> dict[str, Any]:
    return {"is_open": line.is_open, "since_ms": line.since_ms, "code": line.code}


def _disk(room: Reserve) -> dict[str, Any]:
    found = room.measure()
    return {
        "bytes": found.total,
        "free": found.free,
        "files_free": found.files_free,
        "short": room.is_short,
    }


def _nodes(relay: Relay, named: Collection[str | None]) -> dict[str, dict[str, Any]]:
    """What the roster says of those that call this hub, and of those that are named elsewhere."""
    roster, here = relay.editions.roster, relay.node
    children = {node for node, entry in roster.nodes.items() if entry.parent == here}
    return {
        node: {
            "name": entry.name,
            "code": entry.code,
            "role": entry.role.value,
            "state": entry.state.value,
            "below": roster.next_hop(here, node) not in (None, relay.parent),
        }
        for node, entry in roster.nodes.items()
        if node in children or node in named
    }


def _revocation_status(line: Line | None) -> dict[str, str] | None:
    """Why our parent does not serve us, in its signed words; None if it does."""
    return asdict(line.refusal) if line and line.refusal else None


async def _neighbours(relay: Relay, session: AsyncSession) -> dict[NodeId, dict[str, Any]]:
    neighbours: dict[NodeId, dict[str, Any]] = {}
    for table, name in ((SpoolRow, "envelopes"), (BlobRow, "blobs")):
        totals = select(
            table.next_hop, func.count(), func.sum(table.size), func.min(table.stored_ms)
        ).where(table.waiting.is_(True))
        for hop, count, size, oldest in await session.execute(totals.group_by(table.next_hop)):
            neighbours.setdefault(NodeId(hop), {})[name] = {
                "waiting": count,
                "bytes": int(size),
                "oldest_ms": oldest,
            }
    await _add_lanes(session, neighbours)
    for link in (await session.scalars(select(LinkRow))).all():
        facts = neighbours.setdefault(NodeId(link.peer), {})
        facts |= {"heard_ms": link.heard_ms, "roster": link.roster}
        facts |= {"heard_age_s": _age_s(relay, link), "health": None}
        if link.spent is not None:
            relay.limits.meters.of(NodeId(link.peer)).resume(unpack(link.spent, Spent))
    for row in (await session.scalars(select(HealthRow).where(HealthRow.word != b""))).all():
        if row.node in neighbours:
            neighbours[NodeId(row.node)]["health"] = _health(row)
    return neighbours


def _age_s(relay: Relay, link: LinkRow) -> int | None:
    """By the monotonic clock; since a start of the program by the dates then and now."""
    age_s = relay.health.age_s(NodeId(link.peer))
    if age_s is None and link.heard_ms is not None:
        return max(0, relay.clock.now_ms() - link.heard_ms) // 1000
    return age_s


def _health(row: HealthRow) -> dict[str, Any]:
    """A child's own word, and when it came."""
    return known_health(row.word).json() | {"said_ms": row.said_ms}


def _lanes(relay: Relay, node: NodeId, waiting: dict[Lane, dict[str, int]]) -> dict[str, Any]:
    """Every lane to a neighbour: what waits there, and what shuts it."""
    meter = relay.limits.meters.of(node)
    shut = meter.shut()
    return {
        lane.name.lower(): {
            **waiting.get(lane, {"waiting": 0, "bytes": 0}),
            "shut": shut[lane].value if lane in shut else None,
            "opens_ms": _opens_ms(meter, lane) if lane in shut else None,
        }
        for lane in Lane
    }


def _opens_ms(meter: Meter, lane: Lane) -> int | None:
    opens = meter.opens_at(lane)
    return round(opens.timestamp() * 1000) if opens else None


async def _trouble(relay: Relay, session: AsyncSession) -> dict[str, Any]:
    rows = await deferred.listed(session, _LISTED)
    return {
        "aside": [_deferred(row) for row in rows],
        "stumbled": await poison.count(session),
        "aside_count": await deferred.count(session),
        "held": await _held(session),
        "quota": {
            "items": relay.limits.quotas.limit.items,
            "bytes": relay.limits.quotas.limit.bytes,
        },
    }


async def _held(session: AsyncSession) -> list[dict[str, Any]]:
    """What each origin has here that was not passed on; it counts against its quota."""
    held: dict[str, dict[str, Any]] = {}
    for table, name, still_open in (
        (SpoolRow, "envelopes", OPEN_ENVELOPE),
        (BlobRow, "blobs", OPEN_BLOB),
    ):
        count = (func.count(), func.sum(table.size), func.min(table.stored_ms))
        query = select(table.origin, *count).where(still_open).group_by(table.origin)
        for origin, items, size, oldest in await session.execute(query):
            one = held.setdefault(origin, {"origin": origin, "items": 0, "bytes": 0})
            one["items"] += items
            one["bytes"] += int(size)
            one[name] = items
            one["oldest_ms"] = min(oldest, one.get("oldest_ms", oldest))
    return [held[origin] for origin in sorted(held)]


def _deferred(row: DeferredRow) -> dict[str, Any]:
    return {
        "item": row.item.hex(),
        "kind": "blob" if row.blob else "envelope",
        "origin": row.origin,
        "refused_by": row.peer,
        "code": row.code,
        "refusals": row.refusals,
        "since_ms": row.since_ms,
    }


async def _add_lanes(session: AsyncSession, neighbours: dict[NodeId, dict[str, Any]]) -> None:
    """How much waits for each neighbour, lane by lane; editions are not counted, they lie ready."""
    count = (func.count(), func.sum(SpoolRow.size))
    envelopes = select(SpoolRow.next_hop, SpoolRow.lane, *count).where(SpoolRow.waiting.is_(True))
    for hop, lane, waiting, size in await session.execute(
        envelopes.group_by(SpoolRow.next_hop, SpoolRow.lane)
    ):
        lanes = neighbours[NodeId(hop)].setdefault("lanes", {})
        lanes[Lane(lane)] = {"waiting": waiting, "bytes": int(size)}
    for facts in neighbours.values():
        if blobs := facts.get("blobs"):
            lanes = facts.setdefault("lanes", {})
            lanes[Lane.BLOBS] = {"waiting": blobs["waiting"], "bytes": blobs["bytes"]}
