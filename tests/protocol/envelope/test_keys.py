"""A signature means one thing only, and fits only the bytes that were signed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.keys import (
    Context,
    NodeKeys,
    PublicKeys,
    key_name,
    new_signer,
    open_signed,
    sign_record,
    verify,
)
from protocol.envelope.suites import SuiteNumber
from protocol.errors import PeerError, SignatureError, TooLargeError
from tests.builders.chance import SeededRandomness
from tests.builders.envelopes import STATION, keys_of
from tests.builders.strategies import flipped

SIGNER = new_signer(SeededRandomness(1))
PUBLIC = SIGNER.public_bytes()


@given(st.binary(max_size=200), st.sampled_from(Context), st.sampled_from(Context))
def test_a_signature_fits_its_own_context_only(
    data: bytes, signed: Context, claimed: Context
) -> None:
    signature = SIGNER.sign(signed, data)
    assert len(signature) == 64
    if claimed is signed:
        verify(PUBLIC, claimed, data, signature)
    else:
        with pytest.raises(SignatureError):
            verify(PUBLIC, claimed, data, signature)


@given(st.binary(min_size=1, max_size=50), st.integers(0, 10_000))
def test_a_signature_fits_no_other_bytes(data: bytes, bit: int) -> None:
    signature = SIGNER.sign(Context.RECEIPT, data)
    with pytest.raises(SignatureError):
        verify(PUBLIC, Context.RECEIPT, flipped(data, bit), signature)
    with pytest.raises(SignatureError):
        verify(PUBLIC, Context.RECEIPT, data, flipped(signature, bit))
    with pytest.raises(SignatureError):
        verify(flipped(PUBLIC, bit), Context.RECEIPT, data, signature)


@pytest.mark.parametrize("public", [b"", b"short", bytes(33), b"\xff" * 32])
def test_what_is_no_key_signed_nothing(public: bytes) -> None:
    with pytest.raises(SignatureError):
        verify(public, Context.KIT, b"data", bytes(64))


def test_no_context_is_the_beginning_of_another() -> None:
    values = [context.value for context in Context]
    assert len(set(values)) == len(values)
    for value in values:
        assert value.endswith(b"\0")
        assert b"\0" not in value[:-1]


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_signed_record(data: bytes) -> None:
    with pytest.raises(PeerError):
        open_signed(PUBLIC, Context.KIT, data, limit=1000)


def test_a_signed_record_over_its_limit_is_not_even_checked() -> None:
    data = sign_record(SIGNER, Context.KIT, PublicKeys(signing=PUBLIC))
    with pytest.raises(TooLargeError):
        open_signed(PUBLIC, Context.KIT, data, limit=len(data) - 1)


def test_a_key_is_named_by_eight_bytes_of_its_hash() -> None:
    assert len(key_name(PUBLIC)) == 8
    assert key_name(PUBLIC) != key_name(flipped(PUBLIC, 1))


def test_what_the_authority_puts_on_record_is_the_public_half_of_every_key() -> None:
    keys = keys_of(STATION)
    public = keys.public()
    assert public.signing == keys.signer.public_bytes()
    for suite in SuiteNumber:
        assert public.sealing(suite) == keys.opening[suite].public_bytes()


def test_a_node_without_a_key_of_some_suite_says_so_with_nothing() -> None:
    keys = NodeKeys(signer=SIGNER, opening={})
    assert keys.public() == PublicKeys(signing=PUBLIC)


def test_a_signer_shows_nothing_of_its_secret() -> None:
    assert repr(SIGNER) == "SoftwareSigner()"
    assert SIGNER.secret.hex() not in f"{keys_of(STATION)!r}"
