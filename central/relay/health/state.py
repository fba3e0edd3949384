"""What a hub can tell of itself: counts, ages and sizes, never content."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import NamedTuple

from sqlalchemy import TextClause, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.upstream import Line
from central.relay.health.calls import (
    DeferredShown,
    DiskShown,
    EntryShown,
    HealthShown,
    HeapShown,
    HeldShown,
    HubState,
    LaneShown,
    LineShown,
    NeighbourShown,
    QuotaShown,
    RefusedShown,
    TimeShown,
)
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
from protocol.json_values import ABSENT
from protocol.trust.reports.health import known_health

_LISTED = 100  # items set aside that are named one by one

Loads = Mapping[Lane, tuple[int, int]]  # how many envelopes or blobs, and bytes


async def hub_state(relay: Relay, line: Line | None = None) -> HubState:
    """Waiting envelopes and blobs per neighbour, and when each was last heard.

    Args:
        line: the one up; None where nobody calls, because the hub is not being served.
    """
    neighbours = await relay.store.transact(partial(_neighbours, relay))
    trouble = await relay.store.transact(_trouble)
    editions, quota = relay.editions, relay.limits.quotas.limit
    roster, release = editions.versions()
    trusted, own = relay.times.trusted, editions.roster.nodes.get(relay.node)
    origins = [one.origin for one in trouble.held] + [one.origin for one in trouble.aside]
    named = {relay.node, relay.parent, *origins, *(one.node for one in neighbours)}
    return HubState(
        node=relay.node,
        roster=roster,
        release=release,
        newer_roster=editions.newer_roster.version if editions.newer_roster else None,
        audit=editions.roster.audit_end,
        parent=relay.parent,
        line=_line(line),
        disk=_disk(Reserve(relay.queue.files.folder)),
        clock_error_ms=trusted.error_ms,
        time=TimeShown(n=trusted.n, at_ms=trusted.now_ms(), sure=trusted.is_sure),
        nodes=_nodes(relay, named),
        state=own.state.value if own else None,
        standing=_revocation_status(line),
        neighbours=neighbours,
        aside=trouble.aside,
        stumbled=trouble.stumbled,
        aside_count=trouble.aside_count,
        held=trouble.held,
        quota=QuotaShown(items=quota.items, bytes=quota.bytes),
    )


def _line(line: Line | None) -> LineShown | None:
    if line is None:
        return None
    return LineShown(is_open=line.is_open, since_ms=line.since_ms, code=line.code)


def _revocation_status(line: Line | None) -> RefusedShown | None:
    """Why our parent does not serve us, in its signed words; None if it does."""
    if line is None or line.refusal is None:
        return None
    return RefusedShown(code=line.refusal.code, words=line.refusal.words)


def _disk(room: Reserve) -> DiskShown:
    found = room.measure()
    return DiskShown(
        bytes=found.total, free=found.free, files_free=found.files_free, short=room.is_short
    )


def _nodes(relay: Relay, named: Collection[str | None]) -> dict[str, EntryShown]:
    """What the roster says of this hub and those that call it, and of those named elsewhere."""
    roster, here = relay.editions.roster, relay.node
    children = {node for node, entry in roster.nodes.items() if entry.parent == here}
    return {
        node: EntryShown(
            name=entry.name,
            code=entry.code,
            role=entry.role.value,
            state=entry.state.value,
            below=roster.next_hop(here, node) not in (None, relay.parent),
        )
        for node, entry in roster.nodes.items()
        if node in children or node in named
    }


async def _neighbours(relay: Relay, session: AsyncSession) -> list[NeighbourShown]:
    envelopes, blobs = await _heaps(session, SpoolRow), await _heaps(session, BlobRow)
    loads = await _loads(session, blobs)
    links = {NodeId(row.peer): row for row in (await session.scalars(select(LinkRow))).all()}
    said = (await session.scalars(select(HealthRow).where(HealthRow.word != b""))).all()
    words = {NodeId(row.node): _health(row) for row in said}
    for node, link in links.items():
        if link.spent is not None:
            relay.limits.meters.of(node).resume(unpack(link.spent, Spent))
    nodes = relay.editions.roster.nodes
    return [
        NeighbourShown(
            node=node,
            name=nodes[node].name if node in nodes else "",
            guest=node in nodes and nodes[node].parent not in ("", relay.node),
            lanes=_lanes(relay.limits.meters.of(node), loads.get(node, {})),
            envelopes=envelopes.get(node, ABSENT),
            blobs=blobs.get(node, ABSENT),
            heard_ms=links[node].heard_ms if node in links else ABSENT,
            heard_age_s=_age_s(relay, links[node]) if node in links else ABSENT,
            roster=links[node].roster if node in links else ABSENT,
            health=words.get(node, None if node in links else ABSENT),
        )
        for node in sorted({*envelopes, *blobs, *links})
    ]


async def _heaps(session: AsyncSession, table: type[SpoolRow | BlobRow]) -> dict[NodeId, HeapShown]:
    """What waits for each neighbour."""
    totals = select(
        table.next_hop, func.count(), func.sum(table.size), func.min(table.stored_ms)
    ).where(table.waiting.is_(True))
    return {
        NodeId(hop): HeapShown(waiting=count, bytes=int(size), oldest_ms=oldest)
        for hop, count, size, oldest in await session.execute(totals.group_by(table.next_hop))
    }


async def _loads(
    session: AsyncSession, blobs: Mapping[NodeId, HeapShown]
) -> Mapping[NodeId, Loads]:
    """How much waits for each neighbour, lane by lane; editions are not counted, they lie ready."""
    count = (func.count(), func.sum(SpoolRow.size))
    envelopes = select(SpoolRow.next_hop, SpoolRow.lane, *count).where(SpoolRow.waiting.is_(True))
    loads: dict[NodeId, dict[Lane, tuple[int, int]]] = {}
    for hop, lane, waiting, size in await session.execute(
        envelopes.group_by(SpoolRow.next_hop, SpoolRow.lane)
    ):
        loads.setdefault(NodeId(hop), {})[Lane(lane)] = waiting, int(size)
    for node, heap in blobs.items():
        loads.setdefault(node, {})[Lane.BLOBS] = heap.waiting, heap.bytes
    return loads


def _lanes(meter: Meter, loads: Loads) -> dict[str, LaneShown]:
    """Every lane to a neighbour: what waits there, and what shuts it."""
    shut, shown = meter.shut(), {}
    for lane in Lane:
        waiting, size = loads.get(lane, (0, 0))
        shown[lane.name.lower()] = LaneShown(
            waiting=waiting,
            bytes=size,
            shut=shut[lane].value if lane in shut else None,
            opens_ms=_opens_ms(meter, lane) if lane in shut else None,
        )
    return shown


def _opens_ms(meter: Meter, lane: Lane) -> int | None:
    opens = meter.opens_at(lane)
    return round(opens.timestamp() * 1000) if opens else None


def _age_s(relay: Relay, link: LinkRow) -> int | None:
    """By the monotonic clock; since a start of the program by the dates then and now."""
    age_s = relay.health.age_s(NodeId(link.peer))
    if age_s is None and link.heard_ms is not None:
        return max(0, relay.clock.now_ms() - link.heard_ms) // 1000
    return age_s


def _health(row: HealthRow) -> HealthShown:
    word = known_health(row.word)
    return HealthShown(
        program=word.program,
        roster=word.roster,
        release=word.release,
        waiting=word.waiting,
        waiting_bytes=word.waiting_bytes,
        oldest_s=word.oldest_s,
        free_mib=word.free_mib,
        clock_error_ms=word.clock_error_ms,
        conditions=list(word.conditions),
        authority=word.authority.hex(),
        said_ms=row.said_ms,
    )


class _Trouble(NamedTuple):
    aside: list[DeferredShown]
    aside_count: int
    stumbled: int
    held: list[HeldShown]


async def _trouble(session: AsyncSession) -> _Trouble:
    return _Trouble(
        aside=[_deferred(row) for row in await deferred.listed(session, _LISTED)],
        aside_count=await deferred.count(session),
        stumbled=await poison.count(session),
        held=await _held(session),
    )


def _deferred(row: DeferredRow) -> DeferredShown:
    return DeferredShown(
        item=row.item.hex(),
        kind="blob" if row.blob else "envelope",
        origin=row.origin,
        refused_by=row.peer,
        code=row.code,
        refusals=row.refusals,
        since_ms=row.since_ms,
    )


async def _held(session: AsyncSession) -> list[HeldShown]:
    """What each origin has here that was not passed on; it counts against its quota."""
    envelopes = await _open_of(session, SpoolRow, OPEN_ENVELOPE)
    blobs = await _open_of(session, BlobRow, OPEN_BLOB)
    held = []
    for origin in sorted({*envelopes, *blobs}):
        parts = [of[origin] for of in (envelopes, blobs) if origin in of]
        held.append(
            HeldShown(
                origin=origin,
                items=sum(part.waiting for part in parts),
                bytes=sum(part.bytes for part in parts),
                oldest_ms=min(part.oldest_ms for part in parts),
                envelopes=envelopes[origin].waiting if origin in envelopes else ABSENT,
                blobs=blobs[origin].waiting if origin in blobs else ABSENT,
            )
        )
    return held


async def _open_of(
    session: AsyncSession, table: type[SpoolRow | BlobRow], still_open: TextClause
) -> dict[str, HeapShown]:
    count = (func.count(), func.sum(table.size), func.min(table.stored_ms))
    query = select(table.origin, *count).where(still_open).group_by(table.origin)
    return {
        origin: HeapShown(waiting=items, bytes=int(size), oldest_ms=oldest)
        for origin, items, size, oldest in await session.execute(query)
    }
