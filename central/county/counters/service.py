"""Numbers without gaps: a row for each series, whose lock puts the transactions in order."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.models import CounterRow
from central.store.base import BY_KEY, table_of


async def take(session: AsyncSession, name: str, count: int) -> int:
    """The first of ``count`` new numbers of a series, from 1.

    The row stays locked until the transaction ends, so numbers are in the order of commits and
    a rolled-back transaction leaves no gap. A count of 0 only takes the lock.
    """
    statement = _taking(session.get_bind().dialect.name)
    last: int = (await session.execute(statement, {"series": name, "more": count})).scalar_one()
    return last - count + 1


async def take_all(session: AsyncSession, counts: Mapping[str, int]) -> dict[str, int]:
    """The same for many series in one statement: the first of the new numbers of each.

    Their rows are locked in the order of their names, so that two transactions never cross.
    """
    if not counts:
        return {}
    statement = _taking(session.get_bind().dialect.name)
    rows = [{"series": name, "more": counts[name]} for name in sorted(counts)]
    found = await session.execute(statement, rows)
    return {name: last - counts[name] + 1 for last, name in found}


@cache
def _taking(dialect: str) -> Any:  # noqa: ANN401
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table = table_of(CounterRow)
    new = build(table).values(name=bindparam("series"), value=bindparam("more", type_=BigInteger))
    return (
        new.execution_options(**BY_KEY)
        .on_conflict_do_update(
            index_elements=[table.c.name], set_={"value": table.c.value + new.excluded.value}
        )
        .returning(table.c.value, table.c.name)
    )


async def last_given(session: AsyncSession, name: str) -> int:
    """The last number of a series; 0 before the first. Takes no lock."""
    row = await session.get(CounterRow, name)
    return row.value if row else 0


async def series_of(session: AsyncSession, kind: str) -> set[str]:
    """The names of all series that begin with ``kind`` and a space, each without it."""
    query = select(CounterRow.name).where(CounterRow.name.startswith(f"{kind} ", autoescape=True))
    return {name.removeprefix(f"{kind} ") for name in await session.scalars(query)}


async def last_of(session: AsyncSession, kind: str) -> dict[str, int]:
    """The last numbers of all series that begin with ``kind`` and a space, by what follows it."""
    query = select(CounterRow.name, CounterRow.value).where(
        CounterRow.name.startswith(f"{kind} ", autoescape=True)
    )
    found = await session.execute(query)
    return {name.removeprefix(f"{kind} "): value for name, value in found}
