"""SQLite's connection, whose cursors fetch their rows when they execute.

So a statement and its rows are one step, here or in the thread. Who reads a whole table takes its
rows piece by piece instead (:meth:`DirectConnection.streaming`).
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any


class _Cursor(sqlite3.Cursor):
    _rows: Iterator[Any] = iter(())

    def execute(self, sql: str, parameters: Any = ()) -> "_Cursor":  # noqa: ANN401 - sqlite3's own
        super().execute(sql, parameters)
        self._rows = iter(super().fetchall() if self.description else ())
        return self

    def executemany(self, sql: str, parameters: Iterable[Any]) -> "_Cursor":
        super().executemany(sql, parameters)
        self._rows = iter(())
        return self

    def fetchone(self) -> Any:  # noqa: ANN401
        return next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return list(islice(self._rows, size or self.arraysize))

    def fetchall(self) -> list[Any]:
        return list(self._rows)


class DirectConnection(sqlite3.Connection):
    """A connection of sqlite3; give it as ``factory``."""

    _kind: type[sqlite3.Cursor] = _Cursor

    def cursor(self, *_: object) -> sqlite3.Cursor:  # type: ignore[override]
        """A new cursor."""
        return super().cursor(self._kind)

    @contextmanager
    def streaming(self) -> Iterator[None]:
        """Inside, rows stay in the database until they are fetched."""
        self._kind = sqlite3.Cursor
        try:
            yield
        finally:
            self._kind = _Cursor
