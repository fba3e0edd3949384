"""Blobs in a store that speaks S3, in the layout of the folder: ``<origin>/ab/<id>`` once whole.

What grows lies apart, in an object for each run of bytes that was committed:
``growing/<origin>/<id>/<offset>-<size>``. So any process of a county may take the next part, and
nothing that was acknowledged lies on one machine alone. The whole is put together, compared with
its name and put in one piece: half of one is never there.

Source: docs/adr/0060-blobs-in-an-object-store.md.
"""

import asyncio
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import BinaryIO

from central.relay.queue.bucket import Bucket
from protocol.errors import DigestError
from protocol.ids import BlobId, BlobRef, NodeId

_READ_BYTES = 256 * 1024
_GROWING = "growing/"  # no node is called so

Span = tuple[int, int]
"""Offset and size in bytes."""


class ObjectBlobs:
    """central.relay.ports.blobs.BlobStore."""

    is_shared = True

    def __init__(self, bucket: Bucket, folder: Path) -> None:
        """``folder``: where a blob is put together before it goes up."""
        self._bucket, self.folder = bucket, folder
        self._left_over: set[str] = set()  # by the last sweep
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def file(self, blob: BlobRef) -> None:  # noqa: ARG002 - none is a file
        """None: it is an object."""
        return

    def has(self, blob: BlobRef) -> bool:
        """Whether the whole blob is there. Blocks; BlobsAwayError if that can't be said."""
        return self._bucket.wait(self._bucket.size(_whole(blob))) is not None

    def pieces(self, blob: BlobRef) -> Iterator[bytes]:
        """The whole blob, in pieces. Blocks; raises FileNotFoundError if it is not there."""
        at = 0
        while piece := self._bucket.wait(self._bucket.read(_whole(blob), at, _READ_BYTES)):
            yield piece
            at += len(piece)

    async def read(self, blob: BlobRef, offset: int, size: int) -> bytes:
        """Some bytes of a whole blob. Raises FileNotFoundError if it is not there."""
        return await self._bucket.run(self._bucket.read(_whole(blob), offset, size))

    async def add(self, origin: NodeId, pieces: Iterable[bytes]) -> tuple[BlobId, int]:
        """Put a blob of ``origin``, this node; its id and size."""
        with self._temporary() as (file, path):
            digest, size = await asyncio.to_thread(_written, file, pieces)
            blob = BlobId(digest)
            await self._put(BlobRef(origin, blob), path)
        return blob, size

    async def write(self, blob: BlobRef, offset: int, pieces: list[bytes]) -> None:
        """Put a run of bytes of a growing blob."""
        data = b"".join(pieces)
        key = f"{_parts(blob)}{offset:012d}-{len(data)}"
        await self._bucket.run(self._bucket.put(key, data))

    async def finish(self, blob: BlobRef) -> None:
        """Put together what has grown, compare, and put the whole.

        Raises:
            DigestError: it is another content; it is thrown away.
        """
        spans = await self._spans(blob)
        if not spans and await self._bucket.run(self._bucket.size(_whole(blob))) is not None:
            return  # it was put before the power went, only the note of it was lost
        with self._temporary() as (file, path):
            digest = hashlib.sha256()
            for key, skip in _chain(spans):
                data = (await self._bucket.run(self._bucket.read(key, 0, None)))[skip:]
                digest.update(data)
                file.write(data)
            file.flush()
            right = digest.digest() == blob.blob
            if right:
                await self._put(blob, path)
        await self._forget(spans)
        if not right:
            raise DigestError(f"blob {blob.blob.hex()[:16]} of {blob.origin}")

    async def drop(self, blob: BlobRef) -> None:
        """Remove the blob, whole or growing; nothing happens if it is not there."""
        await self._bucket.run(self._bucket.delete(_whole(blob)))
        await self._forget(await self._spans(blob))

    async def sweep(self, known: AbstractSet[BlobRef]) -> int:
        """Remove what was left over at the last sweep and still is; how many objects.

        Twice, because another process may be about to name in the database what it has just put.
        """
        kept = {_whole(blob) for blob in known} | {_parts(blob) for blob in known}
        listed = await self._bucket.run(self._bucket.list(""))
        over = {key for key in listed if key not in kept and _stem(key) not in kept}
        spent, self._left_over = over & self._left_over, over
        for key in sorted(spent):
            await self._bucket.run(self._bucket.delete(key))
        return len(spent)

    async def _spans(self, blob: BlobRef) -> Mapping[str, Span]:
        keys = await self._bucket.run(self._bucket.list(_parts(blob)))
        return {key: _span(key) for key in keys}

    async def _forget(self, keys: Iterable[str]) -> None:
        for key in keys:
            await self._bucket.run(self._bucket.delete(key))

    async def _put(self, blob: BlobRef, path: Path) -> None:
        with path.open("rb") as file:
            await self._bucket.run(self._bucket.put(_whole(blob), file))

    def _temporary(self) -> "_Temporary":
        return _Temporary(self.folder / f"new-{os.urandom(8).hex()}")


class _Temporary:
    """A file that is gone with its block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> tuple[BinaryIO, Path]:
        self._file = self._path.open("wb")
        return self._file, self._path

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _written(file: BinaryIO, pieces: Iterable[bytes]) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += file.write(piece)
    file.flush()
    return digest.digest(), size


def _whole(blob: BlobRef) -> str:
    name = blob.blob.hex()
    return f"{blob.origin}/{name[:2]}/{name}"


def _parts(blob: BlobRef) -> str:
    return f"{_GROWING}{blob.origin}/{blob.blob.hex()}/"


def _stem(key: str) -> str:
    """Of a run of bytes: what all of its blob have in common."""
    return key[: key.rindex("/") + 1]


def _span(key: str) -> Span:
    offset, _, size = key[key.rindex("/") + 1 :].partition("-")
    return int(offset), int(size)


def _chain(spans: Mapping[str, Span]) -> Iterator[tuple[str, int]]:
    """The runs that make up the blob from its first byte, and how much of each is there already.

    Runs may overlap: what was sent again after a commit that failed, or came by two processes.
    """
    at = 0
    ordered = sorted(spans.items(), key=lambda one: (one[1][0], -one[1][1]))
    for key, (offset, size) in ordered:
        if offset <= at < offset + size:
            yield key, at - offset
            at = offset + size
