"""Renewal: an active node changes its signing key and its TLS key, by line or by stick.

::

    request = Signed(RenewalRequest) by the new signing key; the CSR is signed by the new TLS key
    asked   = the payload Renewal in an envelope to the county, signed by the present signing key
    answer  = the payload Renewed in an envelope of the county

So both keys agree to the change. The roster then names the new keys; the former ones still count
for what is under way. Sealing keys stay as they are: what was sealed must open.

Source: docs/protocol.md section 10.5.
"""

from protocol.codec import Record, unpack
from protocol.envelope.keys import KEY_BYTES, Context, Signed, Signer, sign_record, verify
from protocol.envelope.payloads import Renewal
from protocol.ids import NONCE_BYTES

_REQUEST_BYTES = 2048  # Ed25519 CSR: 300 bytes


class RenewalRequest(Record, frozen=True, kw_only=True):
    """The new keys of a node."""

    node: bytes  # node id, 8 bytes
    previous: bytes  # the signing key that it replaces: an old request replaces nothing
    signing: bytes  # Ed25519, 32 bytes
    tls_request: bytes  # PKCS#10, DER

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if (
            len(self.node) != NONCE_BYTES
            or len(self.previous) != KEY_BYTES
            or len(self.signing) != KEY_BYTES
            or self.previous == self.signing
        ):
            raise ValueError("renewal")


def sign_renewal(new: Signer, request: RenewalRequest) -> Renewal:
    """``request`` under the signature of the new key, as it is sealed."""
    return Renewal(request=sign_record(new, Context.RENEWAL, request))


def open_renewal(renewal: Renewal) -> RenewalRequest:
    """The request, after the signature of its new key was checked.

    Raises:
        MalformedError, TooLargeError, SignatureError: it is none.
    """
    signed = unpack(renewal.request, Signed, limit=_REQUEST_BYTES)
    request = unpack(signed.body, RenewalRequest, limit=_REQUEST_BYTES)
    verify(request.signing, Context.RENEWAL, signed.body, signed.signature)
    return request
