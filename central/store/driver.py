"""SQLite's connection, with few changes of threads: each costs more than a small statement.

SQLAlchemy asks for a cursor, executes, fetches and closes; aiosqlite does each of these in its
thread. Here a statement and the fetching of its rows are one visit to the thread, and making and
closing a cursor, which neither read nor wait, need none.

What surely is short needs none either: beginning, reading within a limit of SQLite's own steps, and
ending a transaction that wrote nothing. A query that reaches the limit is broken off and made
again in the thread, so that the loop never waits for a long one. What changes a row or two by
their key is short as well, but can't be broken off: its author says so by
:data:`central.store.base.BY_KEY`, and with many values it is not believed. Whatever else writes,
and a commit, which waits for the disk, always go to the thread.

Source: docs/performance.md, "Where the time goes".
"""

import sqlite3
from collections.abc import Iterable
from functools import partial
from typing import Any

import aiosqlite
from aiosqlite.context import Result
from aiosqlite.cursor import Cursor

from central.store.base import BY_KEY

_FIRST_ROWS = 1024
_STEPS = 20_000  # of SQLite's machine, about a millisecond
_BEGIN = "BEGIN"
_FEW_VALUES = 64  # some rows
_HEAD = 32  # letters in which a statement's mark stands


def connect(database: str, **options: Any) -> "_Connection":  # noqa: ANN401 - sqlite3's own
    """For SQLAlchemy's ``async_creator_fn``; to be awaited."""

    def open_here() -> sqlite3.Connection:
        # cursors are made and closed outside of its thread, never while a statement runs
        opened: sqlite3.Connection = sqlite3.connect(
            database, **options | {"check_same_thread": False}
        )
        return opened

    connection = _Connection(open_here, _FIRST_ROWS)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does
    return connection


class _Connection(aiosqlite.Connection):
    _pending = 0  # calls that the thread has not ended
    _thread_calls = 0  # to the thread
    _changes = 0  # rows that had been changed in all when the transaction began

    def cursor(self) -> Result[Cursor]:
        return Result(self._cursor())

    async def _cursor(self) -> Cursor:
        return _Cursor(self, self._conn.cursor())

    async def commit(self) -> None:
        if self._pending or self._conn.total_changes != self._changes:
            await super().commit()
        else:
            self._conn.commit()  # nothing goes to the disk

    async def rollback(self) -> None:
        if self._conn.in_transaction:  # a pool asks each time, to be sure
            await super().rollback()

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        def counted() -> Any:  # noqa: ANN401
            try:
                return fn(*args, **kwargs)
            finally:
                self._pending -= 1

        self._pending += 1
        self._thread_calls += 1
        return await super()._execute(counted)  # type: ignore[no-untyped-call]

    def read_here(self, cursor: sqlite3.Cursor, sql: str, parameters: tuple[Any, ...]) -> Any:  # noqa: ANN401
        """The first rows of a short statement, without the thread; None if it is not short."""
        if self._pending:
            return None
        if sql.startswith("SELECT"):
            return self._read_within_limit(cursor, sql, parameters)
        if sql.startswith(_BEGIN):
            cursor.execute(sql)
            self._changes = self._conn.total_changes
            return []
        if BY_KEY in sql[:_HEAD] and len(parameters) <= _FEW_VALUES:
            return _run(cursor, sql, parameters)
        return None

    def _read_within_limit(
        self, cursor: sqlite3.Cursor, sql: str, parameters: tuple[Any, ...]
    ) -> Any:  # noqa: ANN401
        """The same of a query, which can be made again.

        SQLite counts the steps of a prepared statement over all its runs, so that now and then a
        short one is broken off, too. A transaction that had begun would then be begun twice.
        """
        self._conn.set_progress_handler(_break_off, _STEPS)
        try:
            rows = _run(cursor, sql, parameters)
        except sqlite3.OperationalError as exc:
            if exc.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return None
        finally:
            self._conn.set_progress_handler(None, 0)
        return rows


def _run(cursor: sqlite3.Cursor, sql: str, parameters: tuple[Any, ...]) -> list[Any]:
    cursor.execute(sql, parameters)
    return cursor.fetchmany(_FIRST_ROWS) if cursor.description else []


def _break_off() -> int:
    return 1


class _Cursor(Cursor):
    """Brings the first rows along when it executes; most results have no more."""

    _rows: list[Any]

    _conn: _Connection

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        values = tuple(parameters or ())
        rows = self._conn.read_here(self._cursor, sql, values)
        self._rows = await self._in_thread(sql, values) if rows is None else rows
        return self

    async def _in_thread(self, sql: str, parameters: tuple[Any, ...]) -> list[Any]:
        work = partial(_run, self._cursor, sql, parameters)
        rows: list[Any] = await self._execute(work)  # type: ignore[no-untyped-call]
        return rows

    async def fetchmany(self, size: int | None = None) -> Iterable[Any]:
        wanted = size or self.arraysize
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        if len(rows) == wanted:
            return rows
        return [*rows, *await super().fetchmany(wanted - len(rows))]

    async def fetchall(self) -> Iterable[Any]:
        rows, self._rows = self._rows, []
        return rows if len(rows) < _FIRST_ROWS else [*rows, *await super().fetchall()]

    async def close(self) -> None:
        self._cursor.close()
