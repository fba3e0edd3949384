"""What is sealed inside an envelope: an application, a receipt, a decision, a rejection.

Source: docs/protocol.md section 6.
"""

from enum import Enum

from protocol.codec import Record, pack, unpack, unpack_plain
from protocol.envelope.attachments import Attachment as Attachment  # noqa: PLC0414 - a part of these
from protocol.envelope.attachments import check_attachments
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.desk_payloads import DeskRelease, DeskRequest
from protocol.envelope.keys import Context, Publics, Signer, open_signed, sign_record
from protocol.envelope.number_payloads import NumberReport, Numbers
from protocol.envelope.office_payloads import OFFICE_KINDS, OfficeAsked, OfficeTold
from protocol.envelope.publicity_payloads import Publicity
from protocol.errors import MalformedError, NeedsNewerError
from protocol.ids import DIGEST_BYTES, NONCE_BYTES
from protocol.limits import (
    MAX_CERTIFICATE_BYTES,
    MAX_COUNT,
    MAX_FAULTS,
    MAX_FORM_BYTES,
    MAX_INQUIRY_IDS,
    MAX_MARK_BYTES,
    MAX_NAME_CHARS,
    MAX_NOTE_CHARS,
    MAX_NOTICES,
    MAX_NUMBER_CHARS,
    MAX_PLAINTEXT_BYTES,
    MAX_TELLING_DAYS,
)
from protocol.records.corrections import FieldFault
from protocol.records.followups import Said
from protocol.records.taken_in import TakenIn
from protocol.records.texts import require_counted, require_day, require_texts

_APPLICATION_BYTES = 16
_SHOWN_CHARS = 60  # of a name from outside


class Application(Record, frozen=True, kw_only=True, tag="application"):
    """Station to county: what the clerk filled in for a citizen."""

    application: bytes  # 16 bytes, made with the draft: the second key against duplicates
    item: str
    release: int  # catalogue release under which it was filled in
    form: str  # JSON text of an object
    attachments: tuple[Attachment, ...] = ()
    corrects: bytes = b""  # the application that was returned and that this one answers
    since: str = ""  # day of what was planned in the release and counted by then; empty: nothing
    number: str = ""  # of a block, as it was given to the citizen; empty: the station had none
    supersedes: bytes = b""  # an earlier version that this one replaces, unasked by the county
    taken: TakenIn | None = None  # how it was taken in; None: nothing was said

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if self.since:
            require_day(self.since)
        if len(self.application) != _APPLICATION_BYTES or self.release < 1:
            raise ValueError("application id or release")
        for before in (self.corrects, self.supersedes):
            if before and (len(before) != _APPLICATION_BYTES or before == self.application):
                raise ValueError("application id or release")
        if self.corrects and self.supersedes:
            raise ValueError("it answers a correction, or replaces an earlier version")
        if len(self.form) > MAX_FORM_BYTES or len(self.item) > MAX_NAME_CHARS:
            raise ValueError("form or item")
        if len(self.number) > MAX_NUMBER_CHARS:
            raise ValueError("number")
        check_attachments(self.attachments)


class FollowUp(Record, frozen=True, kw_only=True, tag="follow-up"):
    """Station to county: what follows an application, or a letter about none."""

    follow_up: bytes  # 16 bytes, made with it: the second key against duplicates
    said: Said
    application: bytes = b""  # empty: a letter about none
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.follow_up) != _APPLICATION_BYTES or self.follow_up == self.application:
            raise ValueError("follow-up id")
        if len(self.application) not in (0, _APPLICATION_BYTES):
            raise ValueError("application id")
        check_attachments(self.attachments)


class Inquiry(Record, frozen=True, kw_only=True, tag="inquiry"):
    """Station to county: say again how far these have got, and what was said since then."""

    envelopes: tuple[bytes, ...] = ()  # ids of its own that seem to be stuck
    since_ms: int = 0  # by the county's clock: what was told later may be lost; 0: nothing is

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if (
            len(self.envelopes) > MAX_INQUIRY_IDS
            or any(len(envelope) != DIGEST_BYTES for envelope in self.envelopes)
            or not 0 <= self.since_ms < MAX_COUNT
        ):
            raise ValueError("inquiry")


class Renewal(Record, frozen=True, kw_only=True, tag="renewal"):
    """Node to county: these are to be my keys from now on."""

    request: bytes  # Signed[RenewalRequest], context RENEWAL, by the new signing key


class Recertify(Record, frozen=True, kw_only=True, tag="recertify"):
    """Node to county: my certificate is of another TLS authority than the one in use."""


