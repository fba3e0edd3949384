"""The authority's private keys as files, and the files that its commands write for people.

A key is its 32-byte Ed25519 seed and nothing else, readable by its owner only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from protocol.errors import DamagedError, NameTakenError, UsageError
from protocol.keys import KEY_BYTES
from runtime import files


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


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A private file that appears under its name only once all of it is on disk.

    It is opened before the node is added, so that a wrong path leaves the roster as it was.

    Raises:
        UsageError: there is no such folder; or it exists, and ``force`` does not say that it may
            be replaced.
        DiskFullError, StoreError: it can't be written.
    """
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path.parent}: no such folder")
    try:
        with files.new_file(path, replace=force) as file:
            yield file
    except NameTakenError:
        raise UsageError(f"{path} exists; --force replaces it") from None
