"""A damaged database, read row by row: what can't be read is stepped over.

SQLite's own recovery gives nothing back when pages in the middle are gone, while a query for the
next row number finds almost every other row. Nothing here is to be believed: SQLite keeps no
checksums, so whoever uses a row checks what can be checked.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

_STEPS_BY_ONE = 256  # then by twice as much each time: a few hundred rows of a page may be gone
_LAST_ROW = 2**62
_LEAST_ROW_BYTES = 4  # so a file can't hold more rows than that, whatever it pretends

Found = dict[str, Any]


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with the whole database; reads all of it."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("PRAGMA integrity_check(1)").fetchall()
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
            return rows == [("ok",)] and not strays
    except sqlite3.Error:
        return False


class DamagedDatabase:
    """One damaged database; use it with ``contextlib.closing``."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.row_factory = sqlite3.Row
        self._connection.text_factory = _text
        self._most = path.stat().st_size // _LEAST_ROW_BYTES
        self.gaps = 0  # places where at least one row could not be read

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def rows(self, table: str) -> Iterator[Found]:
        """Every row of ``table`` that can be read, by row number; none if there is no table."""
        query = f'SELECT rowid AS "at", * FROM "{table}" WHERE rowid >= ? ORDER BY rowid LIMIT 1'  # noqa: S608 - a name of ours
        start, step, count = 0, 1, 0
        while start <= _LAST_ROW and count < self._most:
            try:
                row = self._connection.execute(query, (start,)).fetchone()
                if row is not None and not start <= row["at"] <= _LAST_ROW:
                    raise sqlite3.DatabaseError("a row out of its place")
            except (sqlite3.Error, ValueError):
                self.gaps += step == 1
                start += step
                step += step if step >= _STEPS_BY_ONE else 1
                continue
            if row is None:
                return
            start, step, count = row["at"] + 1, 1, count + 1
            yield {name: row[name] for name in row.keys() if name != "at"}  # noqa: SIM118


def _text(data: bytes) -> str:
    return data.decode()