class Renewed(Record, frozen=True, kw_only=True, tag="renewed"):
    """County to node: the certificate for the keys that the roster names as yours."""

    certificate: bytes  # DER

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not 0 < len(self.certificate) <= MAX_CERTIFICATE_BYTES:
            raise ValueError("certificate")


class Receipt(Record, frozen=True, kw_only=True, tag="receipt"):
    """County to station: a signed statement, so that it proves itself outside its envelope."""

    statement: bytes  # Signed[Statement], context RECEIPT
    mark: bytes = b""  # Signed[Mark], context MARK; a county without it can't be told set back


class ReceiptState(Enum):
    """How far an application has got."""

    RECEIVED = "received"  # the form is on the county's disk
    COMPLETE = "complete"  # and so are all blobs
    SAFE = "safe"  # and all of it is in a finished backup


class ReceiptLine(Record, frozen=True, kw_only=True):
    """One envelope, and what the county says of it."""

    envelope: bytes  # 32 bytes
    state: ReceiptState
    number: int  # receipt number, from 1 in each county instance
    case: str = ""  # case number; on a duplicate, that of the first
    duplicate: bool = False  # the same application came in another envelope before
    at_ms: int = 0  # when it was received, where the statement is of a later time

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.envelope) != DIGEST_BYTES or not 0 < self.number < MAX_COUNT:
            raise ValueError("receipt line")
        if not 0 <= self.at_ms < MAX_COUNT:
            raise ValueError("time")


class Statement(Record, frozen=True, kw_only=True):
    """What the county signs over."""

    county: bytes  # node id, 8 bytes
    instance: bytes  # county instance, 8 bytes
    at_ms: int  # UTC, by the county's clock: the legal time of receipt
    lines: tuple[ReceiptLine, ...]

    def __post_init__(self) -> None:
        """Refuse a time that no honest program names."""
        if not 0 <= self.at_ms < MAX_COUNT:
            raise ValueError("time")


class Mark(Record, frozen=True, kw_only=True, array_like=True):
    """The county's signed word that it has given out receipts up to a number.

    Whoever holds one shows it in its Hello. A county that is shown a number above its own was
    set back: it proves so, and nobody but the county can make one.
    """

    county: bytes  # node id, 8 bytes
    instance: bytes  # county instance, 8 bytes
    number: int  # receipt number

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        names = (self.county, self.instance)
        if any(len(name) != NONCE_BYTES for name in names) or not 0 < self.number < MAX_COUNT:
            raise ValueError("mark")


class Outcome(Enum):
    """What was decided."""

    APPROVED = "approved"
    REFUSED = "refused"
    CORRECTION = "correction"  # returned, to be corrected and handed in again
    ENDED = "ended"  # nothing is decided any more: taken back, lapsed, passed on, without purpose
    RESUMED = "resumed"  # what was told before does not stand any more; it is worked on again


class Answer(Record, frozen=True, kw_only=True, tag="answer"):
    """County to station: the answer to a letter."""

    follow_up: bytes  # of the letter
    words: str
    n: int  # in the same count as decisions: of two, the higher one stands
    at_ms: int  # to show

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.follow_up) != _APPLICATION_BYTES:
            raise ValueError("follow-up id")
        if not 0 < len(self.words) <= MAX_NOTE_CHARS:
            raise ValueError("words")
        require_counted(self.n, self.at_ms)


class Document(Record, frozen=True, kw_only=True, tag="document"):
    """County to station: a document of one step of a case, for the citizen."""

    application: bytes
    case: str
    name: str  # as it is called: 受理通知书
    note: str  # for the citizen
    n: int  # in the same count as decisions; each document has its own
    at_ms: int  # when it was issued
    days: int = 0  # working days after that in which the citizen must be told; 0: not said
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.name, MAX_NAME_CHARS), least=1)
        require_texts((self.note, MAX_NOTE_CHARS), (self.case, MAX_NUMBER_CHARS))
        if len(self.application) != _APPLICATION_BYTES or not 0 <= self.days <= MAX_TELLING_DAYS:
            raise ValueError("application id or days")
        require_counted(self.n, self.at_ms)
        check_attachments(self.attachments)


class Decision(Record, frozen=True, kw_only=True, tag="decision"):
    """County to station: the answer to an application."""

    application: bytes
    case: str
    outcome: Outcome
    note: str
    n: int  # the county's count of results, over restores too: of two, the higher one stands
    at_ms: int  # to show
    attachments: tuple[Attachment, ...] = ()
    faults: tuple[FieldFault, ...] = ()  # of a correction: what is to be corrected where
    until: str = ""  # of a correction: the last day for it; empty: none is named

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if (self.faults or self.until) and self.outcome is not Outcome.CORRECTION:
            raise ValueError("faults or a day of what is no correction")
        if self.until:
            require_day(self.until)
        if len(self.faults) > MAX_FAULTS:
            raise ValueError("faults")
        if len(self.application) != _APPLICATION_BYTES or len(self.note) > MAX_NOTE_CHARS:
            raise ValueError("application id or note")
        require_counted(self.n, self.at_ms)
        check_attachments(self.attachments)


