"""Sealing files that go out with a decision, and writing a case's attachments to a folder."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from central.county.ports import Blobs
from protocol.blob import KEY_BYTES, seal_chunks
from protocol.errors import AttachmentTooLargeError, FileUnreadableError, YizhanError
from protocol.ids import BlobId
from protocol.limits import MAX_APPLICATION_FILES_BYTES, MAX_FILE_BYTES, MAX_FILES, MAX_NAME_CHARS
from protocol.payloads import Attachment
from protocol.ports import Randomness

_READ_BYTES = 256 * 1024
_NAME_BYTES = 200  # of a file name; file systems take 255
_FORBIDDEN = frozenset('<>:"|?*/\\')  # on some system that a copy may go to


class Sealer:
    """Turns files into blobs of our own, each under a key of its own."""

    def __init__(self, *, blobs: Blobs, randomness: Randomness) -> None:
        self._blobs, self._randomness = blobs, randomness

    async def seal(self, paths: Sequence[Path]) -> list[tuple[Attachment, int]]:
        """Each file as it is named in a payload, with the size of its blob in bytes.

        Raises:
            FileUnreadableError: a file is missing or can't be read.
            AttachmentTooLargeError: too many files, or too large alone or together.
        """
        if len(paths) > MAX_FILES:
            raise AttachmentTooLargeError(f"{len(paths)} files, at most {MAX_FILES}")
        sealed: list[tuple[Attachment, int]] = []
        try:
            for path in paths:
                left = MAX_APPLICATION_FILES_BYTES - sum(file.size for file, _ in sealed)
                sealed.append(await self._seal(path, min(left, MAX_FILE_BYTES)))
        except (YizhanError, OSError):
            await self.drop(sealed)
            raise
        return sealed

    async def drop(self, sealed: Iterable[tuple[Attachment, int]]) -> None:
        """Remove the blobs of a decision that did not come about."""
        for file, _ in sealed:
            await self._blobs.drop(BlobId(file.blob))

    async def _seal(self, path: Path, limit: int) -> tuple[Attachment, int]:
        key, source = self._randomness.token(KEY_BYTES), _Source(path, limit)
        blob, size = await self._blobs.add(seal_chunks(key, source.pieces()))
        file = Attachment(
            name=_sent_name(path),
            size=source.size,
            sha256=source.digest.digest(),
            blob=blob,
            key=key,
        )
        return file, size


class _Source:
    """A file that is measured while it is read, so that what is named is what was sealed."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path, self._limit = path, limit
        self.size, self.digest = 0, hashlib.sha256()

    def pieces(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as file:
                while piece := file.read(_READ_BYTES):
                    self.size += len(piece)
                    if self.size > self._limit:
                        raise AttachmentTooLargeError(
                            f"{self._path.name}: over {self._limit} bytes"
                        )
                    self.digest.update(piece)
                    yield piece
        except OSError as exc:
            raise FileUnreadableError(f"{self._path}: {exc.strerror}") from None


def _sent_name(path: Path) -> str:
    """The file's name as it may stand in a payload; of a long one the end, with its type."""
    name = path.name.encode("utf-8", "replace").decode().replace("\\", "_")
    return name[-MAX_NAME_CHARS:]


def safe_name(position: int, material: str, name: str) -> str:
    """A file name that is harmless on every system: ``01-id-card-scan.jpg``."""
    text = f"{position:02d}-{material}-{name}"
    text = "".join("_" if c in _FORBIDDEN or not c.isprintable() else c for c in text)
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending.encode()) > 10:  # noqa: PLR2004 - longer than any usual ending
        stem, dot, ending = text, "", ""
    room = _NAME_BYTES - len((dot + ending).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending).rstrip(". ")


def write_private(path: Path, pieces: Iterable[bytes]) -> None:
    """Write ``path`` as a whole or not at all, for this user's eyes only."""
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
