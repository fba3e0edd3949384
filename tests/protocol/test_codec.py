"""Values come back as they went, and nothing but our own errors comes out of foreign bytes."""

import struct
from contextlib import suppress
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import Record, pack, typed, unpack, unpack_plain
from protocol.envelope.keys import Context, Signed, open_signed, sign_record
from protocol.errors import MalformedError, PeerError, TooLargeError
from protocol.exchange.messages import Message
from protocol.limits import MAX_FRAME_BYTES
from tests.builders.envelopes import STATION, keys_of
from tests.builders.memory import peak_bytes
from tests.builders.strategies import MESSAGES, flipped

PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=20,
)


class Sample(Record, frozen=True, kw_only=True):
    name: str
    count: int = 0
    data: bytes = b""
    pair: tuple[int, bytes] | None = None


@given(PLAIN)
def test_plain_values_come_back_as_they_went(value: Any) -> None:
    assert unpack_plain(pack(value), limit=MAX_FRAME_BYTES) == value


@given(st.builds(Sample, name=st.text(), count=st.integers(0, 2**63), data=st.binary()))
def test_a_record_comes_back_as_it_went(sample: Sample) -> None:
    assert unpack(pack(sample), Sample) == sample


@given(MESSAGES)
def test_every_message_comes_back_as_it_went(message: Message) -> None:
    assert unpack(pack(message), type(message)) == message


def test_what_is_as_usual_costs_no_byte() -> None:
    assert pack(Sample(name="a")) == msgpack.packb({"name": "a"})


@given(st.binary(max_size=300))
def test_foreign_bytes_give_a_value_or_our_own_error(data: bytes) -> None:
    with suppress(PeerError):
        unpack_plain(data)


@given(PLAIN, st.binary(min_size=1, max_size=3))
def test_what_follows_a_value_is_refused(value: Any, more: bytes) -> None:
    with pytest.raises(MalformedError):
        unpack_plain(pack(value) + more)


@given(PLAIN.filter(lambda value: len(pack(value)) > 1), st.integers(1, 50))
def test_a_value_that_is_cut_short_is_refused(value: Any, missing: int) -> None:
    data = pack(value)
    with pytest.raises(MalformedError):
        unpack_plain(data[: max(0, len(data) - missing)])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x82\xa1a\x01\xa1a\x02", id="a key twice"),
        pytest.param(b"\x81\x01\x02", id="a key that is a number"),
        pytest.param(b"\x81\xc4\x01a\x02", id="a key of bytes"),
        pytest.param(b"\x81\x90\x02", id="a key that is a list"),
        pytest.param(msgpack.packb(msgpack.ExtType(5, b"x")), id="an extension type"),
        pytest.param(b"\xd7\xff" + b"\xff" * 8, id="a timestamp out of range"),
        pytest.param(b"\xa2\xff\xfe", id="text that is not UTF-8"),
        pytest.param(b"\xa3\xed\xa0\x80", id="text with half a surrogate pair"),
        pytest.param(b"\xc1", id="the byte that is never used"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xdd\xff\xff\xff\xff", id="four billion elements"),
        pytest.param(b"\xdf\xff\xff\xff\xff", id="four billion keys"),
        pytest.param(b"\xc6\xff\xff\xff\xff", id="four billion bytes"),
        pytest.param(b"\xdb\xff\xff\xff\xff", id="four billion characters"),
        pytest.param(b"\xc9\xff\xff\xff\xff\x01", id="a huge extension"),
        pytest.param(b"\x91" * 60_000 + b"\xc0", id="lists in lists"),
        pytest.param(b"\x81\xa1a" * 20_000 + b"\xc0", id="maps in maps"),
        pytest.param(b"\xdc\x10\x01" + b"\xc0" * 4097, id="one element too many"),
    ],
)
def test_bombs_and_oddities_are_refused_and_cost_no_memory(data: bytes) -> None:
    def refused() -> None:
        with pytest.raises(MalformedError):
            unpack_plain(data)

    assert peak_bytes(refused) < 8 * 2**20


def test_a_map_of_too_many_keys_is_refused() -> None:
    with pytest.raises(MalformedError):
        unpack_plain(pack({str(n): n for n in range(257)}))


def test_the_most_that_a_frame_can_be_made_to_cost_is_bounded() -> None:
    row = b"\xdc\x0f\xff" + b"\x80" * 4095  # empty maps: one byte each here, 64 in memory
    frame = b"\xdc\x00\x0f" + row * 15
    assert len(frame) < MAX_FRAME_BYTES
    assert peak_bytes(lambda: unpack_plain(frame)) < 5 * 2**20


def test_a_timestamp_is_no_value_of_any_record() -> None:
    stamped = msgpack.packb({"name": "a", "count": msgpack.Timestamp(2**33)})
    with pytest.raises(MalformedError):
        unpack(stamped, Sample)


def test_more_bytes_than_allowed_are_not_even_looked_at() -> None:
    with pytest.raises(TooLargeError):
        unpack_plain(b"\xc0" * 11, limit=10)
    with pytest.raises(TooLargeError):
        unpack(b"\xc0" * (MAX_FRAME_BYTES + 1), Sample)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({}, id="a field is missing"),
        pytest.param({"name": b"a"}, id="bytes for text"),
        pytest.param({"name": "a", "data": "YQ=="}, id="text for bytes, in base 64"),
        pytest.param({"name": "a", "count": "1"}, id="text for a number"),
        pytest.param({"name": "a", "count": 1.0}, id="a fraction for a number"),
        pytest.param({"name": "a", "count": True}, id="a truth value for a number"),
        pytest.param({"name": "a", "pair": [1]}, id="a pair of one"),
        pytest.param({"name": "a", "pair": [1, b"", 2]}, id="a pair of three"),
        pytest.param(["a", 1], id="a list for a map"),
        pytest.param(None, id="nothing"),
    ],
)
def test_a_record_of_another_shape_is_refused(value: object) -> None:
    with pytest.raises(MalformedError):
        unpack(pack(value), Sample)


def test_text_that_is_no_unicode_is_our_own_error() -> None:
    with pytest.raises(MalformedError):
        typed({"\ud800": 1}, Sample)


SIGNED = sign_record(
    keys_of(STATION).signer, Context.JOIN, Sample(name="扶伦村", count=7, data=b"d")
)


@given(st.integers(0, len(SIGNED) * 8 - 1))
def test_a_signed_record_with_any_bit_flipped_is_refused(bit: int) -> None:
    public = keys_of(STATION).public().signing
    with pytest.raises(PeerError):
        open_signed(public, Context.JOIN, flipped(SIGNED, bit), limit=1000)


def test_a_signed_record_opens_to_the_very_bytes_that_were_signed() -> None:
    body = open_signed(keys_of(STATION).public().signing, Context.JOIN, SIGNED, limit=1000)
    assert body == unpack(SIGNED, Signed).body
    assert unpack(body, Sample) == Sample(name="扶伦村", count=7, data=b"d")


@given(st.integers(0, 2**32 - 1))
def test_headers_that_promise_too_much_fail_before_anything_is_reserved(count: int) -> None:
    for mark in (b"\xdd", b"\xdf", b"\xc6", b"\xdb"):
        data = mark + struct.pack(">I", count)
        if count:
            with pytest.raises(MalformedError):
                unpack_plain(data)
