"""Queries on lights and cards. None of them commits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import case as sql_case
from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.supervision.models import CardRow, LightRow, RulesRow, WordRow
from central.store.base import table_of
from central.store.insert import insert_new

SHOWN_CHARS = 4  # of a number on a wall
_UNSEEN: Mapping[str, object] = {
    "n": 0,
    "next_ms": 0,
    "light": "green",
    "what": "",
    "by_transport": False,
    "due": "",
    "number": "",
    "item": "",
    "department": "",
    "post": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFilter:
    """Which cards are listed; what is empty says nothing."""

    state: str = ""
    rung: str = ""
    department: str = ""
    month: str = ""
    before: int = 0  # id of the last one of the page before; 0: from the newest on


def _of(key: Key) -> Any:  # noqa: ANN401 - a condition
    return (LightRow.station == key[0]) & (LightRow.application == key[1])


async def mark(session: AsyncSession, keys: Collection[Key]) -> None:
    """Let these cases be looked at as soon as may be: each commit of intake does it, at once."""
    if keys:
        rows = [{"station": key[0], "application": key[1], **_UNSEEN} for key in sorted(keys)]
        await session.execute(_marking(session.get_bind().dialect.name), rows)


@cache
def _marking(dialect: str) -> Any:  # noqa: ANN401
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table = table_of(LightRow)
    return build(table).on_conflict_do_update(
        index_elements=[table.c.station, table.c.application], set_={"next_ms": 0}
    )


async def due(session: AsyncSession, now_ms: int, limit: int) -> list[Key]:
    """Cases that are to be looked at, those first that have waited longest; held until the commit.

    Another process passes over what one has in its hands.
    """
    query = (
        select(LightRow.station, LightRow.application)
        .where(LightRow.next_ms <= now_ms)
        .order_by(LightRow.next_ms, LightRow.station, LightRow.application)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [(row.station, row.application) for row in await session.execute(query)]


async def lights_after(session: AsyncSession, after: Key, limit: int) -> Sequence[LightRow]:
    """A page of lights behind a key, in the order of their keys."""
    place = tuple_(LightRow.station, LightRow.application)
    query = select(LightRow).where(place > after).order_by(*place).limit(limit)
    return (await session.scalars(query)).all()


async def lit(session: AsyncSession, light: str, limit: int) -> Sequence[LightRow]:
    """Cases with this light, the most urgent first."""
    query = select(LightRow).where(LightRow.light == light).order_by(LightRow.due, LightRow.number)
    return (await session.scalars(query.limit(limit))).all()


async def light_of(session: AsyncSession, key: Key) -> LightRow | None:
    """That of one case."""
    return await session.get(LightRow, key)


async def light_held(session: AsyncSession, key: Key) -> LightRow | None:
    """The same; nobody else changes it until the commit."""
    found: LightRow | None = await session.scalar(
        select(LightRow).where(_of(key)).with_for_update()
    )
    return found


async def set_light(session: AsyncSession, key: Key, values: Mapping[str, object]) -> None:
    """Write how a case stands."""
    await session.execute(update(LightRow).where(_of(key)).values(**values))


async def drop_light(session: AsyncSession, key: Key) -> None:
    """A case in which nobody has to do anything has no light."""
    await session.execute(delete(LightRow).where(_of(key)))


async def give(session: AsyncSession, values: Mapping[str, object]) -> int | None:
    """A card's number; None: it was given before."""
    written = insert_new(session, CardRow).returning(CardRow.id)
    number: int | None = await session.scalar(written, values)
    return number


async def card(session: AsyncSession, number: int, *, held: bool = False) -> CardRow | None:
    """One card; ``held``: nobody else changes it until the commit."""
    query = select(CardRow).where(CardRow.id == number)
    return await session.scalar(query.with_for_update() if held else query)


async def cards(session: AsyncSession, wanted: CardFilter, limit: int) -> Sequence[CardRow]:
    """Cards, the newest first."""
    query = select(CardRow).order_by(CardRow.id.desc()).limit(limit)
    for name in ("state", "rung", "month"):
        if value := getattr(wanted, name):
            query = query.where(getattr(CardRow, name) == value)
    if wanted.department:  # people write a part of it
        query = query.where(CardRow.department.contains(wanted.department, autoescape=True))
    if wanted.before:
        query = query.where(CardRow.id < wanted.before)
    return (await session.scalars(query)).all()


