"""Vectors of blobs. The plaintext is a pattern, repeated and cut to its length."""

import itertools
from collections.abc import Callable
from functools import partial

from protocol.envelope.blob import TAG_BYTES, blob_id, open_chunks, seal_chunks, sealed_size
from protocol.limits import CHUNK_BYTES
from tests.vectors.actors import some_bytes
from tests.vectors.plain import Vector

_SHOWN_BYTES = 1024  # a longer ciphertext is named by its hash, and by the tag of each chunk
_ODD_BYTES = 10_007  # pieces that fit no chunk


def _plaintext(pattern: bytes, length: int) -> bytes:
    return bytes(itertools.islice(itertools.cycle(pattern), length))


def _blob(name: str, length: int) -> Vector:
    key, pattern = some_bytes(f"blob {name}"), bytes(range(min(length, 251)))
    chunks = list(seal_chunks(key, [_plaintext(pattern, length)]))
    vector: Vector = {
        "kind": "blob",
        "key": key,
        "pattern": pattern,
        "length": length,
        "size": sum(map(len, chunks)),
        "tags": [chunk[-TAG_BYTES:] for chunk in chunks],
        "id": blob_id(chunks),
    }
    if vector["size"] <= _SHOWN_BYTES:
        vector["ciphertext"] = b"".join(chunks)
    return vector


def check_blob(vector: Vector) -> None:
    key, plain = vector["key"], _plaintext(vector["pattern"], vector["length"])
    assert len(plain) == vector["length"]
    chunks = list(seal_chunks(key, [plain]))
    sealed = b"".join(chunks)
    assert b"".join(seal_chunks(key, _in_odd_pieces(plain))) == sealed
    assert len(sealed) == vector["size"] == sealed_size(vector["length"])
    assert [chunk[-TAG_BYTES:] for chunk in chunks] == vector["tags"]
    assert blob_id([sealed]) == vector["id"]
    assert vector.get("ciphertext", sealed) == sealed
    assert b"".join(open_chunks(key, _in_odd_pieces(sealed))) == plain


def _in_odd_pieces(data: bytes) -> list[bytes]:
    return [data[at : at + _ODD_BYTES] for at in range(0, len(data), _ODD_BYTES)]


_LENGTHS = {
    "empty": 0,
    "short": 300,
    "chunk-less-one": CHUNK_BYTES - 1,
    "chunk": CHUNK_BYTES,
    "chunk-and-one": CHUNK_BYTES + 1,
    "several-chunks": 3 * CHUNK_BYTES + 1000,
    "two-whole-chunks": 2 * CHUNK_BYTES,
}
MAKE: dict[str, Callable[[], Vector]] = {
    f"blob-{name}": partial(_blob, name, length) for name, length in _LENGTHS.items()
}
CHECK = {"blob": check_blob}
