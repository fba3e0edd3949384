"""Cases that may be one: of the same applicant and item, within some months.

A pair is a copy of what cases say, made anew with the index; what somebody said of it is kept.

Source: docs/casework.md, "Twice the same".
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy import update as update_rows
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.finding.models import JudgedRow, PairRow, PersonRow
from central.county.casework.models import CaseRow
from central.county.ports.keys import Key
from central.store.base import table_of

WITHIN_DAYS = 90
_WITHIN_MS = WITHIN_DAYS * 86_400_000
_NEAREST = 5  # older ones with which a case is compared
_PAIRS = table_of(PairRow)
_ADD = insert(_PAIRS)


class Verdict(StrEnum):
    """What somebody says of a pair."""

    NONE = "none"  # they are two
    LINKED = "linked"
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two cases."""

    newer: Key
    older: Key
    received_ms: int  # of the newer one

    @property
    def keys(self) -> tuple[Key, Key]:
        """Both."""
        return self.newer, self.older


async def found_pairs(session: AsyncSession, newer: Iterable[Key]) -> list[dict[str, Any]]:
    """Rows of the pairs in which these cases are the newer ones."""
    return [row for key in newer for row in await _pairs_of(session, key)]


async def enter_pairs(session: AsyncSession, newer: Iterable[Key]) -> None:
    """Write them."""
    if rows := await found_pairs(session, newer):
        await session.execute(_ADD, rows)


async def open_pairs(session: AsyncSession, after: Pair | None, limit: int) -> Sequence[Pair]:
    """Pairs that nobody has judged, the newest first, behind the last that is known."""
    order = (
        PairRow.received_ms,
        PairRow.station,
        PairRow.application,
        PairRow.other_station,
        PairRow.other_application,
    )
    query = select(PairRow).where(PairRow.is_open)
    if after:
        query = query.where(tuple_(*order) < (after.received_ms, *after.newer, *after.older))
    rows = await session.scalars(query.order_by(*(one.desc() for one in order)).limit(limit))
    return [_pair(row) for row in rows]


async def open_pairs_of(session: AsyncSession, key: Key) -> Sequence[Pair]:
    """Those of one case."""
    rows = await session.scalars(select(PairRow).where(PairRow.is_open, _holds(_PAIRS, key)))
    return sorted((_pair(row) for row in rows), key=lambda one: one.received_ms, reverse=True)


async def judge(
    session: AsyncSession,
    one: Key,
    other: Key,
    verdict: Verdict,
    *,
    by: str,
    reason: str,
    at_ms: int,
) -> None:
    """Keep what somebody said of two cases; said again, the newest word counts."""
    for table in (table_of(JudgedRow), _PAIRS):
        both = or_(_is(table, one, other), _is(table, other, one))
        if table is _PAIRS:
            await session.execute(update_rows(table).where(both).values(is_open=False))
        else:
            await session.execute(delete(table).where(both))
    values = {**_values(one, other), "verdict": verdict.value, "by_name": by}
    await session.execute(
        insert(table_of(JudgedRow)), [{**values, "reason": reason, "at_ms": at_ms}]
    )


async def erase_pairs(session: AsyncSession, keys: Collection[Key]) -> None:
    """These cases are in no pair any more, and nothing that was said of one is left."""
    for table in (_PAIRS, table_of(JudgedRow)):
        for key in keys:
            await session.execute(delete(table).where(_holds(table, key)))


async def _pairs_of(session: AsyncSession, key: Key) -> list[dict[str, Any]]:
    own = select(PersonRow).where(
        PersonRow.station == key[0], PersonRow.application == key[1], PersonRow.applies
    )
    mine = (await session.scalars(own)).first()
    if mine is None:
        return []
    at = (PersonRow.received_ms, PersonRow.station, PersonRow.application)
    before = tuple_(
        *(literal(value, one.type) for value, one in zip((mine.received_ms, *key), at, strict=True))
    )
    answered = exists().where(
        CaseRow.station == key[0],
        CaseRow.application == key[1],
        PersonRow.station == key[0],
        or_(CaseRow.corrects == PersonRow.application, CaseRow.supersedes == PersonRow.application),
    )
    query = (
        select(PersonRow.station, PersonRow.application)
        .where(
            PersonRow.person == mine.person,
            PersonRow.applies,
            PersonRow.item == mine.item,
            PersonRow.received_ms >= mine.received_ms - _WITHIN_MS,
            tuple_(*at) < before,
            ~answered,
        )
        .order_by(*(one.desc() for one in at))
        .limit(_NEAREST)
    )
    others = [(station, application) for station, application in await session.execute(query)]
    return [
        {
            **_values(key, other),
            "received_ms": mine.received_ms,
            "is_open": not await _is_judged(session, key, other),
        }
        for other in others
    ]


async def _is_judged(session: AsyncSession, one: Key, other: Key) -> bool:
    table = table_of(JudgedRow)
    both = or_(_is(table, one, other), _is(table, other, one))
    return await session.scalar(select(table.c.verdict).where(both)) is not None


def _pair(row: PairRow) -> Pair:
    return Pair(
        newer=(row.station, row.application),
        older=(row.other_station, row.other_application),
        received_ms=row.received_ms,
    )


def _values(one: Key, other: Key) -> dict[str, Any]:
    return {
        "station": one[0],
        "application": one[1],
        "other_station": other[0],
        "other_application": other[1],
    }


def _is(table: Table, one: Key, other: Key) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _values(one, other).items()))


def _holds(table: Table, key: Key) -> ColumnElement[bool]:
    return or_(
        and_(table.c.station == key[0], table.c.application == key[1]),
        and_(table.c.other_station == key[0], table.c.other_application == key[1]),
    )
