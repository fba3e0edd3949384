"""The one writer of files that people get: attachments, decisions, kits, cards, exports.

A file is there as a whole or not at all. It grows under a name of its own, is synced, and gets its
name by a step that never replaces what is there: another content under the same name becomes a
second file, the same content is recognised. All calls block.

Source: docs/operations.md, "Files that people get".
"""

import errno
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from protocol.errors import (
    DamagedError,
    DiskFullError,
    PaperError,
    PaperFolderError,
    PaperFullError,
    UsageError,
    YizhanError,
)
from protocol.limits import MAX_KIT_BYTES
from protocol.stick.filename import numbered, portable_name
from protocol.text import has_surrogates
from runtime.cli.failures import of_system, reason
from runtime.portable import PLAIN, reserve

_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700
_READ_BYTES = 256 * 1024
_MOST_OF_A_NAME = 10_000
_TEMPORARY = ".yizhan-{}.part"
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EMLINK})


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it lies in its folder."""

    path: Path
    new: bool  # False: the same content was there under this name


class PaperFolder:
    """A folder that somebody named for files to be written into."""

    def __init__(self, folder: Path) -> None:
        """Make ``folder`` if it is not there.

        Raises:
            PaperFolderError: it is no folder, or can't be made.
            PaperFullError: no room.
        """
        self._folder = folder
        with _in_words(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)

    def write(
        self, name: str, pieces: Iterable[bytes], *, check: Callable[[bytes], object] | None = None
    ) -> Paper:
        """Write one file under ``name`` or the next that is free; on disk when this returns.

        Args:
            name: what it should be called; it is made portable.
            check: is told the SHA-256 before the file gets its name; what it raises ends it.

        Raises:
            PaperFullError, PaperFolderError, PaperError: nothing was left behind.
        """
        with _in_words(self._folder), _growing(self._folder) as (file, growing):
            digest = _fill(file, pieces)
            if check is not None:
                check(digest)
            return self._name(growing, portable_name(name), digest)

    def _name(self, growing: Path, name: str, digest: bytes) -> Paper:
        for number in range(1, _MOST_OF_A_NAME):
            path = self._folder / (name if number == 1 else numbered(name, number))
            if there := self._alike(path.name):
                if _digest_of(there) == digest:
                    return Paper(there, new=False)
            elif _give_name(growing, path):
                _sync_folder(self._folder)
                return Paper(path, new=True)
        raise PaperError(f"{name}: {_MOST_OF_A_NAME} files of this name")

    def _alike(self, name: str) -> Path | None:
        """What has this name here, or would on a disk that knows no small letters."""
        path = self._folder / name
        if path.exists() or path.is_symlink():
            return path
        wanted = name.casefold()
        for entry in self._folder.iterdir():
            if entry.name.casefold() == wanted:
                return entry
        return None


def sent_name(path: Path) -> str:
    """The name under which a file of ours is sent: as every system takes it, GBK names read."""
    name = path.name
    if has_surrogates(name):
        with suppress(UnicodeDecodeError):
            name = os.fsencode(name).decode("gb18030")
    return portable_name(name)


@contextmanager
def new_paper(path: Path, *, force: bool, room: int = MAX_KIT_BYTES) -> Iterator[BinaryIO]:
    """A file that appears under exactly this name only once all of it is on disk.

    ``room`` bytes are taken before the caller does anything, so that a full stick is seen first.

    Raises:
        UsageError: something is there, and ``force`` does not allow to replace it; or no folder.
        PaperFullError, PaperFolderError, PaperError: nothing was left behind.
    """
    if not force and (path.exists() or path.is_symlink()):
        raise UsageError(f"{path} 已存在；--force 可替换")
    folder = path.absolute().parent
    if not folder.is_dir():
        raise UsageError(f"没有这个文件夹：{folder}")
    with ExitStack() as stack:
        with _in_words(path):
            file, growing = stack.enter_context(_growing(folder))
            reserve(file, room)
            os.fsync(file.fileno())
        yield file
        with _in_words(path):
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
            file.close()  # Windows renames no file that is open
            if force:
                growing.replace(path)
            elif not _give_name(growing, path):
                raise UsageError(f"{path} 已存在；--force 可替换")
            _sync_folder(folder)


@contextmanager
def _growing(folder: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A private file without a name of its own yet; gone afterwards unless it was given one."""
    path = folder / _TEMPORARY.format(os.urandom(6).hex())
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | PLAIN, _PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, path
    finally:
        with suppress(OSError):
            path.unlink()


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise _paper_error(exc, path) from exc


def _paper_error(exc: OSError, path: Path) -> YizhanError:
    known = of_system(exc)
    if isinstance(known, DiskFullError):
        return PaperFullError(str(path))
    detail = f"{path}：{reason(exc)}"
    return PaperError(detail) if exc.errno == errno.EIO else PaperFolderError(detail)


def _fill(file: BinaryIO, pieces: Iterable[bytes]) -> bytes:
    digest = hashlib.sha256()
    for piece in _read(pieces):
        digest.update(piece)
        file.write(piece)
    file.flush()
    os.fsync(file.fileno())
    return digest.digest()


def _read(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What fails while it is read is no fault of the folder that is written to."""
    try:
        yield from pieces
    except OSError as exc:
        raise DamagedError(f"{exc.filename or ''}: {reason(exc)}") from exc


def _give_name(growing: Path, path: Path) -> bool:
    """Name a finished file; False if somebody else has taken the name meanwhile."""
    try:
        os.link(growing, path)
    except FileExistsError:
        return False
    except OSError as exc:
        if exc.errno not in _NO_LINKS:
            raise
        return _take_name(growing, path)  # FAT knows no links
    return True


def _take_name(growing: Path, path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, _PRIVATE))
    except FileExistsError:
        return False
    try:
        growing.replace(path)
    except OSError:
        path.unlink()
        raise
    return True


def _digest_of(path: Path) -> bytes | None:
    """SHA-256 of a plain file; None if it is none, or can't be read."""
    if path.is_symlink() or not path.is_file():
        return None
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_READ_BYTES):
                digest.update(piece)
    except OSError:
        return None
    return digest.digest()


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # network disks and FAT drivers may not know how
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
