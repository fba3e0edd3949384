"""A renewal is signed by the key that it is for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.keys import SoftwareSigner
from protocol.envelope.payloads import Renewal, payload_bytes, read_payload
from protocol.errors import PeerError, SignatureError
from protocol.trust.renewal import RenewalRequest, open_renewal, sign_renewal

NEW, OLD = SoftwareSigner(b"n" * 32), SoftwareSigner(b"o" * 32)
REQUEST = RenewalRequest(
    node=b"a station"[:8],
    previous=OLD.public_bytes(),
    signing=NEW.public_bytes(),
    tls_request=b"as it comes",
)


def test_it_comes_back_as_it_went() -> None:
    renewal = read_payload(payload_bytes(sign_renewal(NEW, REQUEST)))
    assert isinstance(renewal, Renewal)
    assert open_renewal(renewal) == REQUEST


def test_nobody_else_can_sign_it() -> None:
    with pytest.raises(SignatureError):
        open_renewal(sign_renewal(OLD, REQUEST))


@given(st.integers(0, 10_000))
def test_with_any_bit_flipped_it_is_refused(bit: int) -> None:
    data = bytearray(sign_renewal(NEW, REQUEST).request)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    with pytest.raises(PeerError):
        open_renewal(Renewal(request=bytes(data)))


def test_a_key_does_not_replace_itself() -> None:
    with pytest.raises(ValueError, match="renewal"):
        RenewalRequest(
            node=bytes(8),
            previous=NEW.public_bytes(),
            signing=NEW.public_bytes(),
            tls_request=b"",
        )
