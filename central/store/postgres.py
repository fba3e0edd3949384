"""PostgreSQL: a small pool of connections, whose transactions run side by side."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Row, Select
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker, create_async_engine

from central.store.commits import committed
from central.store.ports import Work

T = TypeVar("T")

_POOL = 8


class PostgresDatabase:
    """central.store.ports.Database."""

    def __init__(self, url: str | URL) -> None:
        self._engine = create_async_engine(
            url,
            pool_size=_POOL,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,  # they are what a citizen wrote
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @property
    def engine(self) -> Engine:
        """For its dialect and for those who listen to it."""
        return self._engine.sync_engine

    async def transact(self, work: Work[T], *, synced: bool) -> T:  # noqa: ARG002 - each is
        """Run ``work`` in one transaction; a cancelled caller does not stop it half-way."""
        return await asyncio.shield(asyncio.ensure_future(self._transact(work)))

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which begins and ends its own transactions."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["_Snapshot"]:
        """See the database as it is at one moment, and write nothing."""
        async with self._engine.connect() as connection:
            reading = await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            yield _Snapshot(reading)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def _transact(self, work: Work[T]) -> T:
        """As ``async with sessions.begin()``, whose end shields itself once more in a task."""
        session = self._sessions()
        try:
            async with session.begin():
                result = await work(session)
            committed(session.info)
            return result
        finally:
            await session.close()


class _Snapshot:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def partitions(self, query: Select[Any], size: int) -> AsyncIterator[Sequence[Row[Any]]]:
        result = await self._connection.stream(query)
        async for part in result.partitions(size):
            yield part
