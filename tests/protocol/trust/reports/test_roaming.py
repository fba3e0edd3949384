"""A visit is believed from the station that it speaks of, and from nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack
from protocol.envelope.keys import Context, Signed
from protocol.errors import MalformedError, PeerError, SignatureError, TooLargeError
from protocol.ids import NodeId
from protocol.limits import MAX_COUNT, MAX_ROAMING_REPORT_BYTES
from protocol.trust.reports.roaming import RoamingReport, read_roaming_report, sign_roaming_report
from tests.builders.envelopes import HUB, OTHER_STATION, STATION, keys_of
from tests.builders.strategies import flipped

WORD = sign_roaming_report(keys_of(STATION).signer, STATION, HUB, 7)


def key_of(node: NodeId) -> bytes | None:
    return keys_of(node).signer.public_bytes() if node in (STATION, OTHER_STATION) else None


def test_a_word_comes_back_as_the_station_gave_it() -> None:
    roaming_report = read_roaming_report(WORD, key_of)
    assert (roaming_report.reporter, roaming_report.host, roaming_report.number) == (
        STATION,
        HUB,
        7,
    )


def test_the_longest_word_fits() -> None:
    assert (
        len(sign_roaming_report(keys_of(STATION).signer, STATION, HUB, MAX_COUNT - 1))
        <= MAX_ROAMING_REPORT_BYTES
    )


def test_nobody_speaks_for_another() -> None:
    with pytest.raises(SignatureError):
        read_roaming_report(
            sign_roaming_report(keys_of(OTHER_STATION).signer, STATION, HUB, 8), key_of
        )
    with pytest.raises(SignatureError):
        read_roaming_report(
            sign_roaming_report(keys_of(HUB).signer, HUB, HUB, 8), key_of
        )  # it has no key here


def test_a_signature_for_something_else_is_none_for_a_visit() -> None:
    body = pack(RoamingReport(node=bytes.fromhex(STATION), at=bytes.fromhex(HUB), number=7))
    signature = keys_of(STATION).signer.sign(Context.STICK, body)
    with pytest.raises(SignatureError):
        read_roaming_report(pack(Signed(body=body, signature=signature)), key_of)


@given(st.integers(0, 8 * len(WORD) - 1))
def test_a_changed_word_is_refused(bit: int) -> None:
    with pytest.raises(PeerError):
        read_roaming_report(flipped(WORD, bit), key_of)


@given(st.binary(max_size=MAX_ROAMING_REPORT_BYTES))
def test_anything_else_is_refused_in_our_words(data: bytes) -> None:
    with pytest.raises(MalformedError):
        read_roaming_report(data, key_of)


def test_a_long_one_is_not_even_decoded() -> None:
    with pytest.raises(TooLargeError):
        read_roaming_report(WORD + bytes(MAX_ROAMING_REPORT_BYTES), key_of)


@pytest.mark.parametrize("number", [0, -1, MAX_COUNT])
def test_numbers_that_no_honest_station_gives(number: int) -> None:
    with pytest.raises(ValueError, match="roaming report"):
        RoamingReport(node=bytes(8), at=bytes(8), number=number)
