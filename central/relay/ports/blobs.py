"""Where the blobs of a node lie: in its folder (queue.blobs), or in a store that speaks S3.

A blob is called by the hash of its content and never changes. What is whole counts, what grows does
not; each origin has a place of its own.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Protocol

from protocol.ids import BlobId, BlobRef, NodeId


class BlobStore(Protocol):
    """The blobs of one node. Whatever can't reach them raises StoreError, and nothing is lost."""

    @property
    def folder(self) -> Path:
        """On this machine's disk, which must have room for what is being made."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether other machines may write here at the same time."""
        ...

    def file(self, blob: BlobRef) -> Path | None:
        """Where the whole blob lies, or would lie, as a file; None if it is none."""
        ...

    def has(self, blob: BlobRef) -> bool:
        """Whether the whole blob is here. Blocks."""
        ...

    def pieces(self, blob: BlobRef) -> Iterator[bytes]:
        """The whole blob, in pieces. Blocks; raises FileNotFoundError if it is not here."""
        ...

    async def read(self, blob: BlobRef, offset: int, size: int) -> bytes:
        """Some bytes of a whole blob. Raises FileNotFoundError if it is not here."""
        ...

    async def add(self, origin: NodeId, pieces: Iterable[bytes]) -> tuple[BlobId, int]:
        """Write a blob of ``origin``, this node; its id and size. It is kept when this returns."""
        ...

    async def write(self, blob: BlobRef, offset: int, pieces: list[bytes]) -> None:
        """Write at ``offset`` of a growing blob; it is kept when this returns.

        Raises:
            DiskFullError: no room; what was there before is untouched.
        """
        ...

    async def finish(self, blob: BlobRef) -> None:
        """Check a blob of which all bytes are here, and let it count.

        Raises:
            DigestError: it is another content; it is thrown away.
        """
        ...

    async def drop(self, blob: BlobRef) -> None:
        """Remove the blob, whole or growing; nothing happens if it is not here."""
        ...

    async def sweep(self, known: AbstractSet[BlobRef]) -> int:
        """Remove what is left over beside ``known``; how many that were."""
        ...
