"""Queries on the county's own documents. None of them commits."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.documents.models import DueRow, MadeRow, ToldRow
from central.county.ports.keys import Key


async def made_of(session: AsyncSession, key: Key) -> Sequence[MadeRow]:
    """Documents of one case, in the order in which they were numbered."""
    query = (
        select(MadeRow)
        .where(MadeRow.station == key[0], MadeRow.application == key[1])
        .order_by(MadeRow.place)
    )
    return (await session.scalars(query)).all()


async def told_of(session: AsyncSession, keys: Collection[Key]) -> Sequence[ToldRow]:
    """What the county itself told of these cases, in the order in which it did."""
    query = (
        select(ToldRow)
        .where(
            ToldRow.station.in_({station for station, _ in keys}),
            ToldRow.application.in_({application for _, application in keys}),
        )
        .order_by(ToldRow.n, ToldRow.place)
    )
    found = await session.scalars(query)
    return [row for row in found if (row.station, row.application) in keys]


async def next_told(session: AsyncSession, key: Key, n: int) -> int:
    """The place of what is told next of a document."""
    query = select(func.max(ToldRow.place)).where(
        ToldRow.station == key[0], ToldRow.application == key[1], ToldRow.n == n
    )
    return ((await session.scalar(query)) or 0) + 1


async def finish(session: AsyncSession, key: Key, place: int, **found: Any) -> bool:  # noqa: ANN401
    """Note that a numbered document goes out; False: somebody else has sent it meanwhile."""
    statement = (
        update(MadeRow)
        .where(
            MadeRow.station == key[0],
            MadeRow.application == key[1],
            MadeRow.place == place,
            MadeRow.issued_ms.is_(None),
        )
        .values(**found)
        .returning(MadeRow.place)
    )
    return await session.scalar(statement) is not None


async def stamps_between(
    session: AsyncSession, first: str, last: str, *, limit: int
) -> Sequence[MadeRow]:
    """Documents that were issued and bear a day in this span, by department, kind and number."""
    query = (
        select(MadeRow)
        .where(
            MadeRow.year.between(int(first[:4]), int(last[:4])),
            MadeRow.day.between(first, last),
            MadeRow.issued_ms.is_not(None),
        )
        .order_by(MadeRow.department, MadeRow.kind, MadeRow.year, MadeRow.serial)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def due_now(session: AsyncSession, now_ms: int, *, limit: int) -> Sequence[DueRow]:
    """Documents that are to be tried now, in the order of their events."""
    query = (
        select(DueRow)
        .where(DueRow.next_ms <= now_ms)
        .order_by(DueRow.next_ms, DueRow.at_ms, DueRow.station, DueRow.application, DueRow.event)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def due_of(session: AsyncSession, key: Key) -> Sequence[DueRow]:
    """Documents that a case waits for, in the order of their events."""
    query = (
        select(DueRow)
        .where(DueRow.station == key[0], DueRow.application == key[1])
        .order_by(DueRow.event)
    )
    return (await session.scalars(query)).all()


async def is_due(session: AsyncSession, key: Key, event: int) -> bool:
    """Whether the document of an event has still to go out."""
    return await session.get(DueRow, (*key, event)) is not None


async def settle(session: AsyncSession, key: Key, event: int) -> bool:
    """The document of an event needs no more; False: it was settled before."""
    statement = (
        delete(DueRow)
        .where(DueRow.station == key[0], DueRow.application == key[1], DueRow.event == event)
        .returning(DueRow.event)
    )
    return await session.scalar(statement) is not None


async def settle_kind(session: AsyncSession, key: Key, kind: str) -> None:
    """Somebody has sent a document of this kind: the case waits for no other."""
    await session.execute(
        delete(DueRow).where(
            DueRow.station == key[0], DueRow.application == key[1], DueRow.kind == kind
        )
    )


async def forget_due(session: AsyncSession, keys: Collection[Key]) -> None:
    """These cases get no more documents."""
    for station, application in keys:
        await session.execute(
            delete(DueRow).where(DueRow.station == station, DueRow.application == application)
        )


async def hold(session: AsyncSession, key: Key, event: int, **why: Any) -> None:  # noqa: ANN401
    """Note what stopped a document, and when it is tried again."""
    await session.execute(
        update(DueRow)
        .where(DueRow.station == key[0], DueRow.application == key[1], DueRow.event == event)
        .values(**why, tries=DueRow.tries + 1)
    )


async def try_all_again(session: AsyncSession) -> None:
    """What was stopped is tried at once."""
    await session.execute(update(DueRow).where(DueRow.next_ms > 0).values(next_ms=0))


async def stopped(session: AsyncSession, *, limit: int) -> Sequence[DueRow]:
    """Documents that something stopped, the oldest first."""
    query = select(DueRow).where(DueRow.why != "").order_by(DueRow.at_ms).limit(limit)
    return (await session.scalars(query)).all()
