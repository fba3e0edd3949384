"""Queries on circulars and what was said about them. None of them commits."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.followups.models import CircularRow, CircularStationRow, FollowUpRow


async def circular_row(session: AsyncSession, circular: bytes) -> CircularRow | None:
    """One of them."""
    return await session.get(CircularRow, circular)


async def circular_rows(
    session: AsyncSession, *, after: tuple[int, bytes] | None, limit: int
) -> Sequence[CircularRow]:
    """Those that were sent before a time and id, the newest first."""
    columns = (CircularRow.sent_ms, CircularRow.circular)
    query = select(CircularRow).order_by(*(one.desc() for one in columns)).limit(limit)
    if after is not None:
        query = query.where(tuple_(*columns) < after)
    return (await session.scalars(query)).all()


async def stations_of(
    session: AsyncSession, circulars: Sequence[bytes]
) -> Sequence[CircularStationRow]:
    """To which stations these were sent."""
    query = select(CircularStationRow).where(CircularStationRow.circular.in_(circulars))
    order = (CircularStationRow.circular, CircularStationRow.station)
    return (await session.scalars(query.order_by(*order))).all()


async def sent_counts(session: AsyncSession, circulars: Sequence[bytes]) -> Mapping[str, int]:
    """How many of these were sent to each station that got any."""
    station = CircularStationRow.station
    query = select(station, func.count()).where(CircularStationRow.circular.in_(circulars))
    return {str(node): count for node, count in await session.execute(query.group_by(station))}


async def confirmations(session: AsyncSession, circulars: Sequence[bytes]) -> Sequence[FollowUpRow]:
    """What clerks said of these, in the order in which it came."""
    query = select(FollowUpRow).where(FollowUpRow.circular.in_(circulars))
    order = (FollowUpRow.received_ms, FollowUpRow.follow_up)
    return (await session.scalars(query.order_by(*order))).all()


async def circulars_to(
    session: AsyncSession, station: str, *, since_ms: int, limit: int
) -> Sequence[tuple[CircularRow, CircularStationRow]]:
    """What was sent to a station since then, the newest first."""
    query = (
        select(CircularRow, CircularStationRow)
        .join(CircularStationRow, CircularStationRow.circular == CircularRow.circular)
        .where(CircularStationRow.station == station, CircularRow.sent_ms >= since_ms)
        .order_by(CircularRow.sent_ms.desc(), CircularRow.circular)
        .limit(limit)
    )
    return [(row, sent) for row, sent in await session.execute(query)]
