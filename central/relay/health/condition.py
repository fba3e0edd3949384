"""How a relay with a parent is doing: what it says of itself. Queries; none of them commits."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.limits.disk_space import Reserve
from central.relay.retry import poison
from central.relay.store.models import BlobRow, DeferredRow, SpoolRow
from protocol.ids import NodeId
from protocol.trust.reports.health import Condition, Health
from protocol.version import PROGRAM


async def own_health(
    session: AsyncSession,
    *,
    node: NodeId,
    parent: NodeId,
    editions: Editions,
    room: Reserve,
    number: int,
    now_ms: int,
    clock_error_ms: int | None,
    authority: bytes,
) -> Health:
    """What waits here for ``parent``, and what is wrong."""
    waiting = size = 0
    oldest: int | None = None
    for table in (SpoolRow, BlobRow):
        query = select(func.count(), func.sum(table.size), func.min(table.stored_ms)).where(
            table.next_hop == parent, table.waiting.is_(True)
        )
        count, total, since = (await session.execute(query)).one()
        waiting, size = waiting + count, size + int(total or 0)
        oldest = min((at for at in (oldest, since) if at is not None), default=None)
    roster, release = editions.versions()
    return Health(
        node=bytes.fromhex(node),
        number=number,
        program=PROGRAM,
        roster=roster,
        release=release,
        waiting=waiting,
        waiting_bytes=size,
        oldest_s=max(0, now_ms - oldest) // 1000 if oldest is not None else 0,
        free_mib=room.free_mib,
        clock_error_ms=clock_error_ms,
        conditions=await _conditions(session, room, editions),
        authority=authority,
    )


async def _conditions(session: AsyncSession, room: Reserve, editions: Editions) -> tuple[str, ...]:
    deferred = select(DeferredRow.item).where(DeferredRow.deferred.is_(True)).limit(1)
    found = {
        Condition.DEFERRED: await session.scalar(deferred) is not None,
        Condition.FAILED_INSIDE: await poison.count(session) > 0,
        Condition.NEEDS_NEWER: editions.newer_roster is not None,
        Condition.DISK_LOW: room.is_short,
    }
    return tuple(condition.value for condition, there in found.items() if there)
