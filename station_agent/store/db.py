"""The station's database: one connection, one transaction at a time, durable at its commit.

One connection only, because SQLite before 3.51.3 can corrupt a WAL database that has two. Reads
wait for the running transaction too: on the same connection they would see what is not
committed yet, and an envelope must never be sent before it is on disk.

Source: docs/architecture.md, "The station's store"; docs/adr/0005.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

from protocol.errors import NewerStoreError
from station_agent.store.failure import naming_failures
from station_agent.store.shield import Shield

T = TypeVar("T")
Row = sqlite3.Row

_PRAGMAS = (
    "auto_vacuum = INCREMENTAL",  # counts only before the first table is made
    "journal_mode = WAL",
    "synchronous = FULL",  # one fsync for each commit: survives a power cut
    "foreign_keys = ON",
    "secure_delete = ON",
    "journal_size_limit = 4194304",
)


class Transaction:
    """What a unit of work may do. Query functions take it and never commit."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query, or of a RETURNING clause."""
        return list(await self._connection.execute_fetchall(sql, values))

    async def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        rows = await self.rows(sql, values)
        return rows[0] if rows else None

    async def rows_among(self, sql: str, values: Sequence[Any]) -> list[Row]:
        """Every row of a query that ends in ``IN``, for these values."""
        return await self.rows(f"{sql} ({','.join('?' * len(values))})", values)

    async def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """A statement without a result."""
        await self._connection.execute_fetchall(sql, values)

    async def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """The same statement for each of ``values``."""
        async with self._connection.executemany(sql, values):
            pass


Work = Callable[[Transaction], Awaitable[T]]


class Database:
    """Open it with :meth:`open`, and close it: its thread would keep the process alive."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._shield = Shield()

    @classmethod
    async def open(cls, path: Path) -> Self:
        """The database at ``path``, made or brought up to date first.

        Raises:
            NewerStoreError: a newer version of the program wrote it; it was not touched.
            DamagedError, DiskFullError: it can't be opened.
        """
        with naming_failures():
            connection = await aiosqlite.connect(path, isolation_level=None)
        try:
            with naming_failures():
                connection.row_factory = sqlite3.Row
                await _require_known(connection)
                for pragma in _PRAGMAS:
                    await connection.execute_fetchall(f"PRAGMA {pragma}")
                await _migrate(connection)
        except BaseException:
            await connection.close()
            raise
        return cls(connection)

    async def write(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction and commit it.

        Once begun it runs to its end even if the caller is cancelled, because a cancelled
        commit may have happened all the same.

        Raises:
            DiskFullError: nothing of ``work`` was stored.
        """
        return await self._shield.run(self._transact(work))

    async def read(self, work: Work[T]) -> T:
        """Run ``work``, which only reads."""
        async with self._lock:
            with naming_failures():
                return await work(Transaction(self._connection))

    async def tidy(self) -> None:
        """Move the WAL into the main file and give free pages back; deleted text is gone then."""
        async with self._lock:
            with naming_failures():
                await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
                await self._connection.execute_fetchall("PRAGMA incremental_vacuum")

    async def close(self) -> None:
        """Finish what is being written, and close."""
        await self._shield.idle()
        async with self._lock:
            await self._connection.close()

    async def _transact(self, work: Work[T]) -> T:
        async with self._lock:
            with naming_failures():
                await self._connection.execute_fetchall("BEGIN IMMEDIATE")
                try:
                    result = await work(Transaction(self._connection))
                    await self._connection.execute_fetchall("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        await self._connection.rollback()
                    raise
                return result


def migrations() -> list[tuple[int, str]]:
    """Number and SQL of each migration, in order; the number is the database's user_version."""
    folder = resources.files("station_agent.store").joinpath("migrations")
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".sql"))
    return [(int(name[:4]), folder.joinpath(name).read_text("utf-8")) for name in files]


async def _version(connection: aiosqlite.Connection) -> int:
    rows = list(await connection.execute_fetchall("PRAGMA user_version"))
    return int(rows[0][0])


async def _require_known(connection: aiosqlite.Connection) -> None:
    found, known = await _version(connection), migrations()[-1][0]
    if found > known:
        raise NewerStoreError(f"database version {found}, this program knows {known}")


async def _migrate(connection: aiosqlite.Connection) -> None:
    held = await _version(connection)
    for number, script in migrations():
        if number <= held:
            continue
        await connection.execute_fetchall("BEGIN IMMEDIATE")
        try:
            for statement in _statements(script):
                await connection.execute_fetchall(statement)
            await connection.execute_fetchall(f"PRAGMA user_version = {number}")
            await connection.execute_fetchall("COMMIT")
        except BaseException:
            if connection.in_transaction:
                await connection.rollback()
            raise


def _statements(script: str) -> list[str]:
    found, held = [], ""
    for line in script.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            found.append(held)
            held = ""
    return found
