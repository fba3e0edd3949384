"""A refusal names its reason, is signed, and asks for a pause that can be believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack, unpack
from protocol.envelope.keys import Context, Signed
from protocol.errors import (
    BusyError,
    DiskFullError,
    KitForeignError,
    LineError,
    MalformedError,
    NoRoomError,
    NotOnRosterError,
    PeerError,
    RefusedError,
    SignatureError,
    StoreError,
    YizhanError,
    every_error,
)
from protocol.errors.from_peer import TROUBLE_S
from protocol.exchange.messages import Ack, Bye
from protocol.exchange.refusal import Refusal, read_refusal, refusal_bytes, refusal_of
from protocol.trust.reports.notice import Notice
from tests.builders.envelopes import HUB, STATION, keys_of
from tests.builders.strategies import flipped

SIGNER = keys_of(HUB).signer
PUBLIC = SIGNER.public_bytes()
EXAMPLE = refusal_bytes(
    SIGNER,
    refusal_of(BusyError("40 exchanges"), node=HUB, at_ms=1_790_000_000_000, retry_after_s=60),
)


@pytest.mark.parametrize("kind", [*every_error(PeerError), *every_error(LineError)])
def test_the_child_raises_what_the_parent_refused_with(kind: type[YizhanError]) -> None:
    refusal = refusal_of(kind("value 7"), node=HUB, at_ms=1)
    error, pause_s = read_refusal(refusal_bytes(SIGNER, refusal), PUBLIC)
    assert type(error) is kind
    assert (error.quote, pause_s) == ("value 7", 0)
    assert str(error) == str(kind())  # people read our own words for its code


def test_what_would_be_about_this_machine_is_the_parent_s_own_trouble() -> None:
    """Nobody gives up his ballast, or tells his clerk of a full disk, because a parent says so."""
    for kind in every_error(StoreError):
        refusal = refusal_of(kind("/"), node=HUB, at_ms=1)
        error, pause_s = read_refusal(refusal_bytes(SIGNER, refusal), PUBLIC)
        full = issubclass(kind, DiskFullError)
        assert (type(error), pause_s) == (NoRoomError if full else BusyError, TROUBLE_S)


def test_a_parent_has_no_word_on_what_only_we_can_know() -> None:
    known = {*every_error(PeerError), *every_error(LineError), *every_error(StoreError)}
    for kind in set(every_error()) - known - {KitForeignError}:
        refusal = refusal_of(kind("x"), node=HUB, at_ms=1)
        error, _ = read_refusal(refusal_bytes(SIGNER, refusal), PUBLIC)
        assert type(error) is RefusedError, kind


@pytest.mark.parametrize("code", ["", "请打电话给我", "line.busy\n", "LINE", "a" * 61, "\x1b[2J"])
def test_text_in_place_of_a_code_is_no_message(code: str) -> None:
    """Codes stand on clerks' screens, whoever has sent them."""
    refusal = pack({"node": HUB, "code": code, "detail": "", "at_ms": 1})
    with pytest.raises(MalformedError):
        unpack(refusal, Refusal)
    with pytest.raises(MalformedError):
        unpack(pack({"upto": 1, "refused": [[1, code]]}), Ack)
    notice = {"node": bytes(8), "origin": bytes(8), "item": bytes(32), "code": code, "at_ms": 1}
    with pytest.raises(MalformedError):
        unpack(pack(notice), Notice)
    if code:
        with pytest.raises(MalformedError):
            unpack(pack({"code": code}), Bye)


@pytest.mark.parametrize("code", ["peer.not-on-roster", "hub.on-strike", "store.damaged"])
def test_what_a_peer_wrote_stands_in_the_log_as_its_words_and_before_nobody(code: str) -> None:
    refusal = Refusal(node=HUB, code=code, detail="请\x1b[2J\n打\u202e电话", at_ms=1)
    error, _ = read_refusal(refusal_bytes(SIGNER, refusal), PUBLIC)
    assert error.fields()["peer_wrote"] == "请 [2J 打 电话"
    assert "打" not in f"{error}{error.detail}"


def test_the_pause_is_told() -> None:
    error, pause_s = read_refusal(EXAMPLE, PUBLIC)
    assert isinstance(error, BusyError)
    assert pause_s == 60


def test_a_code_that_we_do_not_know_is_a_refusal_all_the_same() -> None:
    refusal = Refusal(node=HUB, code="hub.on-strike", detail="no", at_ms=1)
    error, _ = read_refusal(refusal_bytes(SIGNER, refusal), PUBLIC)
    assert type(error) is RefusedError
    assert "hub.on-strike" in str(error)


@given(st.integers(0, 10_000))
def test_a_refusal_with_any_bit_flipped_is_none(bit: int) -> None:
    with pytest.raises(PeerError):
        read_refusal(flipped(EXAMPLE, bit), PUBLIC)


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_refusal(data: bytes) -> None:
    for public in (PUBLIC, None):
        with pytest.raises(PeerError):
            read_refusal(data, public)


def test_nobody_else_can_refuse_in_the_parent_s_name() -> None:
    with pytest.raises(SignatureError):
        read_refusal(EXAMPLE, keys_of(STATION).public().signing)


def test_while_joining_the_words_are_read_without_a_key() -> None:
    error, _ = read_refusal(EXAMPLE, None)
    assert isinstance(error, BusyError)


def test_a_long_story_is_cut() -> None:
    refusal = refusal_of(NotOnRosterError("长" * 5000), node=HUB, at_ms=1)
    data = refusal_bytes(SIGNER, refusal)
    assert len(data) < 4096
    assert len(read_refusal(data, PUBLIC)[0].quote) == 300


@pytest.mark.parametrize("pause_s", [-1, 86_401, 2**40])
def test_a_pause_that_no_honest_parent_asks_for_is_refused(pause_s: int) -> None:
    body = pack(
        {"node": HUB, "code": "line.busy", "detail": "", "at_ms": 1, "retry_after_s": pause_s}
    )
    data = pack(Signed(body=body, signature=SIGNER.sign(Context.REFUSAL, body)))
    with pytest.raises(PeerError):
        read_refusal(data, PUBLIC)
