"""Frames: however the bytes are cut, the same messages come out; foreign bytes are refused."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import altered, pack
from protocol.errors import NeedsNewerError, PeerError, TooLargeError
from protocol.exchange.messages import (
    INLINE_BYTES,
    EditionNews,
    EnvelopeItem,
    Hello,
    Idle,
    Message,
    Offer,
    Part,
)
from protocol.exchange.wire import FrameReader, encode
from protocol.limits import (
    MAX_BLOB_BYTES,
    MAX_ENVELOPE_BYTES,
    MAX_FRAME_BYTES,
    OFFER_IDS,
    PART_BYTES,
)
from protocol.trust.edition import Kind
from tests.builders.memory import peak_bytes
from tests.builders.strategies import MESSAGES, flipped, pieces_of


@given(st.lists(MESSAGES, max_size=6), st.lists(st.integers(0, 400), max_size=12))
def test_however_the_bytes_are_cut_the_same_messages_come_out(
    messages: list[Message], sizes: list[int]
) -> None:
    data = b"".join(encode(message) for message in messages)
    reader = FrameReader()
    read = [message for piece in pieces_of(data, sizes) for message in reader.feed(piece)]
    assert read == messages
    assert reader.held_bytes == 0


@given(MESSAGES)
def test_a_message_comes_out_with_its_last_byte_and_not_before(message: Message) -> None:
    data = encode(message)
    reader = FrameReader()
    assert list(reader.feed(data[:-1])) == []
    assert reader.held_bytes == len(data) - 1
    assert list(reader.feed(data[-1:])) == [message]


@given(MESSAGES)
def test_a_frame_is_a_length_a_type_and_a_body(message: Message) -> None:
    data = encode(message)
    size, tag = struct.unpack_from(">IB", data)
    assert (size, tag) == (len(data) - 5, message.TAG)
    assert data[5:] == pack(message)


@given(st.lists(st.binary(max_size=100), max_size=8))
def test_foreign_bytes_give_messages_or_our_own_error(pieces: list[bytes]) -> None:
    reader = FrameReader()
    with suppress(PeerError):
        for piece in pieces:
            list(reader.feed(piece))
    assert reader.held_bytes <= MAX_FRAME_BYTES


@given(MESSAGES, st.integers(0, 100_000))
def test_so_does_a_frame_with_a_flipped_bit(message: Message, bit: int) -> None:
    reader = FrameReader()
    with suppress(PeerError):
        list(reader.feed(flipped(encode(message), bit)))


def test_a_frame_that_announces_too_much_is_refused_at_once() -> None:
    with pytest.raises(TooLargeError):
        list(FrameReader().feed(struct.pack(">IB", MAX_FRAME_BYTES + 1, 4)))
    with pytest.raises(TooLargeError):
        list(FrameReader().feed(b"\xff" * 5))


@pytest.mark.parametrize("tag", [0, 10, 127])
def test_a_frame_that_must_be_understood_is_refused_before_its_body_comes(tag: int) -> None:
    with pytest.raises(NeedsNewerError, match=f"type {tag}"):
        list(FrameReader().feed(struct.pack(">IB", 100, tag)))


@pytest.mark.parametrize("tag", [128, 255])
def test_a_frame_that_may_be_ignored_is_passed_over(tag: int) -> None:
    idle = Idle(sent=1, got=2)
    data = encode(idle) + struct.pack(">IB", 100, tag) + bytes(100) + encode(idle)
    for size in (len(data), 1, 7):
        reader = FrameReader()
        assert [m for piece in pieces_of(data, [size] * 300) for m in reader.feed(piece)] == [
            idle,
            idle,
        ]
        assert reader.held_bytes == 0
    with pytest.raises(TooLargeError):
        list(FrameReader().feed(struct.pack(">IB", MAX_FRAME_BYTES + 1, tag)))


def test_an_endless_frame_never_holds_more_than_one_frame() -> None:
    def feed() -> None:
        reader = FrameReader()
        list(reader.feed(struct.pack(">IB", MAX_FRAME_BYTES, 4)))
        for _ in range(MAX_FRAME_BYTES // 1024 - 1):
            list(reader.feed(bytes(1024)))
        assert reader.held_bytes <= MAX_FRAME_BYTES

    assert peak_bytes(feed) < 4 * MAX_FRAME_BYTES


def test_a_long_stream_leaves_nothing_behind() -> None:
    data = encode(Idle(sent=1, got=2)) * 1000
    reader = FrameReader()

    def feed() -> None:
        for _ in range(10):
            for _ in reader.feed(data):
                pass

    assert peak_bytes(feed) < 5 * len(data)
    assert reader.held_bytes == 0


@pytest.mark.parametrize(
    "message",
    [
        EnvelopeItem(wire=bytes(MAX_ENVELOPE_BYTES)),
        Part(
            origin=bytes(8),
            blob=bytes(32),
            size=MAX_BLOB_BYTES,
            offset=MAX_BLOB_BYTES - PART_BYTES,
            data=bytes(PART_BYTES),
        ),
        Offer(blobs=(bytes(16),) * OFFER_IDS),
        EditionNews(
            kind=Kind.ROSTER,
            version=2**52,
            base=2**51,
            proof=bytes(16 * 1024),
            body=bytes(INLINE_BYTES),
        ),
    ],
)
def test_the_largest_message_of_each_kind_fits_into_a_frame(message: Message) -> None:
    assert list(FrameReader().feed(encode(message))) == [message]


def test_a_message_that_does_not_fit_is_not_sent() -> None:
    news = EditionNews(kind=Kind.ROSTER, version=1, base=0, proof=bytes(30_000), body=bytes(40_000))
    with pytest.raises(TooLargeError):
        encode(news)


def test_an_exchange_with_nothing_to_say_has_short_frames() -> None:
    """All that two nodes know of each other and of the county's editions, and nothing else."""
    child = Hello(
        instance=b"instance",
        exchange=b"exchange",
        seen=(b"earlier1", 3),
        roster=2**40,
        release=70_000,
        county=b"county-1",
        time_n=70_000,
    )
    parent = altered(child, exchange=b"", time_n=None, time_ms=2**41)
    assert len(encode(child)) <= 85
    assert len(encode(parent)) <= 80
    assert len(encode(Idle(sent=0, got=0))) == 12
