"""What the registrar signs beside rosters, with the root's delegation beside it.

Whoever knows the root can check it, whether or not it has heard of this registrar before.

Source: docs/protocol.md section 10.1.
"""

from protocol.codec import Record, Wrapper, pack, unpack
from protocol.envelope.keys import Context, Signer, open_signed, sign_record
from protocol.trust.roster import Delegation

_DELEGATION_BYTES = 4096


class ProvedRecord(Wrapper, frozen=True, kw_only=True, array_like=True):
    """``[delegation by the root, record signed by the registrar]``."""

    delegation: bytes
    signed: bytes


def prove(delegation: bytes, registrar: Signer, context: Context, record: Record) -> bytes:
    """``record`` packed once and signed, as it is stored and sent ever after."""
    return pack(ProvedRecord(delegation=delegation, signed=sign_record(registrar, context, record)))


def open_proved(root: bytes, context: Context, data: bytes, *, limit: int) -> bytes:
    """The packed record, after both signatures were checked.

    Raises:
        SignatureError: not by a registrar of this root.
        MalformedError, TooLargeError: nothing of this kind.
    """
    parts = unpack(data, ProvedRecord, limit=limit)
    body = open_signed(root, Context.REGISTRAR, parts.delegation, limit=_DELEGATION_BYTES)
    registrar = unpack(body, Delegation).registrar
    return open_signed(registrar, context, parts.signed, limit=limit)
