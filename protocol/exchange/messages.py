"""What two nodes say to each other in one exchange.

Parent and child use the same messages; only the opening differs (the child calls). Envelope,
Part and EditionNews are *items*: they are numbered from 1 in the order in which they are sent
in this exchange, and an Ack counts how many of them are committed to disk.

Source: docs/protocol.md section 8.
"""

from collections.abc import Iterable
from typing import ClassVar

from protocol.codec import Record
from protocol.errors.from_peer import is_code
from protocol.ids import DIGEST_BYTES, NONCE_BYTES, BlobId, BlobRef, NodeId
from protocol.limits import (
    MAX_BLOB_BYTES,
    MAX_COUNT,
    MAX_EDITION_BYTES,
    MAX_ENVELOPE_BYTES,
    MAX_FRAME_BYTES,
    MAX_HEARD,
    MAX_MARK_BYTES,
    MAX_PAUSE_S,
    MAX_PROGRAM_CHARS,
    MAX_ROAMING_REPORT_BYTES,
    MAX_ROAMING_REPORTS,
    MAX_TIME_BYTES,
    OFFER_IDS,
    PART_BYTES,
)
from protocol.trust.edition import Kind
from protocol.trust.reports.health import Heard

PREFIX_BYTES = 8  # of an id, where a whole one would only cost bytes
BLOB_NAME_BYTES = NONCE_BYTES + PREFIX_BYTES  # the node whose blob it is, then of its id


def blob_name(ref: BlobRef) -> bytes:
    """How an Offer names a blob."""
    return bytes.fromhex(ref.origin) + ref.blob[:PREFIX_BYTES]


def _require_counts(numbers: Iterable[int]) -> None:
    if any(not 0 <= number < MAX_COUNT for number in numbers):
        raise ValueError("count")


class Hello(
    Record,
    frozen=True,
    kw_only=True,
    rename={
        "versions": "v",
        "instance": "i",
        "exchange": "x",
        "seen": "s",
        "roster": "r",
        "release": "c",
        "county": "o",
        "time_ms": "t",
        "time_n": "n",
        "time": "w",
        "linger_s": "l",
        "mark": "m",
        "roaming_reports": "p",
        "heard": "h",
        "program": "g",
    },
):
    """First message of each side: who I am, and what I hold."""

    TAG: ClassVar[int] = 1

    versions: tuple[int, ...] = (1,)  # of the protocol, that I can speak
    instance: bytes  # 8 bytes: this life of my database
    exchange: bytes = b""  # child: 8 bytes that it has chosen; the parent answers and says none
    seen: tuple[bytes, int] | None = None  # an earlier exchange: how many of your items I hold
    roster: int = 0  # version that I hold
    release: int = 0
    county: bytes = b""  # newest county instance that I have heard of, 8 bytes
    time_ms: int = 0  # parent: its own clock, UTC; a hint for budgets, never more
    time_n: int | None = None  # number of the county's time that I hold; of a parent None: as yours
    time: bytes = b""  # Signed[TimeStatement], if the peer's number is lower
    linger_s: int = 0  # child: how long it will keep a silent exchange open
    mark: bytes = b""  # child: the county's signed word with the highest number, under ``county``
    roaming_reports: tuple[
        bytes, ...
    ] = ()  # child: signed words of stations that exchange with it, or own
    heard: tuple[Heard, ...] = ()  # child: how it and the nodes that call it are doing
    program: str = ""  # version of the program: a newer one may take what an older one refused

    def __post_init__(self) -> None:
        """Refuse lengths and numbers that no honest program sends."""
        exchange, items = self.seen or (self.exchange, 0)
        own = self.exchange or self.instance
        names = (self.instance, own, exchange or own, self.county or self.instance)
        numbers = (items, self.roster, self.release, self.time_n or 0)
        if (
            any(len(name) != NONCE_BYTES for name in names)
            or any(not 0 <= number < MAX_COUNT for number in numbers)
            or not 0 <= self.linger_s <= MAX_PAUSE_S
            or len(self.mark) > MAX_MARK_BYTES
            or len(self.time) > MAX_TIME_BYTES
            or len(self.roaming_reports) > MAX_ROAMING_REPORTS
            or any(
                len(roaming_report) > MAX_ROAMING_REPORT_BYTES
                for roaming_report in self.roaming_reports
            )
            or len(self.heard) > MAX_HEARD
            or len(self.program) > MAX_PROGRAM_CHARS
        ):
            raise ValueError("hello")


class Offer(Record, frozen=True, kw_only=True):
    """Which of these do you hold? Sent before pushing again what may have arrived before."""

    TAG: ClassVar[int] = 2

    envelopes: tuple[bytes, ...] = ()  # first 8 bytes of each id
    blobs: tuple[bytes, ...] = ()  # the origin of each, 8 bytes, and the first 8 of its id

    def __post_init__(self) -> None:
        """Refuse an offer over the limit, or of ids that could mean anything."""
        if (
            len(self.envelopes) + len(self.blobs) > OFFER_IDS
            or any(len(prefix) != PREFIX_BYTES for prefix in self.envelopes)
            or any(len(name) != BLOB_NAME_BYTES for name in self.blobs)
        ):
            raise ValueError("offer")


