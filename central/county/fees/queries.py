"""Queries on fees. None of them commits."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.fees.models import EntryRow
from central.county.ports.keys import Key


async def entries_of(session: AsyncSession, key: Key) -> Sequence[EntryRow]:
    """Entries of one case, in order."""
    query = (
        select(EntryRow)
        .where(EntryRow.station == key[0], EntryRow.application == key[1])
        .order_by(EntryRow.n)
    )
    return (await session.scalars(query)).all()


async def entries_of_many(session: AsyncSession, keys: Collection[Key]) -> Sequence[EntryRow]:
    """Entries of these cases, each case's in order."""
    place = tuple_(EntryRow.station, EntryRow.application)
    query = select(EntryRow).where(place.in_(sorted(keys))).order_by(*place, EntryRow.n)
    return (await session.scalars(query)).all()


async def entries_on(session: AsyncSession, day: str) -> Sequence[EntryRow]:
    """Entries of one day, case by case."""
    query = (
        select(EntryRow)
        .where(EntryRow.day == day)
        .order_by(EntryRow.at_ms, EntryRow.station, EntryRow.application, EntryRow.n)
    )
    return (await session.scalars(query)).all()


async def ticket_sums(session: AsyncSession) -> tuple[int, int]:
    """Of all entries with a ticket: how many, and their fen in sum."""
    query = select(func.count(), func.coalesce(func.sum(EntryRow.fen), 0))
    row = (await session.execute(query.where(EntryRow.number != ""))).one()
    return int(row[0]), int(row[1])


async def money_sum(session: AsyncSession, kinds: Collection[str]) -> int:
    """All money of entries of these kinds, in fen."""
    query = select(func.coalesce(func.sum(EntryRow.fen), 0)).where(EntryRow.kind.in_(kinds))
    return int(await session.scalar(query) or 0)


async def erase(session: AsyncSession, keys: Collection[Key]) -> None:
    """Who paid, why, and what the sheets were computed from; amounts, tickets and digests stay."""
    for station, application in sorted(keys):
        await session.execute(
            update(EntryRow)
            .where(EntryRow.station == station, EntryRow.application == application)
            .values(person="", facts="", words="")
        )
