"""What a hub can tell of itself: counts, ages and sizes, never content."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay import aside, poison
from central.relay.models import AsideRow, BlobRow, LinkRow, SpoolRow
from central.relay.service import Relay
from protocol.ids import NodeId

_LISTED = 100  # items set aside that are named one by one


async def hub_state(relay: Relay) -> dict[str, Any]:
    """Waiting envelopes and blobs per neighbour, and when each was last heard."""

    async def work(session: AsyncSession) -> dict[NodeId, dict[str, Any]]:
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
        for link in (await session.scalars(select(LinkRow))).all():
            neighbours.setdefault(NodeId(link.peer), {})["heard_ms"] = link.heard_ms
        return neighbours

    async def trouble(session: AsyncSession) -> dict[str, Any]:
        rows = await aside.listed(session, _LISTED)
        return {
            "aside": [_aside(row) for row in rows],
            "stumbled": await poison.count(session),
        }

    roster, release = relay.editions.versions()
    nodes = relay.editions.roster.nodes
    return {
        "node": relay.node,
        "roster": roster,
        "release": release,
        "parent": relay.parent,
        "neighbours": [
            {"node": node, "name": nodes[node].name if node in nodes else "", **facts}
            for node, facts in sorted((await relay.store.transact(work)).items())
        ],
        **await relay.store.transact(trouble),
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
