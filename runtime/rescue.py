"""Reading a data folder whose disk can't be written any more: read-only, or failing.

SQLite must write to open a database that was not closed in order. So databases are copied to a
temporary folder in memory or on another disk, and everything else is linked; the node is opened
there, says what it knows, and its queue can be carried away on a stick.

Source: docs/operations.md, "When something happens".
"""

import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from protocol.errors import DiskFullError, ForbiddenError, ReadOnlyError, StoreError
from runtime.portable import is_read_only

T = TypeVar("T")

_UNWRITABLE = (StoreError, ReadOnlyError, ForbiddenError, DiskFullError)
_DATABASES = (".db", ".db-wal")
_PLACES = (None, "/dev/shm")  # noqa: S108 - a private folder in it; the first is the system's choice


async def reading_anyway(data: Path, work: Callable[[Path], Awaitable[T]], *, reads: bool) -> T:
    """``work`` on ``data``; on a copy if the disk can't be written and it only ``reads``.

    Raises:
        ReadOnlyError: the disk is read-only, and ``work`` would write.
        YizhanError: whatever ``work`` raises.
    """
    if not is_read_only(data):
        try:
            return await work(data)
        except StoreError as exc:
            if type(exc) not in _UNWRITABLE or not reads:
                raise
    elif not reads:
        raise ReadOnlyError(str(data))
    with readable_copy(data) as copy:
        return await work(copy)


@contextmanager
def readable_copy(data: Path) -> Iterator[Path]:
    """A private folder with copies of the databases in ``data`` and links to the rest.

    Raises:
        StoreError: nowhere is room for it, or a database can't be read.
    """
    copy = room_for(sum(path.stat().st_size for path in data.glob("*.db*")))
    try:
        _fill(data.absolute(), copy)
        yield copy
    except shutil.Error as exc:
        raise StoreError(str(exc)[:200]) from exc
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def room_for(size: int) -> Path:
    """A new private folder, in memory or on another disk, with room for ``size`` bytes and more.

    Raises:
        StoreError: there is none.
    """
    for place in _PLACES:
        try:
            found = Path(tempfile.mkdtemp(prefix="yizhan-", dir=place))
        except OSError:
            continue
        if shutil.disk_usage(found).free > 2 * size:
            return found
        found.rmdir()
    raise StoreError("no temporary folder has room; set TMPDIR to one on another disk")


def _fill(data: Path, copy: Path) -> None:
    for path in data.iterdir():
        if path.is_socket():
            continue
        target = copy / path.name
        if path.is_dir() and any(path.glob("*.db")):
            target.mkdir(mode=0o700)
            _fill(path, target)
        elif path.name.endswith(_DATABASES):
            shutil.copyfile(path, target)
        elif path.suffix != ".db-shm":
            _refer(target, path)


def _refer(target: Path, path: Path) -> None:
    """Let ``target`` mean what ``path`` does."""
    try:
        target.symlink_to(path, target_is_directory=path.is_dir())
    except (OSError, NotImplementedError):  # Windows lets not everybody make links
        (shutil.copytree if path.is_dir() else shutil.copyfile)(path, target)
