"""What a program of tomorrow adds is ignored or asks for a newer program, as its record says."""

import struct
from enum import Enum
from typing import Any

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import Record, Wrapper, pack, typed, unpack
from protocol.codec import plain as plain_of
from protocol.envelope.compress import expand, squeeze
from protocol.envelope.envelope import Header
from protocol.envelope.keys import Context, Signed
from protocol.envelope.payloads import Application, Inquiry, read_payload
from protocol.errors import MalformedError, NeedsNewerError, PeerError
from protocol.ids import Instance
from protocol.trust.time_statement import open_time
from tests.builders.envelopes import COUNTY, keys_of, make_header


class Colour(Enum):
    RED = "red"


class Leaf(Record, frozen=True, kw_only=True):
    name: str = ""
    colour: Colour = Colour.RED


class Row(Record, frozen=True, kw_only=True, array_like=True):
    number: int
    leaf: Leaf | None = None


class Tree(Record, frozen=True, kw_only=True, rename={"one": "o"}):
    one: Leaf = Leaf()
    many: tuple[Leaf, ...] = ()
    pair: tuple[int, Leaf] | None = None
    rows: tuple[Row, ...] = ()


class Numbered(Record, frozen=True, kw_only=True, rename={"version": "v"}):
    VERSION = 1

    version: int


class Around(Wrapper, frozen=True, kw_only=True, array_like=True):
    body: bytes


NEW = {"name": "a", "new": 1}
MUST = NEW | {"must": ["new"]}
KNOWN = NEW | {"must": ["name"]}
PLACES: list[Any] = [
    lambda leaf: {"o": leaf},
    lambda leaf: {"many": [{}, leaf]},
    lambda leaf: {"pair": [1, leaf]},
    lambda leaf: {"rows": [[1], [2, leaf]]},
]


@pytest.mark.parametrize("place", PLACES)
def test_an_unknown_field_is_ignored_wherever_it_stands(place: Any) -> None:
    expected = unpack(pack(place({"name": "a"})), Tree)
    assert unpack(pack(place(NEW)), Tree) == expected
    assert unpack(pack(place(KNOWN)), Tree) == expected


@pytest.mark.parametrize("place", PLACES)
def test_one_that_must_be_understood_needs_a_newer_program(place: Any) -> None:
    with pytest.raises(NeedsNewerError, match="new"):
        unpack(pack(place(MUST)), Tree)


def test_it_is_asked_for_by_its_name_on_the_wire() -> None:
    assert unpack(pack({"must": ["o"]}), Tree) == Tree()
    with pytest.raises(NeedsNewerError):
        unpack(pack({"must": ["one"]}), Tree)


@pytest.mark.parametrize("must", ["new", [1], [""], ["x" * 65], ["new"] * 33, {"new": 1}, None])
def test_a_must_that_is_no_list_of_names_is_malformed(must: object) -> None:
    with pytest.raises(MalformedError) as caught:
        unpack(pack({"must": must}), Leaf)
    assert not isinstance(caught.value, NeedsNewerError)


def test_as_many_and_as_long_names_as_are_allowed_are_read() -> None:
    assert unpack(pack({"must": ["name"] * 32}), Leaf) == Leaf()
    with pytest.raises(NeedsNewerError):
        unpack(pack({"must": ["x" * 64]}), Leaf)


def test_a_value_of_tomorrow_needs_a_newer_program() -> None:
    with pytest.raises(NeedsNewerError, match="green"):
        unpack(pack({"o": {"colour": "green"}}), Tree)


def test_so_does_a_higher_version_whatever_else_it_holds() -> None:
    mores: list[dict[str, Any]] = [{}, {"new": 1}, {"instance": 7}]
    for more in mores:
        with pytest.raises(NeedsNewerError, match="version 2"):
            unpack(pack({"v": 2} | more), Numbered)
    assert unpack(pack({"v": 1}), Numbered) == Numbered(version=1)
    with pytest.raises(MalformedError):
        unpack(pack({"v": "2"}), Numbered)


def test_an_array_may_grow_at_its_end_but_nothing_around_signed_bytes_does() -> None:
    assert unpack(pack([5, None, "new"]), Row) == Row(number=5)
    with pytest.raises(MalformedError):
        unpack(pack([b"body", "new"]), Around)
    with pytest.raises(MalformedError):
        unpack(pack([b"body", bytes(64), "new"]), Signed)


def test_what_a_person_writes_has_no_unknown_keys() -> None:
    assert typed({"o": {"name": "a"}}, Tree) == Tree(one=Leaf(name="a"))
    values: list[dict[str, Any]] = [{"new": 1}, {"o": NEW}, {"must": []}]
    for value in values:
        with pytest.raises(MalformedError):
            typed(value, Tree)


def test_a_payload_of_an_unknown_kind_counts_as_one_that_must_be_understood() -> None:
    with pytest.raises(NeedsNewerError, match="census"):
        read_payload(pack({"type": "census", "year": 2030}))
    others: list[Any] = [{"year": 2030}, {"type": 7}, [], None]
    for nameless in others:
        with pytest.raises(MalformedError) as caught:
            read_payload(pack(nameless))
        assert not isinstance(caught.value, NeedsNewerError)


def test_the_type_of_a_payload_may_stand_in_must() -> None:
    plain = {"type": "inquiry", "since_ms": 5, "must": ["type", "since_ms"], "why": "x"}
    assert read_payload(pack(plain)) == Inquiry(since_ms=5)


def test_a_time_of_tomorrow_is_understood_and_its_bytes_stay() -> None:
    keys = keys_of(COUNTY)
    body = pack([b"instance", 7, 1_790_000_000_000, "leap seconds"])
    signed = pack(Signed(body=body, signature=keys.signer.sign(Context.TIME, body)))
    statement = open_time(keys.signer.public_bytes(), signed)
    assert (statement.instance, statement.n) == (Instance(b"instance"), 7)
    assert statement.at_ms == 1_790_000_000_000


def altered_header(lane: int) -> None:
    plain = plain_of(make_header()) | {"l": lane}
    unpack(pack(plain), Header)


def test_a_lane_of_tomorrow_needs_a_newer_program_on_the_way() -> None:
    for lane in (6, 255):
        with pytest.raises(NeedsNewerError, match=f"lane {lane}"):
            altered_header(lane)
    for lane in (256, -1, 4):
        with pytest.raises(MalformedError, match="header lane"):
            altered_header(lane)


def test_a_dictionary_of_tomorrow_needs_a_newer_program() -> None:
    frame = bytearray(squeeze(b"a record of one person" * 20))
    assert expand(bytes(frame), limit=1000) == b"a record of one person" * 20
    at = frame.find(struct.pack("<I", zstd.get_frame_info(bytes(frame)).dictionary_id))
    frame[at] ^= 1
    with pytest.raises(NeedsNewerError, match="dictionary"):
        expand(bytes(frame), limit=1000)


@given(
    st.dictionaries(
        st.sampled_from(["must", "o", "many", "pair", "rows", "new"]),
        st.recursive(
            st.none() | st.integers(0, 9) | st.text(max_size=4) | st.just("must"),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(st.sampled_from(["must", "name", "new"]), inner, max_size=3)
            ),
            max_leaves=8,
        ),
        max_size=4,
    )
)
def test_any_other_must_is_our_own_error(value: dict[str, Any]) -> None:
    for kind in (Tree, Leaf, Application):
        try:
            unpack(pack(value), kind)
        except PeerError:
            continue
