"""Which cases are about somebody: the newest first, by one index, however many there are.

What leads is the rarest that was asked for: an identity number, its last four, or the rarest pair
of characters of a name. All else is looked up for each case that this finds.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Exists, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.finding.folding import folded, pairs
from central.county.casework.finding.models import NamePieceRow, PersonRow
from central.county.casework.finding.secret import FindKey

_COUNTED = 500  # pieces: those that are more frequent are alike
_PIECES = 12  # of a long name that are counted

Led = type[NamePieceRow | PersonRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """The table whose index is walked, and what has to hold of its rows."""

    of: Led
    where: tuple[ColumnElement[bool], ...]
    is_frequent: bool = False  # so many that what else is asked for may lead better

    def of_case(self, station: ColumnElement[str], application: ColumnElement[bytes]) -> Exists:
        """The same of a case that something else leads to."""
        own = (self.of.station == station, self.of.application == application)
        return exists().where(*own, *self.where)


async def leading(
    session: AsyncSession, key: FindKey, *, name: str, identity: str, last: str
) -> Leading | None:
    """What leads; None if nobody is asked for.

    Args:
        name: as it was typed; part of a name.
        identity: a whole identity number.
        last: the last four characters of one.
    """
    plain = folded(name)
    if name.strip() and not plain:
        return Leading(of=NamePieceRow, where=(NamePieceRow.piece == "",))  # nobody is called so
    if identity or last:
        return Leading(of=PersonRow, where=tuple(_by_number(key, plain, identity, last)))
    if not plain:
        return None
    rarest, count = await _rarest(session, plain)
    where = tuple(_of_name(rarest, plain))
    return Leading(of=NamePieceRow, where=where, is_frequent=count >= _COUNTED)


def _by_number(key: FindKey, name: str, identity: str, last: str) -> Iterator[ColumnElement[bool]]:
    if identity:
        yield PersonRow.person == key.person(identity)
    if last and identity:
        yield func.coalesce(PersonRow.last, b"") == key.last(last)
    elif last:
        yield PersonRow.last == key.last(last)
    if name:
        yield exists().where(
            NamePieceRow.station == PersonRow.station,
            NamePieceRow.application == PersonRow.application,
            *_of_name(name[:2], name),
        )


def _of_name(piece: str, name: str) -> Iterator[ColumnElement[bool]]:
    yield NamePieceRow.piece == piece
    if piece != name:
        yield NamePieceRow.name.contains(name, autoescape=True)


async def _rarest(session: AsyncSession, name: str) -> tuple[str, int]:
    """The pair of ``name`` that stands in the fewest names, or its only character; in how many."""
    some = list(dict.fromkeys(pairs(name)))[:_PIECES] or [name]
    counts = {piece: await _count(session, piece) for piece in some}
    rarest = min(counts, key=counts.__getitem__)
    return rarest, counts[rarest]


async def _count(session: AsyncSession, piece: str) -> int:
    capped = select(NamePieceRow.station).where(NamePieceRow.piece == piece).limit(_COUNTED)
    return await session.scalar(select(func.count()).select_from(capped.subquery())) or 0
