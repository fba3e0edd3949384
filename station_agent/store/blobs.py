"""Blob files: what goes up is encrypted here, what comes down grows here part by part.

``DATA/blobs/<2 hex>/<id>`` is whole and named by the hash of its content;
``DATA/blobs/partial/<id>`` is what has come so far; ``DATA/blobs/partial/*.new`` is being made.
All calls block; run them in a thread.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from protocol.blob import blob_id, open_chunks, seal_chunks
from protocol.errors import AttachmentTooLargeError, FileUnreadableError
from protocol.ids import BlobId
from protocol.limits import CHUNK_BYTES
from station_agent.store.disk import Disk
from station_agent.store.failure import naming_failures

_READ_BYTES = 4 * CHUNK_BYTES
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A plain file that became a blob."""

    blob: BlobId
    size: int  # of the ciphertext, bytes
    plain_size: int
    sha256: bytes  # of the plain file


class BlobFiles:
    """The blob files of one station."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder, self._disk = folder, disk
        self._partial = folder / "partial"
        self._unclaimed: set[BlobId] = set()  # sealed, and not yet in the database

    def path(self, blob: BlobId) -> Path:
        """Where a whole blob lies."""
        name = blob.hex()
        return self._folder / name[:2] / name

    def has(self, blob: BlobId) -> bool:
        """Whether it is here, whole."""
        return self.path(blob).exists()

    def seal(
        self, source: Path, key: bytes, limit: int, *, draft: str, tell: Callable[[int], object]
    ) -> SealedFile:
        """Read ``source`` once and store it encrypted.

        Args:
            limit: the most bytes that the plain file may have.
            draft: name of the unfinished file, unique among those being made.
            tell: told how many plain bytes were read since it was told last.

        Raises:
            FileUnreadableError: ``source`` can't be read.
            AttachmentTooLargeError: it grew over ``limit``.
            DiskFullError: nothing is left of it.
        """
        self._disk.make_folder(self._partial)
        temporary = self._partial / f"{draft}.new"
        pieces = _PlainFile(source, limit, tell)
        blob = None
        try:
            sealed_hash, size = self._write(temporary, seal_chunks(key, pieces))
            blob = BlobId(sealed_hash)
            self._unclaimed.add(blob)
            self._disk.move(temporary, self.path(blob))
        except Exception:
            temporary.unlink(missing_ok=True)
            if blob is not None:
                self.discard(blob)
            raise
        return SealedFile(
            blob=blob, size=size, plain_size=pieces.size, sha256=pieces.digest.digest()
        )

    def claimed(self, blob: BlobId) -> None:
        """The database knows it now: :meth:`sweep` goes by that."""
        self._unclaimed.discard(blob)

    def discard(self, blob: BlobId) -> None:
        """Remove a blob, whole or not, that was sealed for nothing or is not needed any more."""
        self.path(blob).unlink(missing_ok=True)
        (self._partial / blob.hex()).unlink(missing_ok=True)
        self._unclaimed.discard(blob)

    def read(self, blob: BlobId, offset: int, size: int) -> bytes | None:
        """At most ``size`` bytes at ``offset``; None if the file is gone."""
        if not self.has(blob):
            return None
        with naming_failures(), self.path(blob).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def add_part(self, blob: BlobId, offset: int, data: bytes) -> None:
        """Write one part of what comes down; :meth:`sync` makes it last."""
        self._disk.make_folder(self._partial)
        self._disk.write_at(self._partial / blob.hex(), offset, data)

    def sync(self, blob: BlobId) -> None:
        """Return once the parts of ``blob`` are on disk."""
        path = self._partial / blob.hex()
        if path.exists():
            self._disk.sync_path(path)

    def finish(self, blob: BlobId) -> bool:
        """Put a blob whose last part has come into its place; False if its hash is wrong.

        A wrong one is removed: it must come again from its start.
        """
        partial = self._partial / blob.hex()
        if partial.exists():
            with naming_failures(), partial.open("rb") as file:
                right = blob_id(iter(lambda: file.read(_READ_BYTES), b"")) == blob
            if not right:
                partial.unlink()
                return False
            self._disk.move(partial, self.path(blob))
        return self.has(blob)

    def content(self, blob: BlobId) -> bytes:
        """All of a blob that is known to be small."""
        with naming_failures():
            return self.path(blob).read_bytes()

    def open(self, blob: BlobId, key: bytes) -> Iterator[bytes]:
        """The plain file behind a blob.

        Raises:
            UnopenableError: it is not what was sealed with ``key``.
        """
        with naming_failures(), self.path(blob).open("rb") as file:
            yield from open_chunks(key, iter(lambda: file.read(_READ_BYTES), b""))

    def sweep(self, whole: AbstractSet[BlobId], partial: AbstractSet[BlobId]) -> int:
        """Remove every file that neither the database nor a running submit knows; how many.

        To be called inside a unit of work of the database, or what it knows may be out of date.
        """
        removed = 0
        for path in list(self._folder.glob("*/*")):
            name = path.name
            if not _NAME.fullmatch(name):
                continue  # being made, or not ours
            blob = BlobId(bytes.fromhex(name))
            known = partial if path.parent == self._partial else whole
            if blob not in known and blob not in self._unclaimed:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def clear_unfinished(self) -> None:
        """Remove what a power cut left half made; only while nothing is being sealed."""
        for path in list(self._partial.glob("*.new")):
            path.unlink(missing_ok=True)

    def _write(self, path: Path, pieces: Iterator[bytes]) -> tuple[bytes, int]:
        digest, size = hashlib.sha256(), 0
        with naming_failures(), path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            self._disk.sync(file)
        return digest.digest(), size


class _PlainFile:
    """The pieces of a file to be sealed, counted and hashed while they are read."""

    def __init__(self, source: Path, limit: int, tell: Callable[[int], object]) -> None:
        self._source, self._limit, self._tell = source, limit, tell
        self.size, self.digest = 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self._source.open("rb") as file:
                while piece := file.read(_READ_BYTES):
                    self.size += len(piece)
                    if self.size > self._limit:
                        raise AttachmentTooLargeError(f"{self._source.name}: over {self._limit}")
                    self.digest.update(piece)
                    self._tell(len(piece))
                    yield piece
        except OSError as exc:
            raise FileUnreadableError(f"{self._source}: {exc.strerror}") from None
