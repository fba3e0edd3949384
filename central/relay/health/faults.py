"""What is wrong with a relay by what its tables say. Queries; none of them commits."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.limits.quota import Used, usage
from central.relay.retry import poison
from central.relay.store.models import DeferredRow, LinkRow
from protocol.ids import NodeId
from runtime.doctor.finding import Found

_FULL = 0.95  # of a quota: the next application may not fit


async def relay_faults(session: AsyncSession, limit: Used) -> list[Found]:
    """Items that do not get on, and origins whose quota is full."""
    return [
        *(await _stuck(session)),
        *(await _failed(session)),
        *(await _full(session, limit)),
    ]


async def heard_ms(session: AsyncSession, peer: NodeId) -> int | None:
    """When a neighbour was last heard here."""
    row = await session.get(LinkRow, peer)
    return row.heard_ms if row else None


async def _stuck(session: AsyncSession) -> Iterator[Found]:
    query = select(DeferredRow.code, func.count()).where(DeferredRow.deferred.is_(True))
    counts = list(await session.execute(query.group_by(DeferredRow.code)))
    words = "，".join(f"{code} ×{n}" for code, n in sorted(counts))
    return iter([Found("queue.stuck", words)] if counts else ())


async def _failed(session: AsyncSession) -> Iterator[Found]:
    count = await poison.count(session)
    return iter([Found("queue.failed-inside", str(count))] if count else ())


async def _full(session: AsyncSession, limit: Used) -> Iterator[Found]:
    full = sum(
        used.bytes >= limit.bytes * _FULL or used.items >= limit.items * _FULL
        for (_, control), used in (await usage(session)).items()
        if not control
    )
    return iter([Found("queue.quota-full", f"{full} 个来源")] if full else ())
