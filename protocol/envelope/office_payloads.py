"""What a county and an office of a township say to each other about cases.

Events are bytes here: what they mean stands in protocol.casework, which stands on this.

Source: docs/protocol.md section 6; docs/casework.md, "Township offices".
"""

from collections.abc import Mapping

from protocol.codec import Record
from protocol.envelope.attachments import Attachment, check_attachments
from protocol.ids import NONCE_BYTES
from protocol.limits import (
    MAX_CODE_CHARS,
    MAX_COUNT,
    MAX_ENTRY_BYTES,
    MAX_FORM_BYTES,
    MAX_NAME_CHARS,
    MAX_NOTE_CHARS,
    MAX_NUMBER_CHARS,
    MAX_OFFICE_EVENTS,
)
from protocol.records.followups import Said
from protocol.records.taken_in import TakenIn
from protocol.records.texts import require_texts

_APPLICATION_BYTES = 16
_XWING_BYTES, _X25519_BYTES = 1216, 32


class OfficeRequest(Record, frozen=True, kw_only=True, tag="office-request"):
    """Hub to county: this is to be the key of my township's office."""

    xwing: bytes  # suite 1, 1,216 bytes
    x25519: bytes  # suite 2, 32 bytes
    name: str = ""  # who asks
    at_ms: int = 0  # by the county's time; 0: the hub did not know it

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.name, MAX_NAME_CHARS))
        if len(self.xwing) != _XWING_BYTES or len(self.x25519) != _X25519_BYTES:
            raise ValueError("key")
        if not 0 <= self.at_ms < MAX_COUNT:
            raise ValueError("time")


class OfficeApproved(Record, frozen=True, kw_only=True, tag="office-approved"):
    """County to office: cases are sealed for this key from now on."""

    key: bytes  # name of its X-Wing key, 8 bytes

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.key) != NONCE_BYTES:
            raise ValueError("key")


class OfficeMessage(Record, frozen=True, kw_only=True):
    """Base of what is said about one case in one turn of an office."""

    station: bytes  # node id, 8 bytes
    application: bytes
    turn: int  # number of the event that gave the case to the office

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.station) != NONCE_BYTES or len(self.application) != _APPLICATION_BYTES:
            raise ValueError("case")
        if not 1 < self.turn < MAX_COUNT:
            raise ValueError("turn")


class OfficeCase(OfficeMessage, frozen=True, kw_only=True, tag="office-case"):
    """County to office: this case is yours to go on with."""

    case: str  # number
    given: str = ""  # number on the citizen's slip; empty: none
    item: str
    release: int
    entry: bytes  # of the release: the item, as it counts for this case
    library: Mapping[str, bytes] = {}  # entries of the same release that it uses
    form: str  # JSON text of an object
    taken: TakenIn | None = None
    events: tuple[bytes, ...]  # its log, from the first to that of the turn
    due: str = ""  # the handler's last day or minute, as the county counts; empty: no limit runs
    attachments: tuple[Attachment, ...] = ()  # under keys of their own

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        super().__post_init__()
        require_texts((self.case, MAX_NUMBER_CHARS), (self.item, MAX_NAME_CHARS), least=1)
        require_texts((self.given, MAX_NUMBER_CHARS), (self.due, MAX_NUMBER_CHARS))
        if len(self.events) != self.turn or self.turn > MAX_OFFICE_EVENTS or self.release < 0:
            raise ValueError("events")
        entries = (self.entry, *self.library.values())
        if len(self.form) > MAX_FORM_BYTES or any(len(one) > MAX_ENTRY_BYTES for one in entries):
            raise ValueError("form or item")
        check_attachments(self.attachments)


class OfficeEvents(OfficeMessage, frozen=True, kw_only=True, tag="office-events"):
    """Office to county: what it did, from the first that the county has not confirmed.

    None: it only asks how far the county has it.
    """

    first: int  # number of the first one in the log
    events: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        super().__post_init__()
        if not (self.turn < self.first < MAX_COUNT and len(self.events) <= MAX_OFFICE_EVENTS):
            raise ValueError("events")


class OfficeAnswer(OfficeMessage, frozen=True, kw_only=True, tag="office-answer"):
    """County to office: how far its events stand in the log, and whether its turn goes on."""

    upto: int  # number of the last event of this turn in the county's log
    over: bool = False  # the turn has ended: nothing more of it is taken
    code: str = ""  # why something was not taken; empty: all was
    words: str = ""  # the same for people

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        super().__post_init__()
        require_texts((self.code, MAX_CODE_CHARS), (self.words, MAX_NOTE_CHARS))
        if not self.turn <= self.upto < MAX_COUNT:
            raise ValueError("upto")


class OfficeNews(OfficeMessage, frozen=True, kw_only=True, tag="office-news"):
    """County to office: this came for a case of yours; it changes nothing in its log."""

    ref: str  # id of the follow-up in hex, or number of the case that came beside this one
    said: Said | None = None  # what followed; None: another application did
    came_ms: int  # to the county
    attachments: tuple[Attachment, ...] = ()  # under keys of their own

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        super().__post_init__()
        require_texts((self.ref, MAX_NUMBER_CHARS), least=1)
        if not 0 <= self.came_ms < MAX_COUNT:
            raise ValueError("time")
        check_attachments(self.attachments)


class OfficeErase(OfficeMessage, frozen=True, kw_only=True, tag="office-erase"):
    """County to office: nothing of this case is to be left with you."""


OfficeAsked = OfficeRequest | OfficeEvents
OfficeTold = OfficeApproved | OfficeCase | OfficeAnswer | OfficeNews | OfficeErase
OFFICE_KINDS: dict[str, type[OfficeAsked | OfficeTold]] = {
    "office-request": OfficeRequest,
    "office-events": OfficeEvents,
    "office-approved": OfficeApproved,
    "office-case": OfficeCase,
    "office-answer": OfficeAnswer,
    "office-news": OfficeNews,
    "office-erase": OfficeErase,
}
