"""Queries on what followed. None of them commits."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.followups.calls import Which
from central.county.followups.models import FollowUpRow
from central.county.ports.keys import Key

LETTER, ADVISED = "letter", "advised"
_ANSWERED: Mapping[Which, Sequence[ColumnElement[bool]]] = {
    Which.ALL: (),
    Which.OPEN: (FollowUpRow.answered_n.is_(None), FollowUpRow.erased_ms.is_(None)),
    Which.ANSWERED: (FollowUpRow.answered_n.is_not(None),),
}


async def rows_of(session: AsyncSession, keys: Collection[Key]) -> dict[Key, FollowUpRow]:
    """Those of ``keys`` (station and follow-up id) that are here."""
    query = select(FollowUpRow).where(
        FollowUpRow.station.in_({station for station, _ in keys}),
        FollowUpRow.follow_up.in_({follow_up for _, follow_up in keys}),
    )
    found = {(row.station, row.follow_up): row for row in await session.scalars(query)}
    return {key: found[key] for key in keys if key in found}


async def rows_of_cases(session: AsyncSession, keys: Collection[Key]) -> list[FollowUpRow]:
    """What followed these applications (station and id), in the order in which it came."""
    query = (
        select(FollowUpRow)
        .where(
            FollowUpRow.station.in_({station for station, _ in keys}),
            FollowUpRow.application.in_({application for _, application in keys}),
        )
        .order_by(FollowUpRow.received_ms, FollowUpRow.follow_up)
    )
    rows = await session.scalars(query)
    return [row for row in rows if (row.station, row.application) in keys]


async def rows_with(session: AsyncSession, follow_up: bytes) -> Sequence[FollowUpRow]:
    """Those that have this id; two stations may have one each."""
    query = select(FollowUpRow).where(FollowUpRow.follow_up == follow_up)
    return (await session.scalars(query)).all()


async def letters(
    session: AsyncSession, *, which: Which, after: tuple[int, bytes] | None, limit: int
) -> Sequence[FollowUpRow]:
    """Letters behind a time and id, in the order of ``which``."""
    columns = (FollowUpRow.received_ms, FollowUpRow.follow_up)
    newest_first, place = which is Which.ANSWERED, tuple_(*columns)
    query = select(FollowUpRow).where(FollowUpRow.about == LETTER, *_ANSWERED[which]).limit(limit)
    if after is not None:
        query = query.where(place < after if newest_first else place > after)
    order = (column.desc() if newest_first else column for column in columns)
    return (await session.scalars(query.order_by(*order))).all()


async def find_letters(session: AsyncSession, follow_up: bytes) -> Sequence[FollowUpRow]:
    """Letters with this id; two stations may have one."""
    query = select(FollowUpRow).where(
        FollowUpRow.about == LETTER, FollowUpRow.follow_up == follow_up
    )
    return (await session.scalars(query)).all()


async def newest_answered(session: AsyncSession, station: str, most: int) -> Sequence[FollowUpRow]:
    """Letters of a station whose answer is here and not erased, the last answered first."""
    query = (
        select(FollowUpRow)
        .where(
            FollowUpRow.station == station,
            FollowUpRow.about == LETTER,
            FollowUpRow.answer.is_not(None),
        )
        .order_by(FollowUpRow.answered_n.desc())
        .limit(most)
    )
    return (await session.scalars(query)).all()


async def advised(session: AsyncSession, *, after: Key, limit: int) -> Sequence[FollowUpRow]:
    """A page of what says that somebody was sent home with a paper, behind a key."""
    behind = tuple_(FollowUpRow.station, FollowUpRow.follow_up) > after
    query = (
        select(FollowUpRow)
        .where(FollowUpRow.about == ADVISED, behind)
        .order_by(FollowUpRow.station, FollowUpRow.follow_up)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def all_rows(session: AsyncSession, *, after: Key, limit: int) -> Sequence[FollowUpRow]:
    """A page of everything that is not erased, behind a key."""
    behind = tuple_(FollowUpRow.station, FollowUpRow.follow_up) > after
    query = (
        select(FollowUpRow)
        .where(behind, FollowUpRow.erased_ms.is_(None))
        .order_by(FollowUpRow.station, FollowUpRow.follow_up)
        .limit(limit)
    )
    return (await session.scalars(query)).all()
