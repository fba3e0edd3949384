"""Numbers without gaps: a row for each series, whose lock puts the transactions in order."""

from sqlalchemy import String
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Count


class CounterRow(Base):
    """One series of numbers."""

    __tablename__ = "county_counter"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Count]  # the last number given out; 0 before the first


async def take(session: AsyncSession, name: str, count: int) -> int:
    """The first of ``count`` new numbers of a series, from 1.

    The row stays locked until the transaction ends, so numbers are in the order of commits and
    a rolled-back transaction leaves no gap. A count of 0 only takes the lock.
    """
    build = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        build(CounterRow)
        .values(name=name, value=count)
        .on_conflict_do_update(
            index_elements=[CounterRow.name], set_={"value": CounterRow.value + count}
        )
        .returning(CounterRow.value)
    )
    last = (await session.execute(statement)).scalar_one()
    return last - count + 1


async def last_given(session: AsyncSession, name: str) -> int:
    """The last number of a series; 0 before the first. Takes no lock."""
    row = await session.get(CounterRow, name)
    return row.value if row else 0
