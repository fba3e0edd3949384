"""Blobs as files: ``blobs/<origin>/ab/<id>`` once whole and checked, ``<id>.part`` while it grows.

What a file is called is the hash of what is in it, so any copy can be checked by anybody. Each
origin has a folder of its own: what one node announces, sends or is rid of touches no file of
another's. A name counts only once its folder is synced: a row of the database must never tell of
a file that a power cut took.
"""

import asyncio
import hashlib
import os
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from protocol.errors import DigestError, DiskFullError
from protocol.ids import BlobId, BlobRef, NodeId
from runtime.cli.failures import DISK_FULL
from runtime.disk.files import sync_folder

_READ_BYTES = 256 * 1024


class BlobFiles:
    """central.relay.ports.blobs.BlobStore: the blob folder of one node."""

    is_shared = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    def path(self, blob: BlobRef) -> Path:
        """Where the whole blob lies, or would lie."""
        name = blob.blob.hex()
        return self._folder / blob.origin / name[:2] / name

    def file(self, blob: BlobRef) -> Path:
        """The same: each is a file."""
        return self.path(blob)

    def has(self, blob: BlobRef) -> bool:
        """Whether the whole blob is here."""
        return self.path(blob).exists()

    def pieces(self, blob: BlobRef) -> Iterator[bytes]:
        """The whole blob, in pieces. Raises FileNotFoundError if it is not here."""
        with self.path(blob).open("rb") as file:
            while piece := file.read(_READ_BYTES):
                yield piece

    async def read(self, blob: BlobRef, offset: int, size: int) -> bytes:
        """Some bytes of a whole blob. Raises FileNotFoundError if it is not here."""
        with self.path(blob).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    async def add(self, origin: NodeId, pieces: Iterable[bytes]) -> tuple[BlobId, int]:
        """Write a blob of ``origin``, this node; its id and size. On disk when this returns."""
        return await asyncio.to_thread(self._add, origin, pieces)

    async def write(self, blob: BlobRef, offset: int, pieces: list[bytes]) -> None:
        """Write at ``offset`` of a growing blob; on disk when this returns.

        Raises:
            DiskFullError: no room; what was there before is untouched.
        """
        await asyncio.to_thread(self._write, blob, offset, pieces)

    async def finish(self, blob: BlobRef) -> None:
        """Check a blob of which all bytes are here, and give it its name.

        Raises:
            DigestError: it is another content; it is thrown away.
        """
        await asyncio.to_thread(self._finish, blob)

    async def drop(self, blob: BlobRef) -> None:
        """Remove the blob, whole or growing; nothing happens if it is not here."""
        for path in (self.path(blob), self._part(blob)):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def sweep(self, known: AbstractSet[BlobRef]) -> int:
        """Remove every file but those of ``known``; how many that were.

        A power cut leaves what was being made, and what was handed over but not yet removed.
        Only while nobody else writes here.
        """
        return await asyncio.to_thread(self._sweep, known)

    def _sweep(self, known: AbstractSet[BlobRef]) -> int:
        kept = {self.path(blob) for blob in known}
        files = self._folder.glob("*/??/*")
        spent = [path for path in files if path.with_suffix("") not in kept]
        spent += self._folder.glob("new-*")
        for path in spent:
            path.unlink(missing_ok=True)
        return len(spent)

    def _part(self, blob: BlobRef) -> Path:
        return self.path(blob).with_suffix(".part")

    def _add(self, origin: NodeId, pieces: Iterable[bytes]) -> tuple[BlobId, int]:
        temporary = self._folder / f"new-{os.urandom(8).hex()}"
        digest, size = hashlib.sha256(), 0
        try:
            with temporary.open("wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    size += file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            blob = BlobId(digest.digest())
            self._settle(temporary, self.path(BlobRef(origin, blob)))
        except BaseException as exc:  # also a refusal by whoever makes the pieces
            temporary.unlink(missing_ok=True)
            if isinstance(exc, OSError):
                raise _in_our_words(exc) from exc
            raise
        return blob, size

    def _write(self, blob: BlobRef, offset: int, pieces: list[bytes]) -> None:
        path = self._part(blob)
        if self.has(blob):
            return  # put in place before a commit that failed
        try:
            self._ensure(path.parent)
            fresh = not path.exists()
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.seek(offset)
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fdatasync(file.fileno())
            if fresh:
                sync_folder(path.parent)
        except OSError as exc:
            raise _in_our_words(exc) from exc

    def _finish(self, blob: BlobRef) -> None:
        part = self._part(blob)
        if not part.exists() and self.has(blob):
            return  # the name was given before the power went, only the note of it was lost
        digest = hashlib.sha256()
        with part.open("rb") as file:
            while piece := file.read(_READ_BYTES):
                digest.update(piece)
        if digest.digest() != blob.blob:
            part.unlink()
            raise DigestError(f"blob {blob.blob.hex()[:16]} of {blob.origin}")
        self._settle(part, self.path(blob))

    def _settle(self, source: Path, target: Path) -> None:
        self._ensure(target.parent)
        source.replace(target)
        sync_folder(target.parent)

    def _ensure(self, folder: Path) -> None:
        if not folder.exists():
            self._ensure(folder.parent)
            folder.mkdir(exist_ok=True, mode=0o700)
            sync_folder(folder.parent)


def _in_our_words(exc: OSError) -> Exception:
    return DiskFullError("blobs") if exc.errno in DISK_FULL else exc