class Want(Record, frozen=True, kw_only=True):
    """Answer to an Offer, in its order."""

    TAG: ClassVar[int] = 3

    have_envelopes: bytes = b""  # one byte each: 1 if I hold it
    have_blob_bytes: tuple[int, ...] = ()  # contiguous bytes that I hold of each blob

    def __post_init__(self) -> None:
        """Refuse numbers that no honest program sends."""
        _require_counts(self.have_blob_bytes)


class EnvelopeItem(Record, frozen=True, kw_only=True):
    """One envelope, whole."""

    TAG: ClassVar[int] = 4

    wire: bytes

    def __post_init__(self) -> None:
        """Refuse an envelope over the limit."""
        if len(self.wire) > MAX_ENVELOPE_BYTES:
            raise ValueError("envelope")


class Part(Record, frozen=True, kw_only=True):
    """A piece of a blob."""

    TAG: ClassVar[int] = 5

    origin: bytes = b""  # node whose blob it is, 8 bytes; empty: the body of an edition
    blob: bytes  # 32 bytes
    size: int  # of the whole blob, in bytes
    offset: int
    data: bytes

    def __post_init__(self) -> None:
        """Refuse a piece that does not lie inside its blob."""
        if (
            len(self.blob) != DIGEST_BYTES
            or len(self.origin) not in (0, NONCE_BYTES)
            or not 0 < len(self.data) <= PART_BYTES
            or not 0 <= self.offset <= self.size - len(self.data)
            or self.size > MAX_BLOB_BYTES
        ):
            raise ValueError("part")

    @property
    def ref(self) -> BlobRef:
        """Which blob it is of."""
        return BlobRef(NodeId(self.origin.hex()), BlobId(self.blob))


class EditionNews(Record, frozen=True, kw_only=True):
    """A newer roster or release, as changes from a version that the child holds.

    The changes stand in ``body`` if they are small; else ``blob`` and ``size`` name them and
    they follow as Parts.
    """

    TAG: ClassVar[int] = 6

    kind: Kind
    version: int
    base: int  # version that the changes start from; 0 is nothing
    proof: bytes
    body: bytes = b""
    blob: bytes = b""
    size: int = 0

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not 0 <= self.base < self.version < MAX_COUNT or bool(self.body) == bool(self.blob):
            raise ValueError("edition")
        if self.blob and (len(self.blob) != DIGEST_BYTES or not 0 < self.size <= MAX_EDITION_BYTES):
            raise ValueError("edition")


class Ack(Record, frozen=True, kw_only=True):
    """Your items up to this number are on my disk; those named were refused for good."""

    TAG: ClassVar[int] = 7

    upto: int
    refused: tuple[tuple[int, str], ...] = ()  # item number, error code

    def __post_init__(self) -> None:
        """Refuse numbers that no honest program sends, and text in place of a code."""
        _require_counts((self.upto, *(number for number, _ in self.refused)))
        if not all(is_code(code) for _, code in self.refused):
            raise ValueError("code")


class Idle(Record, frozen=True, kw_only=True, rename={"sent": "s", "got": "g"}):
    """I have nothing more to send just now, and everything that came is on my disk."""

    TAG: ClassVar[int] = 8

    sent: int  # items that I have sent
    got: int  # items that I have got

    def __post_init__(self) -> None:
        """Refuse numbers that no honest program sends."""
        _require_counts((self.sent, self.got))


class Bye(Record, frozen=True, kw_only=True):
    """I stop here; call again after the pause. What is not acknowledged stays with its sender."""

    TAG: ClassVar[int] = 9

    code: str
    retry_after_s: int = 0

    def __post_init__(self) -> None:
        """Refuse a pause that no honest program asks for, and text in place of a code."""
        if not 0 <= self.retry_after_s <= MAX_PAUSE_S or not (not self.code or is_code(self.code)):
            raise ValueError("bye")


Message = Hello | Offer | Want | EnvelopeItem | Part | EditionNews | Ack | Idle | Bye
Item = EnvelopeItem | Part | EditionNews


def content_bytes(item: Item) -> int:
    """Bytes that an item carries: what counts for windows, budgets and buffers."""
    match item:
        case EnvelopeItem(wire=wire):
            return len(wire)
        case Part(data=data):
            return len(data)
        case EditionNews(proof=proof, body=body):
            return len(proof) + len(body)


KINDS: dict[int, type[Message]] = {
    kind.TAG: kind for kind in (Hello, Offer, Want, EnvelopeItem, Part, EditionNews, Ack, Idle, Bye)
}
INLINE_BYTES = MAX_FRAME_BYTES - 20 * 1024  # of an edition's changes; a proof takes the rest
