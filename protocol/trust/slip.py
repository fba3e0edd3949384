"""The slip: a station's signed word that it has taken an application in, short enough for paper.

It proves that this station sealed this envelope, for this item, under this number, at what its
clock said; and nothing of what became of it. It names nobody.

Source: docs/protocol.md section 9.8.
"""

from collections.abc import Callable

from protocol.codec import Record
from protocol.envelope.keys import Context, Publics, Signer, sign_record
from protocol.errors import PeerError
from protocol.errors.slips import SlipForgedError, SlipTypedError, SlipUnknownError
from protocol.ids import DIGEST_BYTES, DIVISION_DIGITS, NONCE_BYTES, NodeId
from protocol.limits import MAX_NAME_CHARS, MAX_NUMBER_CHARS, MAX_SLIP_BYTES, MAX_TIME_MS
from protocol.trust.reports.signed_report import open_word
from protocol.trust.typed_rows import GROUP, MARK, read_rows, typed_rows

_APPLICATION_BYTES = 16


class Slip(Record, frozen=True, kw_only=True, array_like=True):
    """That a station took an application in."""

    station: bytes  # 8 bytes
    division: str  # of the station, 12 digits
    application: bytes  # 16 bytes
    envelope: bytes  # 32 bytes: SHA-256 of its signed bytes, which every node on the way knows
    item: str
    at_ms: int  # by the station's clock
    number: str = ""  # as the citizen was told it; empty: the station had none

    def __post_init__(self) -> None:
        """Refuse what no honest program signs."""
        if (
            len(self.station) != NONCE_BYTES
            or len(self.application) != _APPLICATION_BYTES
            or len(self.envelope) != DIGEST_BYTES
            or len(self.division) != DIVISION_DIGITS
            or not 0 < len(self.item) <= MAX_NAME_CHARS
            or not 0 <= self.at_ms <= MAX_TIME_MS
            or len(self.number) > MAX_NUMBER_CHARS
        ):
            raise ValueError("slip")

    @property
    def reporter(self) -> NodeId:
        """Whose word it is."""
        return NodeId(self.station.hex())


def signed_rows(signer: Signer, slip: Slip) -> list[str]:
    """Signed[Slip], context SLIP, in rows to be printed; the same each time."""
    return typed_rows(sign_record(signer, Context.SLIP, slip))


def scanned_text(rows: list[str]) -> str:
    """What the QR code of such rows says."""
    return MARK + "".join(rows)


def grouped(row: str) -> str:
    """A row as it is printed: in groups of five."""
    return " ".join(row[at : at + GROUP] for at in range(0, len(row), GROUP))


def read_slip(text: str, key_of: Callable[[NodeId], Publics | None]) -> Slip:
    """What a slip says, scanned or typed, after the signature of its station was checked.

    Args:
        key_of: the keys that a station may have signed with; None or none: it is not known.

    Raises:
        SlipTypedError: it was mistyped, or is no slip.
        SlipUnknownError: its station is not known.
        SlipForgedError: that station did not sign it.
    """
    word, asked = read_rows(text), list[NodeId]()

    def key(node: NodeId) -> Publics | None:
        asked.append(node)
        return key_of(node) or None

    try:
        return open_word(word, Slip, key, context=Context.SLIP, limit=MAX_SLIP_BYTES)
    except PeerError:
        if not asked:
            raise SlipTypedError from None
        error = SlipForgedError if key_of(asked[0]) else SlipUnknownError
        raise error(asked[0]) from None
