"""Reading a database that no process has open, without making or changing a file beside it.

SQLite would make files even to read one that uses a write-ahead log. So a file without a log is
read as one that nobody changes, and of one with a log a copy is read.

Source: https://www.sqlite.org/uri.html, "immutable".
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from runtime.doctor.finding import Found
from runtime.rescue import room_for

_CHECKED_BYTES = 256 * 1024 * 1024  # of a database in use: checking more would hold its program up


@contextmanager
def frozen(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to what the database at ``path`` holds.

    Raises:
        StoreError: there is no room for a copy.
        sqlite3.Error: it can't be read.
    """
    log = path.with_name(f"{path.name}-wal")
    if not (log.exists() and log.stat().st_size):
        with closing(_connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")) as connection:
            yield connection
        return
    copy = room_for(path.stat().st_size + log.stat().st_size)
    try:
        for source in (path, log):
            shutil.copyfile(source, copy / source.name)
        with closing(_connect((copy / path.name).as_uri())) as connection:
            yield connection
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def check(connection: sqlite3.Connection) -> Iterator[Found]:
    """What SQLite finds wrong with each page."""
    try:
        ((first,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.DatabaseError as exc:
        first = str(exc)
    if first != "ok":
        yield Found("database.damaged", str(first)[:100])


def is_small(path: Path) -> bool:
    """Whether a database in use can be checked without holding its program up for long."""
    return not path.exists() or path.stat().st_size <= _CHECKED_BYTES


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
