"""SQLite's connection in its thread, with one change of threads for each statement instead of four.

SQLAlchemy asks for a cursor, executes, fetches and closes; aiosqlite does each of these in its
thread. Here a statement and the fetching of its rows are one visit to the thread; making and
closing a cursor, which neither read nor wait, need none.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

import aiosqlite
from aiosqlite.context import Result
from aiosqlite.cursor import Cursor

_FIRST_ROWS = 1024


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
    def cursor(self) -> Result[Cursor]:
        return Result(self._cursor())

    async def _cursor(self) -> Cursor:
        return _Cursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        if self._conn.in_transaction:  # a pool asks each time, to be sure
            await super().rollback()


class _Cursor(Cursor):
    """Brings the first rows along when it executes; most results have no more."""

    _rows: list[Any]

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        def work() -> list[Any]:
            self._cursor.execute(sql, tuple(parameters or ()))
            return self._cursor.fetchmany(_FIRST_ROWS) if self._cursor.description else []

        self._rows = await self._execute(work)  # type: ignore[no-untyped-call]
        return self

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
