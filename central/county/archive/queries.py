"""Queries on packages. None of them commits."""

from collections.abc import Collection, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.archive.models import PackageRow
from central.county.ports.keys import Key

_NOT_PURGED = PackageRow.purged_ms.is_(None)
_PLACE = (PackageRow.ended_ms, PackageRow.station, PackageRow.application)


async def package_of(session: AsyncSession, key: Key, *, held: bool = False) -> PackageRow | None:
    """That of a case; ``held``: nobody else changes it until the commit."""
    return await session.get(PackageRow, key, with_for_update=held or None)


async def packages_of(
    session: AsyncSession, keys: Collection[Key], *, held: bool = False
) -> Sequence[PackageRow]:
    """Those of these cases; ``held``: nobody else changes them until the commit."""
    query = select(PackageRow).where(
        PackageRow.station.in_({station for station, _ in keys}),
        PackageRow.application.in_({application for _, application in keys}),
    )
    rows = await session.scalars(query.with_for_update() if held else query)
    return [row for row in rows if (row.station, row.application) in keys]


async def unmoved(session: AsyncSession, limit: int) -> Sequence[PackageRow]:
    """Those that nobody has confirmed, the oldest first."""
    query = select(PackageRow).where(_NOT_PURGED, PackageRow.moved_ms.is_(None))
    return (await session.scalars(query.order_by(*_PLACE).limit(limit))).all()


async def moved(session: AsyncSession, limit: int) -> Sequence[PackageRow]:
    """Those that are elsewhere and here, the newest first."""
    query = select(PackageRow).where(_NOT_PURGED, PackageRow.moved_ms.is_not(None))
    newest = (PackageRow.moved_ms.desc(), PackageRow.number)
    return (await session.scalars(query.order_by(*newest).limit(limit))).all()


async def purged(session: AsyncSession, limit: int) -> Sequence[PackageRow]:
    """Those of which the county has only the digest, the newest first."""
    query = select(PackageRow).where(PackageRow.purged_ms.is_not(None))
    newest = (PackageRow.purged_ms.desc(), PackageRow.number)
    return (await session.scalars(query.order_by(*newest).limit(limit))).all()


async def with_digests(session: AsyncSession, digests: Collection[bytes]) -> Sequence[PackageRow]:
    """Packages whose file has one of these digests."""
    query = select(PackageRow).where(_NOT_PURGED, PackageRow.digest.in_(digests))
    return (await session.scalars(query.order_by(PackageRow.number))).all()


async def ended_before(
    session: AsyncSession, before_ms: int, after: PackageRow | None, limit: int
) -> Sequence[PackageRow]:
    """Packages that are not purged, of cases that ended before that, in the order of their ends."""
    query = select(PackageRow).where(_NOT_PURGED, PackageRow.ended_ms < before_ms)
    if after is not None:
        last = (after.ended_ms, after.station, after.application)
        query = query.where(tuple_(*_PLACE) > last)
    return (await session.scalars(query.order_by(*_PLACE).limit(limit))).all()
