"""What lies on a stick, looked at so that nothing there can hurt: bounds, and never a link.

All calls block; run them in a thread.

Source: docs/protocol.md section 11.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from protocol.errors import (
    StickHostileError,
    StickMissingError,
    StickUnreadableError,
    TooLargeError,
)
from protocol.limits import MAX_STICK_BAGS, MAX_STICK_BYTES, MAX_STICK_NAMES
from protocol.stick.names import FOLDER, BagName, ItemName, is_shelf
from runtime.cli.failures import reason
from runtime.portable import NO_LINK, NO_WAIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A bag as it lies on a stick."""

    name: BagName
    path: Path
    files: int
    size: int  # bytes of these, as the file system tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What lies on a stick, counted."""

    bags: tuple[Bag, ...]
    names: int  # files and folders that were looked at


def stick_root(folder: Path) -> Path:
    """The folder of the bags: ``yizhan`` in ``folder``, or ``folder`` itself if it is that one."""
    return folder if folder.name.lower() == FOLDER else named(folder, FOLDER)


def named(folder: Path, name: str) -> Path:
    """What has this name in ``folder``, in capitals too, as some systems write it."""
    plain = folder / name
    if not os.path.lexists(plain):
        with suppress(OSError):
            for entry in scan(folder):
                if entry.name.lower() == name:
                    return Path(entry.path)
    return plain


def survey(folder: Path, *, max_names: int = MAX_STICK_NAMES) -> Survey:
    """Every bag below ``folder``; no file is opened.

    Raises:
        StickMissingError: nothing was ever exported to ``folder``.
        StickHostileError: more than any export writes, or a link in place of a folder.
        StickUnreadableError: the folder can't be read.
    """
    root = stick_root(folder)
    try:
        if not stat.S_ISDIR(root.lstat().st_mode):
            raise StickHostileError(f"{root} is no folder")
        return _Surveyor(max_names).look(root)
    except FileNotFoundError:
        raise StickMissingError(str(folder)) from None
    except OSError as exc:
        raise StickUnreadableError(f"{folder}：{reason(exc)}") from None


class _Surveyor:
    """Gives up on a folder that holds more than any export writes."""

    def __init__(self, max_names: int) -> None:
        self._max_names = max_names
        self._names = self._size = 0

    def look(self, root: Path) -> Survey:
        bags: list[Bag] = []
        for entry in self._scan(root):
            name = BagName.parse(entry.name)
            if name is None:
                continue
            if not entry.is_dir(follow_symlinks=False):
                raise StickHostileError(f"{name} is no folder")
            if len(bags) == MAX_STICK_BAGS:
                raise StickHostileError(f"more than {MAX_STICK_BAGS} bags")
            files, size = self._measure(entry.path)
            bags.append(Bag(name=name, path=Path(entry.path), files=files, size=size))
        return Survey(bags=tuple(bags), names=self._names)

    def _measure(self, bag: str) -> tuple[int, int]:
        files = size = 0
        for shelf in self._scan(bag):
            if not is_real_shelf(shelf):
                continue
            with suppress(OSError):  # whoever wants to read it will say so
                for entry in self._scan(shelf.path):
                    if ItemName.parse(shelf.name, entry.name):
                        files += 1
                        size += self._weigh(entry)
        return files, size

    def _weigh(self, entry: os.DirEntry[str]) -> int:
        size = entry.stat(follow_symlinks=False).st_size
        self._size += size
        if self._size > MAX_STICK_BYTES:
            raise StickHostileError(f"more than {MAX_STICK_BYTES} bytes")
        return size

    def _scan(self, folder: str | Path) -> Iterator[os.DirEntry[str]]:
        for entry in scan(folder):
            self._names += 1
            if self._names > self._max_names:
                raise StickHostileError(f"more than {self._max_names} names")
            yield entry


def scan(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Every name in a folder, one after the other. Raises OSError."""
    with os.scandir(folder) as entries:
        yield from entries


def is_real_shelf(entry: os.DirEntry[str]) -> bool:
    """Whether items lie in it; a link to somewhere else is none."""
    return is_shelf(entry.name) and entry.is_dir(follow_symlinks=False)


@contextmanager
def plain_file(path: str | Path) -> Iterator[BufferedReader]:
    """A file to read.

    Raises:
        StickUnreadableError: it is a link, a pipe or the like, or can't be read.
    """
    try:
        # a pipe must not hold us up
        descriptor = os.open(path, os.O_RDONLY | NO_WAIT | NO_LINK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise StickUnreadableError("no plain file")
            yield file
    except OSError as exc:
        raise StickUnreadableError(reason(exc)) from None


def read_plain(path: str | Path, limit: int) -> bytes:
    """A whole file of at most ``limit`` bytes.

    Raises:
        TooLargeError: it is longer.
        StickUnreadableError: as :func:`plain_file` does.
    """
    with plain_file(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise TooLargeError(f"more than {limit} bytes")
    return data
