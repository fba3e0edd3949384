"""Queries on bad ratings. None of them commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case as sql_case
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.ratings.limits import TRIES
from central.county.ratings.models import CallbackRow, LimitsRow, StepRow

_DUE = sql_case(
    (CallbackRow.reached | (CallbackRow.tries >= TRIES), CallbackRow.close_day),
    else_=CallbackRow.call_day,
)
_IS_OPEN = CallbackRow.state != "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which bad ratings are listed; what is empty says nothing."""

    state: str = ""  # empty: all that are not closed
    department: str = ""
    before_day: str = ""  # only those whose day is before it
    after: tuple[int, str, bytes] | None = None  # the last one of the page before


async def callback(session: AsyncSession, key: Key, *, held: bool = False) -> CallbackRow | None:
    """That of one case; ``held``: nobody else changes it until the commit."""
    query = select(CallbackRow).where(
        CallbackRow.station == key[0], CallbackRow.application == key[1]
    )
    return await session.scalar(query.with_for_update() if held else query)


async def open_one(session: AsyncSession, values: Mapping[str, object]) -> None:
    """A bad rating has come."""
    await session.execute(insert(CallbackRow), values)


async def listed(session: AsyncSession, wanted: Filter, limit: int) -> Sequence[CallbackRow]:
    """Bad ratings, the oldest first."""
    order = (CallbackRow.opened_ms, CallbackRow.station, CallbackRow.application)
    query = select(CallbackRow).order_by(*order).limit(limit)
    query = query.where(CallbackRow.state == wanted.state if wanted.state else _IS_OPEN)
    if wanted.department:  # people write a part of it
        query = query.where(CallbackRow.department.contains(wanted.department, autoescape=True))
    if wanted.before_day:
        query = query.where(_IS_OPEN, wanted.before_day > _DUE)
    if wanted.after:
        at_ms, station, application = wanted.after
        later = (CallbackRow.station > station) | (
            (CallbackRow.station == station) & (CallbackRow.application > application)
        )
        query = query.where(
            (CallbackRow.opened_ms > at_ms) | ((CallbackRow.opened_ms == at_ms) & later)
        )
    return (await session.scalars(query)).all()


async def counts(session: AsyncSession, day: str) -> tuple[int, int]:
    """How many are not closed, and how many of them are past their day."""
    late = func.sum(sql_case((day > _DUE, 1), else_=0))
    count, overdue = (await session.execute(select(func.count(), late).where(_IS_OPEN))).one()
    return count, int(overdue or 0)


async def to_look(session: AsyncSession, day: str, limit: int) -> Sequence[CallbackRow]:
    """Those at which supervision has not looked on ``day``; held until the commit."""
    query = (
        select(CallbackRow)
        .where(_IS_OPEN, CallbackRow.looked_day < day)
        .order_by(CallbackRow.looked_day, CallbackRow.opened_ms)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


async def steps(session: AsyncSession, key: Key) -> Sequence[StepRow]:
    """What was done, in its order."""
    query = select(StepRow).where(StepRow.station == key[0], StepRow.application == key[1])
    return (await session.scalars(query.order_by(StepRow.n))).all()


async def add_step(session: AsyncSession, key: Key, values: Mapping[str, object]) -> None:
    """Something was done."""
    mine = (StepRow.station == key[0]) & (StepRow.application == key[1])
    last = await session.scalar(select(func.max(StepRow.n)).where(mine)) or 0
    named = {"station": key[0], "application": key[1], "n": last + 1}
    await session.execute(insert(StepRow), {**named, **values})


async def erase(session: AsyncSession, keys: Collection[Key]) -> None:
    """Nothing that people said is left of these; what was done stays."""
    for station, application in sorted(keys):
        mine = (StepRow.station == station) & (StepRow.application == application)
        await session.execute(update(StepRow).where(mine).values(words=""))


async def limits(session: AsyncSession) -> str:
    """The county's own limits; empty: none."""
    row = await session.get(LimitsRow, 1)
    return row.limits if row else ""


async def set_limits(session: AsyncSession, text: str) -> None:
    """Write the county's own limits; empty: the usual ones count again."""
    await session.execute(delete(LimitsRow))
    if text:
        await session.execute(insert(LimitsRow), {"id": 1, "limits": text})