class Rejection(Record, frozen=True, kw_only=True, tag="rejection"):
    """County to station: the county could not take an envelope, and why."""

    envelope: bytes
    code: str  # of protocol/errors.py
    detail: str
    n: int  # in the same count as decisions
    at_ms: int  # to show
    application: bytes = b""  # where it could be opened: a replaced PC knows no envelope of the old

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.envelope) != DIGEST_BYTES:
            raise ValueError("rejection")
        require_counted(self.n, self.at_ms)
        if len(self.application) not in (0, _APPLICATION_BYTES):
            raise ValueError("application id")


class Notices(Record, frozen=True, kw_only=True, tag="notices"):
    """Hub to county, county to station: items that do not get on, and who says so."""

    signed: tuple[bytes, ...]  # each a Signed[Notice], context NOTICE (trust/reports/notice.py)

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not 0 < len(self.signed) <= MAX_NOTICES:
            raise ValueError("notices")


Asked = Inquiry | Renewal | Recertify | Notices | NumberReport | DeskRequest | OfficeAsked
"""What nodes below ask of the county."""
Told = (
    Renewed
    | Receipt
    | Decision
    | Document
    | Rejection
    | Answer
    | Numbers
    | DeskRelease
    | Publicity
    | Circular
    | OfficeTold
)
"""What the county tells nodes below."""
Payload = Application | FollowUp | Asked | Told
KINDS: dict[str, type[Payload]] = {
    "application": Application,
    "follow-up": FollowUp,
    "answer": Answer,
    "inquiry": Inquiry,
    "renewal": Renewal,
    "recertify": Recertify,
    "renewed": Renewed,
    "receipt": Receipt,
    "decision": Decision,
    "document": Document,
    "rejection": Rejection,
    "notices": Notices,
    "number-report": NumberReport,
    "numbers": Numbers,
    "desk-request": DeskRequest,
    "desk-release": DeskRelease,
    "publicity": Publicity,
    "circular": Circular,
    **OFFICE_KINDS,
}


def payload_bytes(payload: Payload) -> bytes:
    """A payload as it is sealed."""
    return pack(payload)


def read_payload(data: bytes) -> Payload:
    """The payload of an opened envelope.

    Raises:
        NeedsNewerError: of a kind that this program does not know, or with a field that it must.
        MalformedError: not a payload of this protocol.
    """
    plain = unpack_plain(data, limit=MAX_PLAINTEXT_BYTES)
    name = plain.get("type") if isinstance(plain, dict) else None
    if not isinstance(name, str):
        raise MalformedError("a payload without a type")
    kind = KINDS.get(name)
    if kind is None:
        raise NeedsNewerError(f"a payload of type {name[:_SHOWN_CHARS]!r}")
    return unpack(data, kind, limit=MAX_PLAINTEXT_BYTES)


def sign_statement(signer: Signer, statement: Statement) -> Receipt:
    """The receipt that carries ``statement``."""
    return Receipt(statement=sign_record(signer, Context.RECEIPT, statement))


def sign_receipt(signer: Signer, statement: Statement) -> Receipt:
    """The same, with the mark of its highest number: as a county sends it."""
    number = max((line.number for line in statement.lines), default=0)
    if not number:
        return sign_statement(signer, statement)
    mark = Mark(county=statement.county, instance=statement.instance, number=number)
    return Receipt(
        statement=sign_statement(signer, statement).statement,
        mark=sign_record(signer, Context.MARK, mark),
    )


def open_statement(county_signing: Publics, receipt: Receipt) -> Statement:
    """The statement of a receipt, after its signature was checked.

    Raises:
        SignatureError, MalformedError, TooLargeError: not a statement by this county.
    """
    body = open_signed(
        county_signing, Context.RECEIPT, receipt.statement, limit=MAX_PLAINTEXT_BYTES
    )
    return unpack(body, Statement, limit=MAX_PLAINTEXT_BYTES)


def open_mark(county_signing: Publics, mark: bytes) -> Mark:
    """What ``mark`` proves, after its signature was checked.

    Raises:
        SignatureError, MalformedError, TooLargeError: not a mark of this county.
    """
    body = open_signed(county_signing, Context.MARK, mark, limit=MAX_MARK_BYTES)
    return unpack(body, Mark, limit=MAX_MARK_BYTES)
