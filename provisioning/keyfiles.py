"""The authority's private keys and certificate as files, written so that they survive a power cut.

A key is its 32-byte Ed25519 seed and nothing else, readable by its owner only.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from protocol.errors import DamagedError, DiskFullError, StoreError, UsageError
from protocol.keys import KEY_BYTES


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the disk says while a file is written into our own errors.

    Raises:
        DiskFullError: no room.
        StoreError: anything else; the detail says what.
    """
    try:
        yield
    except OSError as exc:
        kind = DiskFullError if exc.errno == errno.ENOSPC else StoreError
        raise kind(f"{exc.filename or ''}: {exc.strerror}") from exc


def write_private(path: Path, data: bytes) -> None:
    """Write a new file, mode 0600, and wait until it is on disk.

    Raises:
        OSError: it exists already, or can't be written.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def read_seed(path: Path) -> bytes:
    """The seed in a key file.

    Raises:
        DamagedError: the file is missing or is not a seed.
    """
    seed = read_whole(path)
    if len(seed) != KEY_BYTES:
        raise DamagedError(f"{path}: {len(seed)} bytes, a key has {KEY_BYTES}")
    return seed


def read_whole(path: Path) -> bytes:
    """The bytes of a file of the authority.

    Raises:
        DamagedError: it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as exc:
        raise DamagedError(f"{path}: {exc.strerror}") from None


def sync_folder(folder: Path) -> None:
    """Wait until the names in ``folder`` are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file that appears under its name only once all of it is on disk.

    It is opened before the node is added, so that a wrong path leaves the roster as it was.
    """
    if path.exists() and not force:
        raise UsageError(f"{path} exists; --force replaces it")
    growing = path.with_name(path.name + ".new")
    try:
        file = growing.open("wb")
    except OSError as exc:
        raise UsageError(f"{path}: {exc.strerror}") from None
    try:
        with disk_errors(), file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            growing.replace(path)
            sync_folder(path.absolute().parent)
    finally:
        with suppress(OSError):
            growing.unlink()
