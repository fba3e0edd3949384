"""Queries on figures. None of them commits."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures.course import RATEABLE
from central.county.figures.models import FigureRow
from central.county.ports.keys import Key
from central.store.base import BY_KEY, table_of

_FIGURES = table_of(FigureRow)
_ADD = insert(_FIGURES).execution_options(**BY_KEY)
DIMENSIONS: Mapping[str, Any] = {
    "item": FigureRow.item,
    "department": FigureRow.department,
    "township": FigureRow.township,
    "month": func.substr(FigureRow.done_day, 1, 7),
}
"""What ratings and reports are summed by."""


def _of(key: Key) -> Any:  # noqa: ANN401 - a condition
    return (FigureRow.station == key[0]) & (FigureRow.application == key[1])


async def add(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Of cases that were just opened."""
    await session.execute(_ADD, list(rows))


async def move(session: AsyncSession, key: Key, values: Mapping[str, object]) -> None:
    """Write what follows from a log now."""
    await session.execute(update(FigureRow).where(_of(key)).values(**values))


async def drop(session: AsyncSession, key: Key) -> None:
    """Of a case that there is not."""
    await session.execute(delete(FigureRow).where(_of(key)))


async def keys_between(session: AsyncSession, after: Key, last: Key | None) -> list[Key]:
    """Of all rows behind a key, up to another; None: to the end."""
    order = tuple_(FigureRow.station, FigureRow.application)
    query = select(FigureRow.station, FigureRow.application).where(order > after)
    rows = await session.execute(query.where(order <= last) if last else query)
    return [(station, application) for station, application in rows]


async def of(session: AsyncSession, key: Key) -> FigureRow | None:
    """Those of one case."""
    return await session.get(FigureRow, key)


async def done(
    session: AsyncSession, by: str, first: str, last: str
) -> Sequence[tuple[str, str, str, bool, int]]:
    """Of cases done between two days: group, way, pace, whether it stopped, how many."""
    group = (DIMENSIONS[by], FigureRow.way, FigureRow.pace, FigureRow.stopped)
    query = (
        select(*group, func.count())
        .where(FigureRow.done_day >= first, FigureRow.done_day <= last, FigureRow.done_day != "")
        .group_by(*group)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in await session.execute(query)]


async def rated(
    session: AsyncSession, by: str, first: str, last: str
) -> Sequence[tuple[str, int, bool, int]]:
    """Of cases done between two days that could be rated: group, level, excluded, how many."""
    group = (DIMENSIONS[by], FigureRow.level, FigureRow.excluded)
    query = (
        select(*group, func.count())
        .where(
            FigureRow.done_day >= first,
            FigureRow.done_day <= last,
            FigureRow.done_day != "",
            FigureRow.way.in_(RATEABLE),
        )
        .group_by(*group)
    )
    return [(row[0], row[1], row[2], row[3]) for row in await session.execute(query)]


async def received(
    session: AsyncSession, by: str, first: str, last: str
) -> Sequence[tuple[str, int]]:
    """How many came between two days, by group; by ``day``, too."""
    key = FigureRow.received_day if by == "day" else DIMENSIONS[by]
    query = (
        select(key, func.count())
        .where(FigureRow.received_day >= first, FigureRow.received_day <= last)
        .group_by(key)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def undone(session: AsyncSession, by: str, last: str) -> Mapping[str, int]:
    """Cases that had come by a day, and were not done on it, by group."""
    here, found = DIMENSIONS[by], dict[str, int]()
    for condition in (FigureRow.done_day == "", FigureRow.done_day > last):
        query = select(here, func.count()).where(condition, FigureRow.received_day <= last)
        for name, count in await session.execute(query.group_by(here)):
            found[name] = found.get(name, 0) + count
    return found


async def undone_keys(session: AsyncSession, last: str, place: Key, limit: int) -> list[Key]:
    """A page of the same cases behind a key, in the order of their keys."""
    order = tuple_(FigureRow.station, FigureRow.application)
    query = (
        select(FigureRow.station, FigureRow.application)
        .where(
            (FigureRow.done_day == "") | (FigureRow.done_day > last),
            FigureRow.received_day <= last,
            order > place,
        )
        .order_by(*order)
        .limit(limit)
    )
    return [(station, application) for station, application in await session.execute(query)]
