"""The one place for files that must survive a power cut and that nobody else may read.

A file grows under a temporary name beside its own, is synced, and gets its name as a whole; then
its folder is synced. What the disk says becomes one of our own errors, and *disk full* has one
meaning. All calls block: run them in a thread where others wait.

:func:`write_private` replaces a file, :func:`write_new` never does, :func:`new_file` is either of
them for content that comes in pieces. :func:`private_folder` makes a folder, and
:func:`close_to_others` takes rights away that others have in one which was there before.
"""

import errno
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from protocol.errors import NameTakenError, StoreError
from runtime.cli.failures import of_system
from runtime.portable import PLAIN

_UNSYNCED = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.ENOSYS})
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_HAS_MODES = hasattr(os, "fchmod")
_SYNCS_FOLDERS = hasattr(os, "O_DIRECTORY")
_SEALED = "blobs"  # ciphertext, a great many: left alone while the folder itself is closed

log = logging.getLogger(__name__)


def keep_to_ourselves() -> None:
    """What this process makes from now on is for its owner alone. Called where programs start."""
    os.umask(_FOR_OTHERS)


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the disk says while a file is written into our own errors.

    Raises:
        DiskFullError: no room: on the disk, in a quota, or in what one file may hold.
        StoreError: anything else; the detail says what.
    """
    try:
        yield
    except OSError as exc:
        known = of_system(exc)
        raise known if isinstance(known, StoreError) else StoreError(known.detail) from exc


def write_private(path: Path, data: bytes) -> None:
    """Write a file, mode 0600, in place of what had its name; it is on disk when this returns.

    Raises:
        DiskFullError, StoreError: it can't be written; what had its name still has it.
    """
    with new_file(path, replace=True) as file:
        file.write(data)


def write_new(path: Path, data: bytes) -> None:
    """Write a file, mode 0600, that was not there; it is on disk when this returns.

    Raises:
        NameTakenError: something has this name; it is as it was.
        DiskFullError, StoreError: it can't be written, and nothing has its name.
    """
    with new_file(path) as file:
        file.write(data)


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[BinaryIO]:
    """A private file that appears under its name once all of it is on disk, or never.

    Args:
        replace: whether something that has its name may be lost for it.

    Raises:
        NameTakenError: something has this name and is not to be replaced; it is as it was.
        DiskFullError, StoreError: it can't be written; the name means what it meant before.
    """
    if not replace and os.path.lexists(path):
        raise NameTakenError(str(path))
    growing = path.with_name(path.name + ".new")
    with disk_errors():
        try:
            growing.unlink(missing_ok=True)  # of a try that the power cut short
            descriptor = os.open(growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _name(growing, path, replace=replace)
        except BaseException:
            with suppress(OSError):
                growing.unlink()
            raise
        sync_folder(path.absolute().parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in ``folder`` are on disk; where that can't be asked for, say so once.

    Raises:
        OSError: the disk says no.
    """
    if not _SYNCS_FOLDERS:
        return  # NTFS keeps names in its journal, and no folder can be opened
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as exc:
        if exc.errno not in _UNSYNCED:
            raise
        _say_once("files.no-folder-sync", "this file system can't sync folders (SMB, sshfs, ...)")
    finally:
        os.close(descriptor)


def private_folder(folder: Path) -> None:
    """Make a folder for its owner alone, for good; one that is there is closed to others.

    Raises:
        DiskFullError, StoreError: it can't be made.
    """
    with disk_errors():
        for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
            sync_folder(missing.absolute().parent)
        _closed(folder)


def close_to_others(folder: Path) -> int:
    """Take the rights of others away from a folder and what lies in it; how many had some.

    No link is followed. A file system without rights, or files of another account, are no error:
    what stays open is said in the log.
    """
    if not _HAS_MODES:
        return 0
    found = _closed(folder) + sum(_closed(path) for path in _below(folder))
    if found:
        extra = {"event": "files.closed", "folder": str(folder), "count": found}
        log.warning("others could read these files until now; their rights are gone", extra=extra)
    return found


def _name(growing: Path, path: Path, *, replace: bool) -> None:
    if replace:
        growing.replace(path)
        return
    try:
        try:
            os.link(growing, path)
        except FileExistsError:
            raise
        except OSError:  # FAT and others have no second names: reserve the name, then take it
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, 0o600))
            growing.replace(path)
        else:
            growing.unlink()
    except FileExistsError:
        raise NameTakenError(str(path)) from None


def _below(folder: Path) -> Iterator[Path]:
    """All that lies below, each folder before what is in it is looked at."""
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            path = Path(entry.path)
            within = entry.is_dir(follow_symlinks=False) and _looked_into(path)
            if not entry.is_symlink():
                yield path
            if within:
                yield from _below(path)


def _looked_into(folder: Path) -> bool:
    return folder.name != _SEALED or bool(folder.lstat().st_mode & _FOR_OTHERS)


def _closed(path: Path) -> bool:
    """Whether others had rights here and have none now."""
    try:
        mode = path.stat().st_mode
        if not mode & _FOR_OTHERS or not _HAS_MODES:
            return False
        path.chmod(stat.S_IMODE(mode) & ~_FOR_OTHERS)
        if not path.stat().st_mode & _FOR_OTHERS:
            return True
    except FileNotFoundError:  # SQLite's, gone meanwhile
        return False
    except OSError as exc:
        log.debug("rights can't be changed", extra={"event": "files.rights", "error": str(exc)})
    _say_once("files.open-to-others", f"others can read {path}: no rights here, or not our file")
    return False


@cache
def _say_once(event: str, words: str) -> None:
    log.warning(words, extra={"event": event})
