"""Editions: whatever two versions hold, changes lead from one to the other or are refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.compress import squeeze_public
from protocol.envelope.keys import Context, new_signer, sign_record
from protocol.errors import (
    DigestError,
    MalformedError,
    PeerError,
    RollbackError,
    SignatureError,
    TooLargeError,
)
from protocol.limits import MAX_EDITION_ENTRIES, MAX_ENTRY_BYTES
from protocol.trust.edition import (
    Head,
    Kind,
    apply_changes,
    changes,
    digest,
    make_head,
    open_head,
    require_newer,
    sign_head,
    whole,
)
from tests.builders import bombs
from tests.builders.chance import SeededRandomness
from tests.builders.memory import peak_bytes
from tests.builders.strategies import ENTRIES, flipped

NOW_MS = 1_790_000_000_000
SIGNER = new_signer(SeededRandomness(8))
PUBLIC = SIGNER.public_bytes()
ITEMS = {f"451423-{n:03}": b'{"name":"item %d"}' % n for n in range(300)}


def head_over(entries: dict[str, bytes], version: int = 2) -> Head:
    return make_head(Kind.RELEASE, version, entries, NOW_MS)


@given(ENTRIES, ENTRIES)
def test_changes_lead_from_any_version_to_any_other(
    old: dict[str, bytes], new: dict[str, bytes]
) -> None:
    assert apply_changes(old, changes(old, new), head_over(new)) == new


@given(ENTRIES)
def test_the_changes_from_nothing_are_the_whole_edition(new: dict[str, bytes]) -> None:
    assert apply_changes({}, changes({}, new), head_over(new)) == new


@given(ENTRIES, ENTRIES, ENTRIES)
def test_changes_on_a_wrong_base_never_pass(
    old: dict[str, bytes], wrong: dict[str, bytes], new: dict[str, bytes]
) -> None:
    """The result is right, whatever it was made from, or it is refused."""
    try:
        result = apply_changes(wrong, changes(old, new), head_over(new))
    except PeerError:
        return
    assert result == new


def test_a_base_that_lacks_an_entry_is_noticed() -> None:
    new = ITEMS | {"451423-007": b"changed"}
    wrong = {key: entry for key, entry in ITEMS.items() if key != "451423-100"}
    with pytest.raises(PeerError):
        apply_changes(wrong, changes(ITEMS, new), head_over(new))


@given(st.integers(0, 100_000))
def test_changes_with_any_bit_flipped_never_pass(bit: int) -> None:
    new = ITEMS | {"451423-007": b"changed", "new": b"n" * 100}
    body = flipped(changes(ITEMS, new), bit)
    try:
        result = apply_changes(ITEMS, body, head_over(new))
    except PeerError:
        return
    assert result == new


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_changes(body: bytes) -> None:
    with pytest.raises(PeerError):
        apply_changes({}, body, head_over(ITEMS))


@given(st.binary(max_size=60))
def test_nor_are_they_when_they_are_compressed_in_order(plain: bytes) -> None:
    with pytest.raises(PeerError):
        apply_changes({}, squeeze_public(plain), head_over(ITEMS))


def test_what_did_not_change_costs_next_to_nothing() -> None:
    body = changes(ITEMS, ITEMS | {"451423-007": ITEMS["451423-007"] + b" "})
    assert len(body) < 60


@given(ENTRIES, ENTRIES)
def test_different_entries_have_different_digests(
    one: dict[str, bytes], other: dict[str, bytes]
) -> None:
    assert (digest(one) == digest(other)) is (one == other)


def test_an_entry_can_be_no_part_of_its_neighbour() -> None:
    assert digest({"a": b"", "b": b""}) != digest({"ab": b""})
    assert digest({"a": b"x", "b": b""}) != digest({"a": b"", "b": b"x"})


def test_the_order_of_keys_is_that_of_their_bytes() -> None:
    assert digest({"县": b"1", "a": b"2", "𠀀": b"3"}) == digest(
        {"𠀀": b"3", "a": b"2", "县": b"1"}
    )
    assert sorted(["𠀀", "县", "a", "￿"]) == sorted(["𠀀", "县", "a", "￿"], key=str.encode)


@given(st.integers(0, 10_000))
def test_a_signed_head_with_any_bit_flipped_is_refused(bit: int) -> None:
    signed = flipped(sign_head(SIGNER, head_over(ITEMS)), bit)
    with pytest.raises(PeerError):
        open_head(PUBLIC, Kind.RELEASE, signed)


def test_a_head_comes_back_as_it_was_signed() -> None:
    head = head_over(ITEMS)
    assert open_head(PUBLIC, Kind.RELEASE, sign_head(SIGNER, head)) == head


def test_a_roster_does_not_pass_for_a_release() -> None:
    roster = make_head(Kind.ROSTER, 2, {}, NOW_MS)
    with pytest.raises(SignatureError):
        open_head(PUBLIC, Kind.RELEASE, sign_head(SIGNER, roster))
    with pytest.raises(MalformedError):
        open_head(PUBLIC, Kind.RELEASE, sign_record(SIGNER, Context.RELEASE, roster))


def test_there_is_no_version_nought() -> None:
    with pytest.raises(MalformedError):
        open_head(PUBLIC, Kind.RELEASE, sign_head(SIGNER, head_over({}, version=0)))


def test_an_older_or_equal_version_is_refused() -> None:
    require_newer(head_over({}, version=5), 4)
    for held in (5, 6):
        with pytest.raises(RollbackError):
            require_newer(head_over({}, version=5), held)


def test_an_edition_has_limits() -> None:
    with pytest.raises(TooLargeError):
        head_over({"a": bytes(MAX_ENTRY_BYTES + 1)})
    with pytest.raises(TooLargeError):
        head_over({str(n): b"" for n in range(MAX_EDITION_ENTRIES + 1)})
    with pytest.raises(TooLargeError):
        head_over({str(n): bytes(MAX_ENTRY_BYTES) for n in range(260)})


def test_a_flood_of_tiny_entries_is_refused_within_bounded_memory() -> None:
    names = (b"%07d" % n for n in range(120_000))
    tiny = b"".join(struct.pack(">HI", 7, 0) + name for name in names)  # 1.6 MB
    body = bombs.quickly(tiny)

    def refused() -> None:
        with pytest.raises(TooLargeError):
            apply_changes({}, body, head_over(ITEMS))

    assert peak_bytes(refused) < 8 * 2**20


def test_a_digest_that_does_not_fit_asks_for_the_whole_edition() -> None:
    with pytest.raises(DigestError):
        apply_changes({}, changes({}, {"a": b"1"}), head_over({"a": b"2"}))


@given(ENTRIES)
def test_a_whole_edition_compressed_quickly_is_the_same(new: dict[str, bytes]) -> None:
    assert apply_changes({}, whole(new), head_over(new)) == new
