"""The station's database: one connection, one unit of work at a time, durable at its commit.

One connection only, because SQLite before 3.51.3 can corrupt a WAL database that has two. A unit
of work is a plain function; it runs from BEGIN to COMMIT in the connection's own thread, so the
event loop never waits for the disk, and nobody reads what is not committed yet: an envelope must
never be sent before it is on disk.

Source: docs/architecture.md, "The station's store"; docs/adr/0005.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

from protocol.errors import NewerStoreError
from runtime.disk.kept import keep_copy
from runtime.metrics.families import Histogram
from station_agent.store.failure import naming_failures
from station_agent.store.shield import Shield

T = TypeVar("T")
Row = sqlite3.Row

_PRAGMAS = (
    "auto_vacuum = INCREMENTAL",  # counts only before the first table is made
    "journal_mode = WAL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "journal_size_limit = 4194304",
)
_FULL = "PRAGMA synchronous = FULL"  # one fsync for each commit: survives a power cut
_NORMAL = "PRAGMA synchronous = NORMAL"  # whole after a power cut, but the last commits may go


class Transaction:
    """What a unit of work may do. Query functions take it and never commit."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query, or of a RETURNING clause."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row, or None."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def rows_among(self, sql: str, values: Sequence[Any]) -> list[Row]:
        """Every row of a query that ends in ``IN``, for these values."""
        return self.rows(f"{sql} ({','.join('?' * len(values))})", values)

    def run(self, sql: str, values: Sequence[Any] = ()) -> None:
        """A statement without a result."""
        self._connection.execute(sql, values)

    def run_many(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """The same statement for each of ``values``."""
        self._connection.executemany(sql, values)


Work = Callable[[Transaction], T]


class _Connection(aiosqlite.Connection):
    """Runs whole functions in its thread: one change of threads instead of one a statement."""

    async def do(self, function: Callable[[sqlite3.Connection], T]) -> T:
        result: T = await self._execute(function, self._conn)  # type: ignore[no-untyped-call]
        return result


class Database:
    """Open it with :meth:`open`, and close it: its thread would keep the process alive."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._shield = Shield()
        self.commits = Histogram("commit_seconds", "A transaction, from its begin to the disk.")
        self.writes = 0  # that were begun: who looked at the same number before knows it all

    @classmethod
    async def open(cls, path: Path) -> Self:
        """The database at ``path``, made or brought up to date first; then a copy is kept before.

        Raises:
            NewerStoreError: a newer version of the program wrote it; it was not touched.
            DamagedError, DiskFullError: it can't be opened.
        """
        connection = _Connection(partial(sqlite3.connect, path, isolation_level=None), 64)
        with naming_failures(path.parent):
            _ = await connection  # starts its thread
        try:
            with naming_failures(path.parent):
                await connection.do(partial(_prepare, path=path))
        except BaseException:
            await connection.close()
            raise
        return cls(connection)

    async def write(self, work: Work[T], *, synced: bool = True) -> T:
        """Run ``work`` in one transaction and commit it.

        Once begun it runs to its end even if the caller is cancelled, because a cancelled
        commit may have happened all the same.

        Args:
            synced: False if a power cut may take this commit because what is in it comes back
                by itself: from the synced journal, or by asking the parent.

        Raises:
            DiskFullError: nothing of ``work`` was stored.
        """
        self.writes += 1
        ticks_s = asyncio.get_running_loop().time
        began_s = ticks_s()
        try:
            return await self._shield.run(
                self._connection.do(partial(_transact, work=work, synced=synced))
            )
        finally:
            self.commits.add(ticks_s() - began_s)

    async def read(self, work: Work[T]) -> T:
        """Run ``work``, which only reads."""
        return await self._connection.do(partial(_look, work=work))

    async def tidy(self) -> None:
        """Move the WAL into the main file and give free pages back; deleted text is gone then."""
        await self._shield.run(self._connection.do(_tidy))

    async def close(self) -> None:
        """Finish what is being written, and close."""
        await self._shield.idle()
        await self._connection.close()


def migrations() -> list[tuple[int, str]]:
    """Number and SQL of each migration, in order; the number is the database's user_version."""
    files = sorted((Path(__file__).parent / "migrations").glob("*.sql"))
    return [(int(file.name[:4]), file.read_text("utf-8")) for file in files]


def _transact(connection: sqlite3.Connection, *, work: Work[T], synced: bool) -> T:
    with naming_failures():
        connection.execute(_FULL if synced else _NORMAL)
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(Transaction(connection))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.rollback()
            raise
        return result


def _look(connection: sqlite3.Connection, *, work: Work[T]) -> T:
    with naming_failures():
        return work(Transaction(connection))


def _tidy(connection: sqlite3.Connection) -> None:
    with naming_failures():
        connection.execute(_FULL)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        connection.execute("PRAGMA incremental_vacuum").fetchall()


def _prepare(connection: sqlite3.Connection, *, path: Path) -> None:
    with naming_failures():
        connection.row_factory = sqlite3.Row
        held, known = _version(connection), migrations()
        if held > known[-1][0]:
            raise NewerStoreError(f"database version {held}, this program knows {known[-1][0]}")
        if 0 < held < known[-1][0]:
            keep_copy(connection, path, str(held))
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        for number, script in known:
            if number > held:
                _transact(
                    connection, work=partial(_migrate, number=number, script=script), synced=True
                )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(tx: Transaction, *, number: int, script: str) -> None:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            tx.run(statement)
            statement = ""
    tx.run(f"PRAGMA user_version = {number}")
