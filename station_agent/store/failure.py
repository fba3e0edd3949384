"""What the operating system and SQLite say when they fail, in this project's words.

Adapters wrap their work in :func:`naming_failures`, so that no ``OSError`` or ``sqlite3.Error``
of a full or broken disk gets further. A mistake of the program (a broken constraint, wrong SQL)
passes through: it must be seen.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from protocol.errors import DamagedError, DiskFullError, InUseError, StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def naming_failures() -> Iterator[None]:
    """Turn failures of disk and database into StoreError.

    Raises:
        DiskFullError: no room left; what was there before is readable.
        DamagedError: the database is not what was written.
        InUseError: another program holds the database.
        StoreError: any other failure of the disk.
    """
    try:
        yield
    except sqlite3.DatabaseError as exc:
        raise _of_database(exc) from exc
    except OSError as exc:
        if exc.errno in _FULL:
            raise DiskFullError(exc.strerror or "") from exc
        raise StoreError(f"{type(exc).__name__}: {exc.strerror} {exc.filename or ''}") from exc


def _of_database(exc: sqlite3.DatabaseError) -> Exception:
    name = getattr(exc, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return DiskFullError("SQLITE_FULL")
    if name == "SQLITE_NOTADB" or name.startswith("SQLITE_CORRUPT"):
        return DamagedError(f"{name}: {exc}")
    if name in ("SQLITE_BUSY", "SQLITE_LOCKED"):
        return InUseError(f"{name}: another program has the database open")
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return StoreError(f"{name}: {exc}")
    return exc
