"""What a hub can tell of itself: counts, ages and sizes, never content."""

from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay import aside, poison
from central.relay.models import AsideRow, BlobRow, HealthRow, LinkRow, SpoolRow
from central.relay.quota import usage
from central.relay.service import Relay
from protocol.codec import unpack
from protocol.envelope import Lane
from protocol.health import known_health
from protocol.ids import NodeId
from protocol.meter import Spent

_LISTED = 100  # items set aside that are named one by one


async def hub_state(relay: Relay) -> dict[str, Any]:
    """Waiting envelopes and blobs per neighbour, and when each was last heard."""
    found = sorted((await relay.store.transact(partial(_neighbours, relay))).items())
    for node, facts in found:
        facts["lanes"] = _lanes(relay, node, facts.get("lanes", {}))
    roster, release = relay.editions.versions()
    nodes = relay.editions.roster.nodes
    return {
        "node": relay.node,
        "roster": roster,
        "release": release,
        "parent": relay.parent,
        "neighbours": [
            {
                "node": node,
                "name": nodes[node].name if node in nodes else "",
                "guest": node in nodes and nodes[node].parent not in ("", relay.node),
                **facts,
            }
            for node, facts in found
        ],
        **await relay.store.transact(partial(_trouble, relay)),
    }


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
            relay.meters.of(NodeId(link.peer)).recall(unpack(link.spent, Spent))
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
    shut = relay.meters.of(node).shut()
    return {
        lane.name.lower(): {
            **waiting.get(lane, {"waiting": 0, "bytes": 0}),
            "shut": shut[lane].value if lane in shut else None,
        }
        for lane in Lane
    }


async def _trouble(relay: Relay, session: AsyncSession) -> dict[str, Any]:
    rows = await aside.listed(session, _LISTED)
    return {
        "aside": [_aside(row) for row in rows],
        "stumbled": await poison.count(session),
        "held": [
            {"origin": origin, "items": used.items, "bytes": used.bytes}
            for origin, used in sorted((await usage(session)).items())
        ],
        "quota": {"items": relay.quotas.limit.items, "bytes": relay.quotas.limit.bytes},
    }


def _aside(row: AsideRow) -> dict[str, Any]:
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
