"""Numbers without gaps: a row for each series, whose lock puts the transactions in order."""

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


@cache
def _taking(dialect: str) -> Any:  # noqa: ANN401
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table, more = table_of(CounterRow), bindparam("more", type_=BigInteger)
    return (
        build(table)
        .execution_options(**BY_KEY)
        .values(name=bindparam("series"), value=more)
        .on_conflict_do_update(index_elements=[table.c.name], set_={"value": table.c.value + more})
        .returning(table.c.value)
    )


async def last_given(session: AsyncSession, name: str) -> int:
    """The last number of a series; 0 before the first. Takes no lock."""
    row = await session.get(CounterRow, name)
    return row.value if row else 0


async def series_of(session: AsyncSession, kind: str) -> set[str]:
    """The names of all series that begin with ``kind`` and a space, each without it."""
    query = select(CounterRow.name).where(CounterRow.name.startswith(f"{kind} ", autoescape=True))
    return {name.removeprefix(f"{kind} ") for name in await session.scalars(query)}
