"""Locks of files, held until the process ends; the operating system's own.

Where Python has no fcntl, SQLite takes the lock, in a file of its own beside: it knows the locks of
every system that it runs on, and they die with the process, too.

Source: flock(2); https://www.sqlite.org/lockingv3.html.
"""

import errno
import importlib
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

from protocol.errors import NoLocksError
from runtime.cli.failures import reason

_HELD_BY_ANOTHER = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})
_BESIDE = "-held"  # added to the name of the file


def take_lock(descriptor: int, path: Path, held: ExitStack) -> bool:
    """Lock an open file; False if another process has it.

    Args:
        path: of the file, or of the folder that it locks where nothing can be made in that.
        held: the lock ends with it, or with the descriptor.

    Raises:
        NoLocksError: this file system can lock nothing, however long one waits.
    """
    fcntl = _fcntl()
    if fcntl is None:
        return path.is_dir() or _take_by_sqlite(path, held)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        if exc.errno in _HELD_BY_ANOTHER:
            return False
        raise NoLocksError(f"{path}: {reason(exc)}") from None
    return True


def is_held(path: Path, *, unsure: bool) -> bool:
    """Whether a process holds the lock of the file at ``path``; nothing is made or changed.

    Args:
        unsure: the answer where that can't be asked without taking the lock.
    """
    fcntl = _fcntl()
    if fcntl is None:
        return unsure
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError as exc:
        return exc.errno in _HELD_BY_ANOTHER if exc.errno != errno.EACCES else unsure
    return False


def _fcntl() -> ModuleType | None:
    try:
        return importlib.import_module("fcntl")
    except ImportError:
        return None


def _take_by_sqlite(path: Path, held: ExitStack) -> bool:
    beside = path.with_name(path.name + _BESIDE)
    try:
        lock = sqlite3.connect(beside, timeout=0, isolation_level=None, check_same_thread=False)
        held.callback(lock.close)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        raise NoLocksError(f"{beside}: {exc}") from None
    return True
