"""A refusal in words: signed, so that a node can show who turned it away and why.

Source: docs/protocol.md section 8.6.
"""

from protocol.codec import Record, unpack
from protocol.envelope.keys import Context, Publics, Signed, Signer, sign_record, verify
from protocol.errors import YizhanError
from protocol.errors.from_peer import from_peer, is_code
from protocol.limits import MAX_PAUSE_S

_REFUSAL_BYTES = 4096


class Refusal(Record, frozen=True, kw_only=True):
    """What stands in the body of an HTTP answer other than 200."""

    node: str  # who refuses
    code: str  # of protocol/errors.py
    detail: str
    at_ms: int
    retry_after_s: int = 0

    def __post_init__(self) -> None:
        """Refuse a pause that no honest program asks for, and text in place of a code."""
        if not 0 <= self.retry_after_s <= MAX_PAUSE_S or not is_code(self.code):
            raise ValueError("refusal")


def refusal_bytes(signer: Signer, refusal: Refusal) -> bytes:
    """The body of the answer."""
    return sign_record(signer, Context.REFUSAL, refusal)


def read_refusal(data: bytes, signing_public: Publics | None) -> tuple[YizhanError, int]:
    """The error that a refusal names, and the pause that it asks for in seconds.

    Args:
        signing_public: the peer's key; None while joining, when only TLS vouches for the peer.

    Raises:
        MalformedError, SignatureError: not a refusal by this peer.
    """
    signed = unpack(data, Signed, limit=_REFUSAL_BYTES)
    if signing_public is not None:
        verify(signing_public, Context.REFUSAL, signed.body, signed.signature)
    refusal = unpack(signed.body, Refusal, limit=_REFUSAL_BYTES)
    error = from_peer(refusal.code, refusal.detail)
    return error, max(error.retry_after_s, refusal.retry_after_s)


def refusal_of(error: YizhanError, *, node: str, at_ms: int, retry_after_s: int = 0) -> Refusal:
    """What to tell the peer about ``error``."""
    return Refusal(
        node=node,
        code=error.code,
        detail=error.detail[:300],
        at_ms=at_ms,
        retry_after_s=retry_after_s,
    )
