"""Blobs: an attachment encrypted in chunks, so that it can travel and be checked piece by piece.

The STREAM construction with ChaCha20-Poly1305: chunk ``i`` of 64 KiB plaintext is sealed under
the nonce ``0^7 || u32 i || last``. The key is random for each blob and travels inside the sealed
payload, so the zero prefix never meets the same key twice. A blob's id is the SHA-256 of its
ciphertext: whoever carries it can check it without reading it.

Source: docs/protocol.md section 5; Hoang, Reyhanitabar, Rogaway, Vizar 2015 (STREAM).
"""

import hashlib
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from protocol.errors import MalformedError, UnopenableError
from protocol.ids import BlobId
from protocol.limits import CHUNK_BYTES, CHUNK_TAG_BYTES

KEY_BYTES = 32
TAG_BYTES = CHUNK_TAG_BYTES
_SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
_MAX_CHUNKS = 2**32


def sealed_size(plain_bytes: int) -> int:
    """Bytes of ciphertext for a file of ``plain_bytes``; an empty file has one empty chunk."""
    chunks = max(1, -(-plain_bytes // CHUNK_BYTES))
    return plain_bytes + chunks * TAG_BYTES


def seal_chunks(key: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Encrypt a file that comes in pieces of any size."""
    cipher = ChaCha20Poly1305(key)
    for number, (chunk, last) in enumerate(_in_chunks(pieces, CHUNK_BYTES)):
        yield cipher.encrypt(_nonce(number, last=last), chunk, None)


def open_chunks(key: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Decrypt a whole blob that comes in pieces of any size.

    Raises:
        UnopenableError: another key, a changed bit, a chunk missing, moved, or cut off.
    """
    cipher = ChaCha20Poly1305(key)
    for number, (chunk, last) in enumerate(_in_chunks(pieces, _SEALED_CHUNK_BYTES)):
        try:
            yield cipher.decrypt(_nonce(number, last=last), chunk, None)
        except (InvalidTag, ValueError):
            raise UnopenableError(f"blob chunk {number}") from None


def blob_id(pieces: Iterable[bytes]) -> BlobId:
    """SHA-256 of the whole ciphertext."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return BlobId(digest.digest())


def _nonce(number: int, *, last: bool) -> bytes:
    if number >= _MAX_CHUNKS:
        raise MalformedError("a blob of more than 2^32 chunks")
    return bytes(7) + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _in_chunks(pieces: Iterable[bytes], size: int) -> Iterator[tuple[bytes, bool]]:
    """Regroup ``pieces`` into chunks of ``size``; only the last may be shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) > size:
            yield bytes(held[:size]), False
            del held[:size]
    yield bytes(held), True
