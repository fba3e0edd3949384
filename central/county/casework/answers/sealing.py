"""Sealing files that go out with a decision or document."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from central.county.ports.relay import Blobs
from protocol.envelope.blob import KEY_BYTES, seal_chunks
from protocol.envelope.payloads import Attachment
from protocol.errors import (
    AttachmentTooLargeError,
    FileEmptyError,
    FileUnreadableError,
    YizhanError,
)
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import MAX_APPLICATION_FILES_BYTES, MAX_FILE_BYTES, MAX_FILES
from protocol.ports import Randomness
from runtime.cli.failures import reason
from runtime.disk.given_files import open_plain
from runtime.disk.papers import sent_name

_READ_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file that the county has made itself."""

    name: str
    data: bytes = field(repr=False)


class Sealer:
    """Turns files into blobs of our own, each under a key of its own."""

    def __init__(self, *, node: NodeId, blobs: Blobs, randomness: Randomness) -> None:
        self._node, self._blobs, self._randomness = node, blobs, randomness

    async def seal(
        self, paths: Sequence[Path], made: Sequence[Made] = ()
    ) -> list[tuple[Attachment, int]]:
        """Each file as it is named in a payload, with the size of its blob in bytes.

        Args:
            paths: of files that somebody named.
            made: files that go before those.

        Raises:
            FileUnreadableError: a file is missing or can't be read.
            FileEmptyError: nothing is in it.
            AttachmentTooLargeError: too many files, or too large alone or together.
        """
        if len(paths) + len(made) > MAX_FILES:
            raise AttachmentTooLargeError(f"{len(paths) + len(made)} files, at most {MAX_FILES}")
        sealed: list[tuple[Attachment, int]] = []
        try:
            files: list[Path | Made] = [*made, *paths]
            for one in files:
                left = MAX_APPLICATION_FILES_BYTES - sum(file.size for file, _ in sealed)
                sealed.append(await self._seal(one, min(left, MAX_FILE_BYTES)))
        except (YizhanError, OSError):
            await self.drop(sealed)
            raise
        return sealed

    async def drop(self, sealed: Iterable[tuple[Attachment, int]]) -> None:
        """Remove the blobs of a decision that did not come about."""
        for file, _ in sealed:
            await self._blobs.drop(BlobRef(self._node, BlobId(file.blob)))

    async def _seal(self, one: Path | Made, limit: int) -> tuple[Attachment, int]:
        name = one.name if isinstance(one, Made) else sent_name(one)
        key, source = self._randomness.token(KEY_BYTES), _Source(one, limit)
        blob, size = await self._blobs.add(self._node, seal_chunks(key, source.pieces()))
        if not source.size:
            await self._blobs.drop(BlobRef(self._node, blob))
            raise FileEmptyError(name)
        file = Attachment(
            name=name,
            size=source.size,
            sha256=source.digest.digest(),
            blob=blob,
            key=key,
        )
        return file, size


class _Source:
    """A file that is measured while it is read, so that what is named is what was sealed."""

    def __init__(self, file: Path | Made, limit: int) -> None:
        self._file, self._limit = file, limit
        self.size, self.digest = 0, hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        try:
            with (
                BytesIO(self._file.data)
                if isinstance(self._file, Made)
                else open_plain(self._file) as file
            ):
                while piece := file.read(_READ_BYTES):
                    self.size += len(piece)
                    if self.size > self._limit:
                        raise AttachmentTooLargeError(
                            f"{self._file.name}: over {self._limit} bytes"
                        )
                    self.digest.update(piece)
                    yield piece
        except OSError as exc:
            raise FileUnreadableError(f"{self._file}：{reason(exc)}") from None
