"""Blob files: what goes up is encrypted here, what comes down grows here part by part.

``DATA/blobs/<origin>/<2 hex>/<id>`` is whole and named by the hash of its content;
``<id>.part`` is what has come so far; ``DATA/blobs/*.new`` is being made. Each origin has a
folder of its own (bodies of editions too), so that nothing that comes down touches what is still
to go up. All calls block; run them in a thread.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from protocol.envelope.blob import blob_id, open_chunks, seal_chunks
from protocol.errors import AttachmentTooLargeError, FileUnreadableError
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import CHUNK_BYTES
from runtime.cli.failures import reason
from station_agent.store.disk import Disk
from station_agent.store.failure import naming_failures

_READ_BYTES = 4 * CHUNK_BYTES
_EDITIONS = "editions"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A plain file that became a blob."""

    ref: BlobRef
    size: int  # of the ciphertext, bytes
    plain_size: int
    sha256: bytes  # of the plain file

    @property
    def blob(self) -> BlobId:
        """Its id."""
        return self.ref.blob


class BlobFiles:
    """The blob files of one station."""

    def __init__(self, folder: Path, disk: Disk, *, node: NodeId) -> None:
        self._folder, self._disk, self._node = folder, disk, node
        self._unclaimed: set[BlobRef] = set()  # sealed, and not yet in the database

    def own(self, blob: BlobId) -> BlobRef:
        """A blob that was sealed here."""
        return BlobRef(self._node, blob)

    def path(self, blob: BlobRef) -> Path:
        """Where a whole blob lies."""
        name = blob.blob.hex()
        return self._folder / (blob.origin or _EDITIONS) / name[:2] / name

    def has(self, blob: BlobRef) -> bool:
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
        pieces = _PlainFile(source, limit, tell)
        return self.seal_pieces(pieces, key, draft=draft)

    def seal_pieces(self, pieces: Iterable[bytes], key: bytes, *, draft: str) -> SealedFile:
        """Store what comes in ``pieces`` encrypted; ``draft`` as with :meth:`seal`.

        Raises:
            DiskFullError: nothing is left of it; so if ``pieces`` raises.
        """
        self._disk.make_folder(self._folder)
        temporary, plain = self._folder / f"{draft}.new", _Counted(pieces)
        blob = None
        try:
            sealed_hash, size = self._write(temporary, seal_chunks(key, plain))
            blob = self.own(BlobId(sealed_hash))
            self._unclaimed.add(blob)
            self._disk.move(temporary, self.path(blob))
        except Exception:
            temporary.unlink(missing_ok=True)
            if blob is not None:
                self.discard(blob)
            raise
        return SealedFile(ref=blob, size=size, plain_size=plain.size, sha256=plain.digest.digest())

    def hold(self, blob: BlobRef) -> bool:
        """Keep one that is to be sent until it is :meth:`claimed`; whether it is here."""
        self._unclaimed.add(blob)
        return self.has(blob)

    def claimed(self, blob: BlobRef) -> None:
        """The database knows it now: :meth:`sweep` goes by that."""
        self._unclaimed.discard(blob)

    def discard(self, blob: BlobRef) -> None:
        """Remove a blob, whole or not, that was sealed for nothing or is not needed any more."""
        self.path(blob).unlink(missing_ok=True)
        self._part(blob).unlink(missing_ok=True)
        self._unclaimed.discard(blob)

    def read(self, blob: BlobRef, offset: int, size: int) -> bytes | None:
        """At most ``size`` bytes at ``offset``; None if the file is gone."""
        if not self.has(blob):
            return None
        with naming_failures(), self.path(blob).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def add_part(self, blob: BlobRef, offset: int, data: bytes) -> None:
        """Write one part of what comes down; :meth:`sync` makes it last."""
        path = self._part(blob)
        self._disk.make_folder(path.parent)
        self._disk.write_at(path, offset, data)

    def sync(self, blob: BlobRef) -> None:
        """Return once the parts of ``blob`` are on disk."""
        path = self._part(blob)
        if path.exists():
            self._disk.sync_path(path)

    def finish(self, blob: BlobRef) -> bool:
        """Put a blob whose last part has come into its place; False if its hash is wrong.

        A wrong one is removed: it must come again from its start.
        """
        partial = self._part(blob)
        if partial.exists():
            with naming_failures(), partial.open("rb") as file:
                right = blob_id(iter(lambda: file.read(_READ_BYTES), b"")) == blob.blob
            if not right:
                partial.unlink()
                return False
            self._disk.move(partial, self.path(blob))
        return self.has(blob)

    def content(self, blob: BlobRef) -> bytes:
        """All of a blob that is known to be small."""
        with naming_failures():
            return self.path(blob).read_bytes()

    def open(self, blob: BlobRef, key: bytes) -> Iterator[bytes]:
        """The plain file behind a blob.

        Raises:
            UnopenableError: it is not what was sealed with ``key``.
        """
        with naming_failures(), self.path(blob).open("rb") as file:
            yield from open_chunks(key, iter(lambda: file.read(_READ_BYTES), b""))

    def sweep(self, whole: AbstractSet[BlobRef], partial: AbstractSet[BlobRef]) -> int:
        """Remove every file that neither the database nor a running submit knows; how many.

        To be called inside a unit of work of the database, or what it knows may be out of date.
        """
        known = {self.path(blob) for blob in (*whole, *self._unclaimed)}
        known |= {self._part(blob) for blob in partial}
        spent = [path for path in self._folder.glob("*/??/*") if path not in known]
        for path in spent:
            path.unlink(missing_ok=True)
        return len(spent)

    def clear_unfinished(self) -> None:
        """Remove what a power cut left half made; only while nothing is being sealed."""
        for path in list(self._folder.glob("*.new")):
            path.unlink(missing_ok=True)

    def _part(self, blob: BlobRef) -> Path:
        return self.path(blob).with_suffix(".part")

    def _write(self, path: Path, pieces: Iterator[bytes]) -> tuple[bytes, int]:
        digest, size = hashlib.sha256(), 0
        with naming_failures(), path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            self._disk.sync(file)
        return digest.digest(), size


class _Counted:
    """Pieces to be sealed, counted and hashed while they are read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.size, self.digest = 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            self.digest.update(piece)
            yield piece


class _PlainFile:
    """The pieces of a file to be sealed."""

    def __init__(self, source: Path, limit: int, tell: Callable[[int], object]) -> None:
        self._source, self._limit, self._tell = source, limit, tell

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        try:
            with self._source.open("rb") as file:
                while piece := file.read(_READ_BYTES):
                    size += len(piece)
                    if size > self._limit:
                        raise AttachmentTooLargeError(f"{self._source.name}: over {self._limit}")
                    self._tell(len(piece))
                    yield piece
        except OSError as exc:
            raise FileUnreadableError(f"{self._source}：{reason(exc)}") from None
