"""What is sealed opens with one key, under one context, unchanged; anything else says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.suites import (
    SoftwareOpeningKey,
    SuiteNumber,
    new_opening_key,
    seal,
    suite_number,
)
from protocol.errors import MalformedError, UnopenableError
from tests.builders.chance import SeededRandomness
from tests.builders.strategies import flipped

KEYS = {suite: new_opening_key(suite, SeededRandomness(suite)) for suite in SuiteNumber}
OVERHEAD_BYTES = {SuiteNumber.XWING: 1136, SuiteNumber.X25519: 48}
SEALED = {suite: seal(suite, key.public_bytes(), b"secret", b"info") for suite, key in KEYS.items()}

suites = pytest.mark.parametrize("suite", SuiteNumber)


@suites
@given(plaintext=st.binary(max_size=300), info=st.binary(max_size=50))
def test_what_is_sealed_opens_to_the_same_bytes(
    suite: SuiteNumber, plaintext: bytes, info: bytes
) -> None:
    sealed = seal(suite, KEYS[suite].public_bytes(), plaintext, info)
    assert len(sealed) == len(plaintext) + OVERHEAD_BYTES[suite]
    assert KEYS[suite].unwrap(sealed, info) == plaintext


@suites
def test_sealing_twice_gives_different_bytes(suite: SuiteNumber) -> None:
    assert seal(suite, KEYS[suite].public_bytes(), b"secret", b"info") != SEALED[suite]


@suites
@given(bit=st.integers(0, 10_000))
def test_any_flipped_bit_is_refused(suite: SuiteNumber, bit: int) -> None:
    with pytest.raises(UnopenableError):
        KEYS[suite].unwrap(flipped(SEALED[suite], bit), b"info")


@suites
@given(end=st.integers(0, 1141))
def test_a_beginning_alone_is_refused(suite: SuiteNumber, end: int) -> None:
    with pytest.raises(UnopenableError):
        KEYS[suite].unwrap(SEALED[suite][: end % len(SEALED[suite])], b"info")


@suites
def test_another_context_is_refused(suite: SuiteNumber) -> None:
    with pytest.raises(UnopenableError):
        KEYS[suite].unwrap(SEALED[suite], b"other")


@suites
def test_another_key_is_refused(suite: SuiteNumber) -> None:
    with pytest.raises(UnopenableError):
        new_opening_key(suite, SeededRandomness(99)).unwrap(SEALED[suite], b"info")


@suites
@pytest.mark.parametrize("public", [b"", b"short", bytes(31), bytes(1217), b"\xff" * 1216])
def test_what_is_no_public_key_is_refused(suite: SuiteNumber, public: bytes) -> None:
    with pytest.raises(MalformedError):
        seal(suite, public, b"secret", b"info")


def test_the_point_that_makes_every_secret_zero_is_refused() -> None:
    with pytest.raises(MalformedError):
        seal(SuiteNumber.X25519, bytes(32), b"secret", b"info")


@suites
def test_an_opening_key_has_one_length(suite: SuiteNumber) -> None:
    with pytest.raises(MalformedError):
        SoftwareOpeningKey(suite, KEYS[suite].secret + b"\0")


@suites
def test_a_key_shows_nothing_of_its_secret(suite: SuiteNumber) -> None:
    assert repr(KEYS[suite]) == f"SoftwareOpeningKey({suite.name})"


def test_a_suite_that_is_not_ours_has_no_number() -> None:
    assert suite_number(1) is SuiteNumber.XWING
    for number in (0, 3, 255, -1):
        with pytest.raises(MalformedError):
            suite_number(number)
