"""What the operating system and SQLite say when they fail, in this project's words.

Adapters wrap their work in :func:`naming_failures`, so that no ``OSError`` or ``sqlite3.Error``
of a full or broken disk gets further. A mistake of the program (a broken constraint, wrong SQL)
passes through: it must be seen.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from protocol.errors import StoreError
from runtime.cli.failures import of_database, of_system
from runtime.disk.space import explain


@contextmanager
def naming_failures(folder: Path | None = None) -> Iterator[None]:
    """Turn failures of disk and database into StoreError.

    Args:
        folder: of a database that is being opened; a disk that holds no more files is named so.

    Raises:
        DiskFullError: no room left; what was there before is readable.
        DamagedError: the database is not what was written.
        InUseError: another program holds the database.
        ReadOnlyError, ForbiddenError: the disk is read-only, or closed to this account.
        StoreError: any other failure of the disk.
    """
    try:
        yield
    except sqlite3.DatabaseError as exc:
        if folder is not None:
            explain(exc, folder)
        known = of_database(exc)
        if known is None:
            raise
        raise known from exc
    except OSError as exc:
        known = of_system(exc)
        raise known if isinstance(known, StoreError) else StoreError(known.detail) from exc
