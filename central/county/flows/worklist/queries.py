"""Queries of the work list: each walks one index in its order, however many cases there are.

Which index is not left to the planner: every condition but the one that leads hides its column.
What leads is the rarest that is asked for, and every index holds whatever can be asked for, so that
a case that does not fit costs no look at its row. The places of a reader are asked one by one in
one statement, so that each is as quick as one.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, Tuple, func, literal, select, text, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.models import IS_HELD, StatusRow
from protocol.casework.lights import Light
from protocol.casework.states import State

_OPEN = text("case_status.is_open")  # as the indexes say it
_PLACES_LEAD = 24  # more hold so many cases that the order of the list finds them soon
_LEADING = ("holder", "light", "state", "item", "places")  # where all are frequent, the first
_USUAL: Mapping[str, str] = {"light": Light.GREEN, "state": State.ACCEPTED}  # these last
_COUNTED = (500, 8_000)  # of each: below the first anything is quick enough
_ORDER = (StatusRow.due, StatusRow.since_ms, StatusRow.station, StatusRow.application)
_PLACES = text(
    "WITH RECURSIVE found(place) AS ("
    " SELECT min(place) FROM case_status WHERE is_open UNION ALL"
    " SELECT (SELECT min(place) FROM case_status WHERE is_open AND place > found.place)"
    " FROM found WHERE found.place IS NOT NULL"
    ") SELECT place FROM found WHERE place IS NOT NULL"
)

_Ordered = Select[str, int, str, bytes]
Spot = tuple[str, int, str, bytes]
"""Where a page ended: day, time, station and application of its last case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fits:
    """Which open cases; None: any."""

    places: Collection[str] | None = None
    holder: str | None = None
    item: str | None = None
    light: str | None = None
    state: str | None = None
    lead: str = ""  # the field that leads; empty: the order of the list


async def led(session: AsyncSession, fits: Fits) -> Fits:
    """The same, led by the rarest of what is asked for."""
    asked = [name for name in _LEADING if _can_lead(fits, name)]
    if not asked or _is_nowhere(fits):
        return replace(fits, lead="")
    if not asked[1:] or asked[0] == "holder":  # few people hold thousands of cases
        return replace(fits, lead=asked[0])
    for most in _COUNTED:
        counts = {name: await count(session, _alone(fits, name), most) for name in asked}
        rarest = min(asked, key=counts.__getitem__)
        if counts[rarest] < most:
            return replace(fits, lead=rarest)
    rare = (name for name in asked if getattr(fits, name) != _USUAL.get(name))
    return replace(fits, lead=next(rare, asked[0]))


async def places(session: AsyncSession) -> Sequence[str]:
    """Each place at which an open case stands: as many steps as places, not as cases."""
    return (await session.scalars(_PLACES)).all()


async def page(
    session: AsyncSession, fits: Fits, after: Spot | None, limit: int
) -> Sequence[StatusRow]:
    """The most urgent cases that fit, behind a spot; ``fits`` says what leads."""
    if _is_nowhere(fits):
        return []
    found = await session.scalars(page_query(fits, after, limit))
    return sorted(found, key=spot_of)


def page_query(fits: Fits, after: Spot | None, limit: int) -> Select[Any]:
    """Of the rows, in no order."""
    behind = [tuple_(*_ORDER) > _literal(after)] if after else []

    def one(where: Sequence[ColumnElement[bool]]) -> _Ordered:
        return select(*_ORDER).where(_OPEN, *where, *behind).order_by(*_ORDER).limit(limit)

    key = tuple_(StatusRow.station, StatusRow.application)
    first = _first([one(where) for where in _parts(fits)], limit)
    return select(StatusRow).where(key.in_(first))


async def count(session: AsyncSession, fits: Fits, most: int) -> int:
    """How many cases fit, as far as ``most``."""
    return 0 if _is_nowhere(fits) else await session.scalar(count_query(fits, most)) or 0


def count_query(fits: Fits, most: int) -> Select[int]:
    """Of how many fit, as far as ``most``."""

    def one(where: Sequence[ColumnElement[bool]]) -> Select[Any]:
        return select(StatusRow.station).where(_OPEN, *where).limit(most)

    parts = [select(one(where).subquery()) for where in _parts(fits)]
    some = select(union_all(*parts).subquery()) if parts[1:] else parts[0]
    return select(func.count()).select_from(some.limit(most).subquery())


def spot_of(row: StatusRow) -> Spot:
    """Where a case stands in the order."""
    return row.due, row.since_ms, row.station, row.application


def _first(parts: Sequence[_Ordered], limit: int) -> Select[str, bytes]:
    """Station and application of the most urgent of all parts."""
    if len(parts) == 1:
        only = parts[0].subquery().c
        return select(only.station, only.application)
    every = union_all(*(select(one.subquery()) for one in parts)).subquery().c
    order = (every.due, every.since_ms, every.station, every.application)
    return select(every.station, every.application).order_by(*order).limit(limit)


def _is_nowhere(fits: Fits) -> bool:
    return fits.places is not None and not fits.places


def _can_lead(fits: Fits, name: str) -> bool:
    """No index is led by what nobody has taken on: these are nearly all."""
    if name == "places":
        return fits.places is not None and 0 < len(fits.places) <= _PLACES_LEAD
    return bool(fits.holder) if name == "holder" else getattr(fits, name) is not None


def _alone(fits: Fits, name: str) -> Fits:
    return replace(Fits(lead=name), **{name: getattr(fits, name)})


def _parts(fits: Fits) -> Sequence[Sequence[ColumnElement[bool]]]:
    """Conditions of each part that is looked for by itself."""
    others = list(_conditions(fits))
    if fits.lead != "places":
        return [others]
    return [[StatusRow.place == place, *others] for place in sorted(fits.places or ())]


def _conditions(fits: Fits) -> Iterator[Any]:
    """All but the places, where these lead."""
    for name in ("holder", "item", "light", "state"):
        if (value := getattr(fits, name)) is not None:
            yield (getattr(StatusRow, name) if name == fits.lead else _hidden(name)) == value
    if fits.lead == "holder":
        yield IS_HELD
    if fits.places is not None and fits.lead != "places":
        yield _hidden("place").in_(fits.places)


def _literal(after: Spot) -> Tuple:
    values = zip(after, _ORDER, strict=True)
    return tuple_(*(literal(value, column.type) for value, column in values))


def _hidden(name: str) -> ColumnElement[str]:
    return func.coalesce(getattr(StatusRow, name), "")
