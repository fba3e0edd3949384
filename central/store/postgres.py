"""PostgreSQL: a small pool of connections, whose transactions run side by side.

No connection is asked whether it still lives before each transaction: that is three round trips,
as many as a small transaction needs itself. One that the server has left is noticed by the first
statement instead, and the work is done again on a new one, as long as no commit was begun.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import URL, Connection, Engine, Row, Select, event, make_url, select
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from central.store.commits import committed
from central.store.ports import Work
from protocol.errors import StoreError

T = TypeVar("T")

_POOL = 8
_STATEMENTS = 500  # that each connection keeps prepared; the fewer, the more are planned anew
_TRIES = 2  # a connection that was left makes the pool renew all that are as old
_NOT_PRIMARY = "25006"  # what is asked to write has become a standby


class PostgresDatabase:
    """central.store.ports.Database."""

    def __init__(self, url: str | URL) -> None:
        known = make_url(url)
        self._engine = create_async_engine(
            known,
            pool_size=_POOL,
            max_overflow=0,
            pool_use_lifo=True,  # the one that was used last knows most statements
            connect_args=_connecting(known),
            hide_parameters=True,  # they are what a citizen wrote
        )
        event.listen(self._engine.sync_engine, "handle_error", _leave_standby)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._running: set[asyncio.Task[Any]] = set()  # whose callers may have gone

    @property
    def engine(self) -> Engine:
        """For its dialect and for those who listen to it."""
        return self._engine.sync_engine

    async def transact(self, work: Work[T], *, synced: bool) -> T:  # noqa: ARG002 - each is
        """Run ``work`` in one transaction; a cancelled caller does not stop it half-way."""
        task = asyncio.create_task(self._transact(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which begins and ends its own transactions."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["_Snapshot"]:
        """See the database as it is at one moment, and write nothing."""
        async with self._engine.connect() as connection:
            await _renew_if_left(connection)
            reading = await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            yield _Snapshot(reading)

    async def close(self) -> None:
        """End what runs, and close all connections."""
        while self._running:
            await asyncio.wait(self._running)
        await self._engine.dispose()

    async def _transact(self, work: Work[T]) -> T:
        for _ in range(_TRIES - 1):
            with suppress(_LeftError):
                return await self._try(work)
        try:
            return await self._try(work)
        except _LeftError as exc:
            raise exc.fault from None

    async def _try(self, work: Work[T]) -> T:
        """As ``async with sessions.begin()``, whose end shields itself once more in a task.

        Raises:
            _LeftError: the connection was lost before the commit.
            StoreError: there is none to be had.
        """
        session = self._sessions()
        try:
            async with session.begin():
                await _connected(session)
                try:
                    result = await work(session)
                    await session.flush()
                except DBAPIError as exc:
                    if exc.connection_invalidated:
                        raise _LeftError(exc) from exc
                    raise
            committed(session.info)
            return result
        finally:
            await session.close()


async def _renew_if_left(connection: AsyncConnection) -> None:
    try:
        await connection.execute(select(1))
    except DBAPIError as exc:
        if not exc.connection_invalidated:
            raise
    await connection.rollback()  # the next statement is made on a new one


async def _connected(session: AsyncSession) -> None:
    """Take a connection, and send nothing yet.

    That there is no server comes as any kind of error; it must not be taken for one of the work,
    which would then be blamed on whoever sent what was to be stored.
    """
    try:
        _ = await session.connection()
    except DBAPIError:
        raise
    except Exception as exc:
        raise StoreError(f"database: {type(exc).__name__}") from exc


class _LeftError(Exception):
    """The server has left the connection, and nothing was committed on it."""

    def __init__(self, fault: DBAPIError) -> None:
        super().__init__()
        self.fault = fault


def _connecting(url: URL) -> dict[str, Any]:
    """What a connection is made with; where it stands in the address, that counts."""
    wanted: dict[str, Any] = {
        "prepared_statement_cache_size": _STATEMENTS,
        # a pooler gives its server connections to others in turn: no two may use a name
        "prepared_statement_name_func": lambda: f"yizhan_{uuid4().hex}",
    }
    if url.query.get("prepared_statement_cache_size") == "0":
        # behind a pooler by transactions, the driver's own are another connection's, too
        wanted["statement_cache_size"] = 0
    return {name: value for name, value in wanted.items() if name not in url.query}


def _leave_standby(context: ExceptionContext) -> None:
    """A server that may no longer write is left, as one that has gone: the next is the primary."""
    if getattr(context.original_exception, "sqlstate", "") == _NOT_PRIMARY:
        context.is_disconnect = True


class _Snapshot:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def partitions(self, query: Select[Any], size: int) -> AsyncIterator[Sequence[Row[Any]]]:
        result = await self._connection.stream(query)
        async for part in result.partitions(size):
            yield part
