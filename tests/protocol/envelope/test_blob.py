"""Attachments in chunks: any pieces in, the same file out, and no changed bit."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.blob import blob_id, open_chunks, seal_chunks, sealed_size
from protocol.errors import UnopenableError
from protocol.limits import CHUNK_BYTES
from tests.builders.chance import SeededRandomness
from tests.builders.memory import peak_bytes
from tests.builders.strategies import flipped, pieces_of

KEY = bytes(range(32))
LONG = SeededRandomness(3).token(3 * CHUNK_BYTES + 17)
SEALED = b"".join(seal_chunks(KEY, [LONG]))
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES

sizes = st.lists(st.integers(0, 70_000), max_size=6)
lengths = st.integers(0, len(LONG)) | st.sampled_from(
    [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES]
)


def seal(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(seal_chunks(key, [data]))


@given(lengths, sizes, sizes)
def test_a_file_comes_back_whatever_the_pieces_in_which_it_goes(
    length: int, in_sizes: list[int], out_sizes: list[int]
) -> None:
    sealed = b"".join(seal_chunks(KEY, pieces_of(LONG[:length], in_sizes)))
    assert len(sealed) == sealed_size(length)
    assert sealed == seal(LONG[:length])
    assert b"".join(open_chunks(KEY, pieces_of(sealed, out_sizes))) == LONG[:length]


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_a_blob_with_any_bit_flipped_is_refused(bit: int) -> None:
    changed = flipped(SEALED, bit)
    assert blob_id([changed]) != blob_id([SEALED])
    with pytest.raises(UnopenableError):
        b"".join(open_chunks(KEY, [changed]))


@given(st.integers(0, len(SEALED) - 1))
def test_a_blob_that_is_cut_anywhere_is_refused(end: int) -> None:
    with pytest.raises(UnopenableError):
        b"".join(open_chunks(KEY, [SEALED[:end]]))


@pytest.mark.parametrize(
    "order", [(1, 0, 2, 3), (0, 2, 1, 3), (0, 0, 1, 3), (0, 1, 3), (0, 1, 2, 2, 3), (0, 1, 2, 3, 3)]
)
def test_chunks_that_are_moved_dropped_or_repeated_are_refused(order: tuple[int, ...]) -> None:
    chunks = [
        SEALED[at : at + SEALED_CHUNK_BYTES] for at in range(0, len(SEALED), SEALED_CHUNK_BYTES)
    ]
    with pytest.raises(UnopenableError):
        b"".join(open_chunks(KEY, [chunks[at] for at in order]))


def test_a_blob_that_was_cut_at_a_chunk_does_not_pass_for_a_shorter_one() -> None:
    with pytest.raises(UnopenableError):
        b"".join(open_chunks(KEY, [SEALED[: 2 * SEALED_CHUNK_BYTES]]))


def test_another_key_is_refused() -> None:
    with pytest.raises(UnopenableError):
        b"".join(open_chunks(bytes(32), [SEALED]))


def test_an_empty_file_has_a_blob_that_proves_it_is_empty() -> None:
    assert sealed_size(0) == len(seal(b"")) == TAG_BYTES
    assert b"".join(open_chunks(KEY, [seal(b"")])) == b""
    with pytest.raises(UnopenableError):
        b"".join(open_chunks(KEY, []))


@given(sizes)
def test_the_id_is_the_hash_of_the_ciphertext(in_sizes: list[int]) -> None:
    assert blob_id(pieces_of(SEALED, in_sizes)) == hashlib.sha256(SEALED).digest()


def test_a_long_file_is_never_held_as_a_whole() -> None:
    def pass_through() -> None:
        pieces = (bytes(CHUNK_BYTES) for _ in range(256))  # 16 MiB
        for _ in open_chunks(KEY, seal_chunks(KEY, pieces)):
            pass

    assert peak_bytes(pass_through) < 16 * CHUNK_BYTES
