"""Rows that may be there already."""

from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from central.store.base import Base, table_of


def insert_new(session: AsyncSession, table: type[Base]) -> Any:  # noqa: ANN401
    """An INSERT that leaves rows alone which are there already; both dialects spell it alike.

    Give it its rows as parameters, not in VALUES: so it is compiled once, however many there are.
    """
    return inserting(session.get_bind().dialect.name, table)


@cache
def inserting(dialect: str, table: type[Base]) -> Any:  # noqa: ANN401
    """The same for a dialect by its name."""
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table_of(table)).on_conflict_do_nothing()
