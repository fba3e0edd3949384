"""Notices: a node's signed word that an item is stuck with it. It informs and settles nothing.

Source: docs/protocol.md section 6.
"""

from collections.abc import Callable

from protocol.codec import Record, unpack
from protocol.envelope.keys import Context, Publics, Signed, Signer, sign_record, verify
from protocol.errors.from_peer import is_code
from protocol.ids import DIGEST_BYTES, NONCE_BYTES, NodeId
from protocol.limits import MAX_COUNT, MAX_NOTICE_BYTES


class Notice(Record, frozen=True, kw_only=True):
    """An envelope, or one of its blobs, that does not get on."""

    node: bytes  # who says so, 8 bytes
    origin: bytes  # whose item it is, 8 bytes
    item: bytes  # envelope id; with ``blob`` a blob id
    blob: bool = False
    incarnation: bytes = b""  # of the envelope, where that is known
    seq: int = 0
    code: str  # of protocol/errors
    at_ms: int  # by that node's clock

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        names = (self.node, self.origin, self.incarnation or self.node)
        if (
            any(len(name) != NONCE_BYTES for name in names)
            or len(self.item) != DIGEST_BYTES
            or bool(self.incarnation) != bool(self.seq)
            or not is_code(self.code)
            or any(not 0 <= number < MAX_COUNT for number in (self.seq, self.at_ms))
        ):
            raise ValueError("notice")

    @property
    def by(self) -> NodeId:
        """Who says so."""
        return NodeId(self.node.hex())

    @property
    def station(self) -> NodeId:
        """Whose item it is."""
        return NodeId(self.origin.hex())


def sign_notice(signer: Signer, notice: Notice) -> bytes:
    """A notice that proves itself."""
    return sign_record(signer, Context.NOTICE, notice)


def read_notice(signed: bytes, key_of: Callable[[NodeId], Publics | None]) -> Notice:
    """The notice in ``signed``, after the signature of the node that it names was checked.

    Args:
        key_of: the signing key of a node, None if it has none; as a roster knows it.

    Raises:
        SignatureError, MalformedError, TooLargeError: not a notice by that node.
    """
    outer = unpack(signed, Signed, limit=MAX_NOTICE_BYTES)
    notice = unpack(outer.body, Notice, limit=MAX_NOTICE_BYTES)
    verify(key_of(notice.by) or b"", Context.NOTICE, outer.body, outer.signature)
    return notice