async def cards_of_month(session: AsyncSession, month: str) -> Sequence[CardRow]:
    """Every card of a month, the oldest first."""
    query = select(CardRow).where(CardRow.month == month).order_by(CardRow.id)
    return (await session.scalars(query)).all()


async def cards_of_case(session: AsyncSession, key: Key) -> Sequence[CardRow]:
    """Every card of a case, the oldest first."""
    query = select(CardRow).where(CardRow.station == key[0], CardRow.application == key[1])
    return (await session.scalars(query.order_by(CardRow.id))).all()


async def words(session: AsyncSession, number: int) -> Sequence[WordRow]:
    """What was said to a card, in its order."""
    query = select(WordRow).where(WordRow.card == number).order_by(WordRow.n)
    return (await session.scalars(query)).all()


async def say(session: AsyncSession, values: Mapping[str, object]) -> None:
    """Write what was said to a card."""
    await session.execute(insert(WordRow), values)


async def erase(session: AsyncSession, keys: Collection[Key]) -> None:
    """Nothing that people said to cards of these cases is left; that they did stays."""
    for station, application in sorted(keys):
        own = select(CardRow.id).where(
            CardRow.station == station, CardRow.application == application
        )
        await session.execute(update(WordRow).where(WordRow.card.in_(own)).values(words=""))


async def lights(session: AsyncSession) -> Mapping[str, int]:
    """How many cases have which light."""
    query = select(LightRow.light, func.count()).where(LightRow.n > 0).group_by(LightRow.light)
    return {row[0]: row[1] for row in await session.execute(query)}


async def late_lines(
    session: AsyncSession, lights: Sequence[str], limit: int
) -> Sequence[tuple[str, str, str, str]]:
    """For a wall, of cases with these lights: the end of the number, light, day, department."""
    end = func.substr(LightRow.number, -SHOWN_CHARS)
    if session.get_bind().dialect.name == "postgresql":
        end = func.right(LightRow.number, SHOWN_CHARS)
    query = (
        select(end, LightRow.light, LightRow.due, LightRow.department)
        .where(LightRow.light.in_(lights))
        .order_by(LightRow.due, LightRow.number)
    )
    found = await session.execute(query.limit(limit))
    return [(row[0], row[1], row[2], row[3]) for row in found]


async def given_by_rung(session: AsyncSession, month: str) -> Mapping[str, int]:
    """How many cards of each rung were given in a month."""
    query = select(CardRow.rung, func.count()).where(CardRow.month == month)
    found = await session.execute(query.group_by(CardRow.rung))
    return {row[0]: row[1] for row in found}


async def given(session: AsyncSession, month: str) -> Sequence[tuple[str, str, str, int, int]]:
    """Of a month, by department and post: rung, how many, and how many were upheld on appeal."""
    upheld = func.sum(sql_case((CardRow.appeal == "upheld", 1), else_=0))
    keys = (CardRow.department, CardRow.post, CardRow.rung)
    query = select(*keys, func.count(), upheld).where(CardRow.month == month)
    found = await session.execute(query.group_by(*keys).order_by(*keys))
    return [(row[0], row[1], row[2], row[3], int(row[4])) for row in found]


async def fired(session: AsyncSession, since_ms: int) -> Mapping[tuple[str, str], int]:
    """How many cards each rule has given since then, by rung."""
    query = select(CardRow.rule, CardRow.rung, func.count()).where(CardRow.given_ms >= since_ms)
    found = await session.execute(query.group_by(CardRow.rule, CardRow.rung))
    return {(rule, rung): count for rule, rung, count in found}


async def rules(session: AsyncSession) -> str:
    """The county's own rules; empty: none."""
    row = await session.get(RulesRow, 1)
    return row.rules if row else ""


async def yellow(session: AsyncSession) -> str:
    """When yellow begins, as the county says; empty: as usual."""
    row = await session.get(RulesRow, 1)
    return row.yellow if row else ""


async def keep(session: AsyncSession, **said: str) -> None:
    """Write the county's own ``rules``, or when ``yellow`` begins; empty: as usual again."""
    row = await session.get(RulesRow, 1, with_for_update=True)
    before = {"rules": row.rules, "yellow": row.yellow} if row else {"rules": "", "yellow": ""}
    await session.execute(delete(RulesRow))
    await session.execute(insert(RulesRow), {"id": 1, **before, **said})


async def mark_all(session: AsyncSession) -> None:
    """Let every case with a light be looked at as soon as may be."""
    await session.execute(update(LightRow).values(next_ms=0))
