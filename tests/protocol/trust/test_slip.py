"""A slip proves what its station signed, and anybody with the roster can see whether it did."""

import re

import pytest

from protocol.codec import altered
from protocol.envelope.keys import Context, new_signer, sign_record
from protocol.errors.slips import SlipForgedError, SlipTypedError, SlipUnknownError
from protocol.limits import MAX_NUMBER_CHARS, MAX_SLIP_BYTES
from protocol.trust.slip import Slip, grouped, read_slip, scanned_text, signed_rows
from protocol.trust.time_statement import TimeStatement
from protocol.trust.typed_rows import typed_rows
from tests.builders.chance import SeededRandomness
from tests.builders.clock import START_MS

STATION, OTHER, OLD = (new_signer(SeededRandomness(n)) for n in (1, 2, 3))
SLIP = Slip(
    station=b"station1",
    division="451423103201",
    application=bytes(range(16)),
    envelope=bytes(range(32)),
    item="451423-001",
    at_ms=START_MS,
    number="451423-2026-1-041000017-482915-45",
)


def test_it_says_what_the_station_signed_with_any_of_its_keys() -> None:
    keys = (STATION.public_bytes(), OLD.public_bytes())
    for signer in (STATION, OLD):
        rows = signed_rows(signer, SLIP)
        assert read_slip("\n".join(map(grouped, rows)), lambda _: keys) == SLIP
        assert read_slip(scanned_text(rows), lambda _: keys) == SLIP


def test_its_keys_are_those_of_the_station_that_it_names() -> None:
    asked: list[str] = []

    def key_of(node: str) -> bytes:
        asked.append(node)
        return STATION.public_bytes()

    read_slip(scanned_text(signed_rows(STATION, SLIP)), key_of)
    assert asked == [b"station1".hex()]


def test_what_another_signed_is_forged_and_an_unknown_station_is_unknown() -> None:
    text = scanned_text(signed_rows(OTHER, SLIP))
    with pytest.raises(SlipForgedError) as caught:
        read_slip(text, lambda _: STATION.public_bytes())
    assert caught.value.detail == b"station1".hex()
    for nobody in (None, (), b""):
        with pytest.raises(SlipUnknownError):
            read_slip(text, lambda _, keys=nobody: keys)  # type: ignore[misc]


def test_a_signature_for_something_else_does_not_count() -> None:
    signed = sign_record(STATION, Context.HEALTH, SLIP)
    with pytest.raises(SlipForgedError):
        read_slip("".join(typed_rows(signed)), lambda _: STATION.public_bytes())


def test_other_signed_bytes_are_no_slip() -> None:
    time = TimeStatement(instance=b"8 bytes!", n=1, at_ms=START_MS)
    signed = sign_record(STATION, Context.SLIP, time)
    for data in (signed, b"\x93", b"x" * 20):
        with pytest.raises(SlipTypedError):
            read_slip("".join(typed_rows(data)), lambda _: STATION.public_bytes())


@pytest.mark.parametrize(
    "wrong",
    [
        {"station": b"short"},
        {"division": "451423"},
        {"application": bytes(15)},
        {"envelope": bytes(31)},
        {"item": ""},
        {"item": "9" * 101},
        {"at_ms": -1},
        {"at_ms": 2**53},
        {"number": "1" * (MAX_NUMBER_CHARS + 1)},
    ],
)
def test_what_no_honest_program_signs_is_no_slip(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="slip"):
        altered(SLIP, **wrong)


def test_the_longest_one_fits_into_its_limit_and_a_usual_one_into_a_small_code() -> None:
    longest = altered(SLIP, item="号" * 100, number="1" * MAX_NUMBER_CHARS)
    assert len(sign_record(STATION, Context.SLIP, longest)) <= MAX_SLIP_BYTES
    text = scanned_text(signed_rows(STATION, SLIP))
    assert re.fullmatch("[0-9A-Z:]{,366}", text)  # 61 squares at error correction M
