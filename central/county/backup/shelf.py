"""The blobs of all backups in one folder: ``blobs/<origin>/ab/<id>``, as in a county's data folder.

A blob never changes and is called by its hash, so each is copied and checked once, however many
backups name it.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from protocol.errors import DigestError
from protocol.ids import BlobRef
from runtime.disk.files import sync_folder

_READ_BYTES = 256 * 1024

Moved = Callable[[int], None]


class BlobShelf:
    """A folder of whole blobs. All calls block; what they write counts after :meth:`sync`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._touched: set[Path] = set()

    def path(self, blob: BlobRef) -> Path:
        """Where the blob lies, or would lie."""
        name = blob.blob.hex()
        return self._folder / blob.origin / name[:2] / name

    def has(self, blob: BlobRef, size: int) -> bool:
        """Whether it is here, with all its bytes."""
        try:
            return self.path(blob).stat().st_size == size
        except FileNotFoundError:
            return False

    def take(self, blob: BlobRef, source: Path, moved: Moved, *, link: bool) -> None:
        """Check the file at ``source``, and keep it as ``blob``.

        Args:
            link: give the same file a second name where the disk can do that, instead of copying.

        Raises:
            FileNotFoundError: there is no such file.
            DigestError: it is another content.
            OSError: the disk says no.
        """
        target = self._ensured(blob)
        if not (link and _linked(blob, source, target, moved)):
            _copy(blob, _pieces(source, moved), target)

    def fetch(self, blob: BlobRef, pieces: Iterator[bytes], moved: Moved) -> None:
        """Check what comes from elsewhere, and keep it as ``blob``; raises as :meth:`take`."""
        _copy(blob, _counted(pieces, moved), self._ensured(blob))

    def _ensured(self, blob: BlobRef) -> Path:
        """Where it will lie, in a folder that is there."""
        target = self.path(blob)
        for folder in (self._folder, target.parent.parent, target.parent):
            folder.mkdir(exist_ok=True, mode=0o700)
        self._touched.add(target.parent)
        return target

    def sync(self) -> None:
        """Wait until the names of all new blobs are on disk."""
        above = {folder for path in self._touched for folder in (path.parent, path.parent.parent)}
        for folder in self._touched | above:
            sync_folder(folder)
        self._touched.clear()


def _linked(blob: BlobRef, source: Path, target: Path, moved: Moved) -> bool:
    digest = hashlib.sha256()
    for piece in _pieces(source, moved):
        digest.update(piece)
    _require(blob, digest.digest())
    target.unlink(missing_ok=True)  # cut short by an accident outside
    try:
        os.link(source, target)
    except OSError:
        return False  # another disk, or one without links
    return True


def _copy(blob: BlobRef, pieces: Iterator[bytes], target: Path) -> None:
    digest, temporary = hashlib.sha256(), target.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    try:
        _require(blob, digest.digest())
    except DigestError:
        temporary.unlink()
        raise
    temporary.replace(target)


def _pieces(path: Path, moved: Moved) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ_BYTES):
            moved(len(piece))
            yield piece


def _counted(pieces: Iterator[bytes], moved: Moved) -> Iterator[bytes]:
    for piece in pieces:
        moved(len(piece))
        yield piece


def _require(blob: BlobRef, digest: bytes) -> None:
    if digest != blob.blob:
        raise DigestError(f"blob {blob.blob.hex()[:16]} of {blob.origin}")
