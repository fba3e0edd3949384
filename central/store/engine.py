"""The database behind one door: every write is one real, durable transaction.

SQLite: one connection (older versions than 3.51.3 damage a WAL database that two connections
write to), BEGIN IMMEDIATE, synchronous=FULL. PostgreSQL: a small pool, and another try when two
transactions collide.

Source: docs/architecture.md, "Storage"; ADR 0009.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite
from sqlalchemy import URL, Connection, event, inspect, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from central.store import driver
from protocol.errors import DiskFullError, StoreError
from runtime.cli.failures import DISK_FULL, of_database
from runtime.disk.space import explain

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    f"journal_size_limit={4 * 1024 * 1024}",
)
_COLLISIONS = ("40001", "40P01")  # serialization failure, deadlock
_TRIES = 5
_POOL = 8
_COPIED_PAGES = 2048  # between two words on how far a copy is: 8 MB, a few ms


class Store:
    """One database. Use ``async with``."""

    def __init__(self, url: str | URL) -> None:
        self._engine = open_engine(url)
        database = self._engine.url.database or ""
        self._folder = Path(database).parent if self.dialect == "sqlite" else None
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._engine.dispose()

    async def migrate(self, upgrade: Callable[[Connection], None]) -> None:
        """Run migrations inside one connection.

        Raises:
            DiskFullError, DamagedError, StoreError: the database can't be used.
        """
        with naming_failures(self._folder):
            async with self._engine.connect() as connection:
                await connection.run_sync(upgrade)

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction; what it did is on disk when this returns.

        A cancelled caller does not stop it half-way: the transaction goes on to its end.

        Raises:
            DiskFullError: no room; nothing was written.
            StoreError: the database can't be used now.
        """
        return await asyncio.shield(asyncio.ensure_future(self._transact(work)))

    async def checkpoint(self) -> None:
        """SQLite: move the log into the database file, so that deleted rows are gone from disk."""
        if self.dialect != "sqlite":
            return
        with naming_failures():
            async with self._engine.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                if not isinstance(driver, aiosqlite.Connection):
                    raise TypeError("not the driver that this store was opened with")
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    await cursor.fetchall()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees the database as it is at one moment, and writes nothing."""
        async with self._engine.connect() as plain:
            connection = plain
            if self.dialect == "postgresql":
                connection = await plain.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection

    async def is_empty(self) -> bool:
        """Whether the database has no table yet.

        Raises:
            StoreError: it can't be reached.
        """
        with naming_failures():
            async with self._engine.connect() as connection:
                return not await connection.run_sync(lambda c: inspect(c).get_table_names())

    async def copy_file(self, path: Path, moved: Callable[[int, int], None]) -> None:
        """SQLite: a copy of the whole database, of one moment, as a new file.

        It goes through the one connection that there is, so writers wait: 0.2 s for 100 MB.

        Args:
            moved: told from another thread how many bytes of how many are copied; what it
                raises ends the copy.

        Raises:
            DiskFullError, StoreError: the new file can't be written.
        """
        try:
            await self._copy_file(path, moved)
        except sqlite3.Error as exc:
            known = of_database(exc)
            kind = type(known) if isinstance(known, DiskFullError) else StoreError
            raise kind(f"{path}: {exc}") from exc

    async def _copy_file(self, path: Path, moved: Callable[[int, int], None]) -> None:
        async with self._engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            if not isinstance(driver, aiosqlite.Connection):
                raise TypeError(f"a {self.dialect} database is no file")
            async with driver.execute("PRAGMA page_size") as cursor:
                page_bytes = (await cursor.fetchone() or (0,))[0]

            def tell(_: int, left: int, total: int) -> None:
                moved((total - left) * page_bytes, total * page_bytes)

            with closing(sqlite3.connect(path, check_same_thread=False)) as copy:
                await driver.backup(copy, pages=_COPIED_PAGES, progress=tell)

    async def _in_session(self, work: Work[T]) -> T:
        """As ``async with sessions.begin()``, whose end shields itself once more in a task."""
        session = self._sessions()
        try:
            async with session.begin():
                return await work(session)
        finally:
            await session.close()

    async def _transact(self, work: Work[T]) -> T:
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._in_session(work)
            except DBAPIError as exc:
                if attempt < _TRIES and _sqlstate(exc) in _COLLISIONS:
                    continue
                raise _in_our_words(exc) from exc
            except OSError as exc:
                if exc.errno in DISK_FULL:
                    raise DiskFullError(str(exc.filename or "")) from None
                raise
        raise StoreError("the database is too busy")


def open_engine(url: str | URL) -> AsyncEngine:
    """Engine whose transactions are real (also around DDL) and whose commits survive power loss."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_size=_POOL, max_overflow=0, pool_pre_ping=True, hide_parameters=True
        )
    engine = create_async_engine(
        url,
        hide_parameters=True,  # they are what a citizen wrote
        pool_size=1,
        max_overflow=0,
        pool_timeout=300,
        connect_args={"async_creator_fn": driver.connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - DB-API is untyped
        connection.isolation_level = None  # sqlite3 must not open transactions behind our back
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    # one listener to its events would have each statement look for listeners, too
    engine.dialect.do_begin = _begin_immediate  # type: ignore[method-assign,assignment]
    return engine


def _begin_immediate(connection: Any) -> None:  # noqa: ANN401 - DB-API is untyped
    """Take the write lock now or fail now."""
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    cursor.close()


def _sqlstate(exc: DBAPIError) -> str:
    return str(getattr(exc.orig, "sqlstate", "") or "")


@contextmanager
def naming_failures(folder: Path | None = None) -> Iterator[None]:
    """Say in our words why a database can't be used.

    Args:
        folder: of a database that is being opened; a disk that holds no more files is named so.

    Raises:
        DiskFullError: no room.
        DamagedError: it is not what was written.
        StoreError: it can't be reached, or anything else.
    """
    try:
        yield
    except DBAPIError as exc:
        if folder is not None and isinstance(exc.orig, sqlite3.Error):
            explain(exc.orig, folder)
        raise _in_our_words(exc) from exc
    except sqlite3.Error as exc:
        raise _of_sqlite(exc) from exc
    except OSError as exc:
        raise StoreError(f"database: {exc}") from exc


def _of_sqlite(exc: sqlite3.Error) -> StoreError:
    known = of_database(exc)
    if isinstance(known, StoreError):
        return known
    return StoreError(f"database: {type(exc).__name__}: {str(exc)[:200]}")


def _in_our_words(exc: DBAPIError) -> StoreError:
    if isinstance(exc.orig, sqlite3.Error):
        return _of_sqlite(exc.orig)
    text = str(exc.orig)
    if _sqlstate(exc) == "53100":
        return DiskFullError("database")
    return StoreError(f"database: {type(exc.orig).__name__}: {text[:200]}")
