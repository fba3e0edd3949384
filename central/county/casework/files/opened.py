"""One attachment, opened for a person to see."""

import hashlib
from dataclasses import dataclass

from central.county.ports.relay import Blobs
from protocol.envelope.blob import open_chunks
from protocol.errors import DamagedError, FileAbsentError, UnopenableError
from protocol.ids import BlobRef


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """An attachment, opened."""

    name: str  # as the village's PC called it: not to be trusted
    data: bytes


def opened(blobs: Blobs, blob: BlobRef, *, name: str, key: bytes, sha256: bytes) -> OpenedFile:
    """The file in ``blob``. Blocks for the disk.

    Raises:
        FileAbsentError: it has not come yet, or its key was erased.
        DamagedError: it is not what its envelope names.
    """
    if not any(key) or not blobs.has(blob):
        raise FileAbsentError(name)
    try:
        data = b"".join(open_chunks(key, blobs.pieces(blob)))
    except UnopenableError:
        raise DamagedError(f"blob {blob}") from None
    if hashlib.sha256(data).digest() != sha256:
        raise DamagedError(f"blob {blob}")
    return OpenedFile(name=name, data=data)
