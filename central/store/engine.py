"""The database behind one door: every write is one real, durable transaction.

SQLite: one connection (central.store.sqlite). PostgreSQL: a small pool (central.store.postgres),
and another try when two transactions collide.

Source: docs/architecture.md, "Storage"; ADR 0009.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine, inspect, make_url
from sqlalchemy.exc import DBAPIError

from central.store.ports import Database, Snapshot, Work
from central.store.postgres import PostgresDatabase
from central.store.sqlite import SqliteDatabase
from protocol.errors import DiskFullError, StoreError
from runtime.cli.failures import DISK_FULL, of_database
from runtime.disk.space import explain
from runtime.metrics.families import Histogram

T = TypeVar("T")

_COLLISIONS = ("40001", "40P01")  # serialization failure, deadlock
_TRIES = 5


class Store:
    """One database. Use ``async with``."""

    def __init__(self, url: str | URL) -> None:
        known = make_url(url)
        is_file = known.get_backend_name() == "sqlite"
        self._file = SqliteDatabase(known) if is_file else None
        self._database: Database = self._file or PostgresDatabase(known)
        self._folder = self._file.path.parent if self._file else None
        self.commits = Histogram("commit_seconds", "A transaction, from its begin to the disk.")

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, for those who listen to it."""
        return self._database.engine

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()

    async def migrate(self, upgrade: Callable[[Connection], T]) -> T:
        """Run migrations, or look at what was run, inside one connection.

        Raises:
            DiskFullError, DamagedError, StoreError: the database can't be used.
        """
        with naming_failures(self._folder):
            return await self._database.run(upgrade)

    async def transact(self, work: Work[T], *, synced: bool = True) -> T:
        """Run ``work`` in one transaction; what it did is on disk when this returns.

        A cancelled caller does not stop it half-way: the transaction goes on to its end.

        Args:
            synced: False if a power cut may take it back, because what is in it would be asked
                again; with it goes nothing that was committed before.

        Raises:
            DiskFullError: no room; nothing was written.
            StoreError: the database can't be used now.
        """
        ticks_s = asyncio.get_running_loop().time
        began_s = ticks_s()
        try:
            return await self._transact(work, synced=synced)
        finally:
            self.commits.add(ticks_s() - began_s)

    async def check(self) -> str:
        """SQLite: what is wrong with a page of the file; empty: nothing, or it is no file."""
        if self._file is None:
            return ""
        query = "PRAGMA quick_check(1)"
        try:
            found = await self._file.run(lambda c: c.exec_driver_sql(query).scalar())
        except (DBAPIError, sqlite3.Error) as exc:
            return str(getattr(exc, "orig", exc))[:100]
        return "" if found == "ok" else str(found)[:100]

    async def checkpoint(self) -> None:
        """SQLite: move the log into the database file, so that deleted rows are gone from disk."""
        if self._file is not None:
            with naming_failures():
                await self._file.checkpoint()

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """See the database as it is at one moment, and write nothing."""
        return self._database.snapshot()

    async def is_empty(self) -> bool:
        """Whether the database has no table yet.

        Raises:
            StoreError: it can't be reached.
        """
        with naming_failures():
            return not await self._database.run(lambda c: inspect(c).get_table_names())

    async def copy_file(self, path: Path, moved: Callable[[int, int], None]) -> None:
        """SQLite: a copy of the whole database, of one moment, as a new file.

        It goes through the one connection that there is, so writers wait: 0.2 s for 100 MB.

        Args:
            moved: told from another thread how many bytes of how many are copied; what it
                raises ends the copy.

        Raises:
            DiskFullError, StoreError: the new file can't be written.
        """
        if self._file is None:
            raise TypeError(f"a {self.dialect} database is no file")
        try:
            await self._file.copy_file(path, moved)
        except sqlite3.Error as exc:
            known = of_database(exc)
            kind = type(known) if isinstance(known, DiskFullError) else StoreError
            raise kind(f"{path}: {exc}") from exc

    async def keep_copy(self, version: str) -> Path | None:
        """SQLite: a copy of the file before a migration; None: it is no file.

        Raises:
            DiskFullError, StoreError: it can't be kept; nothing has changed.
        """
        if self._file is None:
            return None
        with naming_failures(self._folder):
            return await self._file.keep_copy(version)

    async def _transact(self, work: Work[T], *, synced: bool) -> T:
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._database.transact(work, synced=synced)
            except DBAPIError as exc:
                if attempt < _TRIES and _sqlstate(exc) in _COLLISIONS:
                    continue
                raise _in_our_words(exc) from exc
            except sqlite3.Error as exc:
                raise _of_sqlite(exc) from exc
            except OSError as exc:
                if exc.errno in DISK_FULL:
                    raise DiskFullError(str(exc.filename or "")) from None
                raise
        raise StoreError("the database is too busy")


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
        if folder is not None:
            explain(exc, folder)
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
