"""Reading and writing rows of the authority's database, with this project's errors."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from protocol.errors import StoreError
from runtime.cli.failures import of_database


@contextmanager
def our_errors() -> Iterator[None]:
    """What SQLite raises inside becomes ours: the kinds of StoreError."""
    try:
        yield
    except sqlite3.Error as exc:
        known = of_database(exc)
        if isinstance(known, StoreError):
            raise known from exc
        name = getattr(exc, "sqlite_errorname", type(exc).__name__)
        raise StoreError(f"{name}: {exc}") from exc


class Rows:
    """An open connection. Who writes has opened a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _run(self, statement: str, values: tuple[object, ...]) -> None:
        self._connection.execute(statement, values)

    def _one(self, query: str, values: tuple[object, ...]) -> sqlite3.Row | None:
        with our_errors():
            row: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
        return row

    def _all(self, query: str, values: tuple[object, ...] = ()) -> Sequence[sqlite3.Row]:
        with our_errors():
            return self._connection.execute(query, values).fetchall()
