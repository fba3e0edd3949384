"""What may follow an application: one subject each, with what is said of it.

A subject holds no ids, keys or files, but for the circular that one confirms: it is the same at
the desk, on the wire, and in what a county shows. Who says it, of which application, when, and
with which files stands around it (protocol.envelope.payloads, FollowUp).

Source: docs/protocol.md section 6; docs/adr/0051-follow-ups.md.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from protocol.codec import Record
from protocol.errors.clerk import FollowUpWrongError
from protocol.limits import (
    MAX_COUNT,
    MAX_FILES,
    MAX_LACKING,
    MAX_NAME_CHARS,
    MAX_NOTE_CHARS,
    MAX_NUMBER_CHARS,
    MAX_PERSONS,
    MAX_REASON_CHARS,
    MAX_WAITING_CLERKS,
)
from protocol.records.taken_in import Mode, Page, wrong_pages
from protocol.records.texts import require_day, require_division, require_texts

LEVELS = 5  # of 好差评
_TWO = 2
_ID_BYTES = 16


class Delivered(StrEnum):
    """What was done with an answer of the county."""

    TOLD = "told"  # its content was said
    HANDED_OVER = "handed-over"  # the paper itself


class Way(StrEnum):
    """How somebody was told, or got it."""

    IN_PERSON = "in-person"
    AGENT = "agent"  # to whoever may collect
    TELEPHONE = "telephone"
    POST = "post"
    REFUSED = "refused"  # left there, before two witnesses or with a photo


class PosterState(StrEnum):
    """What was done with a poster."""

    PLACED = "placed"
    TAKEN_DOWN = "taken-down"


class LetterKind(StrEnum):
    """What somebody writes to the county."""

    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    MAILBOX = "mailbox"  # 县长信箱


class _Subject(Record, frozen=True, kw_only=True, tag_field="about"):
    """Base of all of them."""


class Supplement(_Subject, frozen=True, kw_only=True, tag="supplement"):
    """Papers that follow; they are the files beside it."""

    words: str = ""

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.words, MAX_NOTE_CHARS))


class Withdrawal(_Subject, frozen=True, kw_only=True, tag="withdrawal"):
    """The applicant takes the application back."""

    by: str  # who says so
    words: str = ""  # why

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.by, MAX_NAME_CHARS), least=1)
        require_texts((self.words, MAX_NOTE_CHARS))


class NewContact(_Subject, frozen=True, kw_only=True, tag="contact"):
    """Another telephone under which the applicant is reached."""

    phone: str
    name: str = ""  # whose it is; empty: the applicant's

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.phone, MAX_NUMBER_CHARS), least=1)
        require_texts((self.name, MAX_NAME_CHARS))


class Telling(_Subject, frozen=True, kw_only=True, tag="telling"):
    """Somebody was told an answer of the county, or got it."""

    what: Delivered
    way: Way
    person: str  # whom
    document: str = ""  # which, as it is called; empty: the result
    witnesses: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.person, MAX_NAME_CHARS), least=1)
        require_texts((self.document, MAX_NAME_CHARS))
        _require_persons(self.witnesses, least=0)


class Rating(_Subject, frozen=True, kw_only=True, tag="rating"):
    """What the applicant thinks of how it went (好差评)."""

    level: int  # 5 very satisfied, 4 satisfied, 3 fair, 2 not satisfied, 1 not at all
    words: str = ""

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.words, MAX_NOTE_CHARS))
        if not 1 <= self.level <= LEVELS:
            raise ValueError("level")


class Posting(_Subject, frozen=True, kw_only=True, tag="posting"):
    """A poster was put up in the village, or taken down."""

    what: PosterState
    place: str

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.place, MAX_NAME_CHARS), least=1)


class Objection(_Subject, frozen=True, kw_only=True, tag="objection"):
    """Somebody objects to what was made public."""

    words: str
    by: str = ""  # empty: without a name
    phone: str = ""

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.words, MAX_NOTE_CHARS), least=1)
        require_texts((self.by, MAX_NAME_CHARS), (self.phone, MAX_NUMBER_CHARS))


class Visit(_Subject, frozen=True, kw_only=True, tag="visit"):
    """The household was visited, by two people at least."""

    visitors: tuple[str, ...]
    words: str  # what they found

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.words, MAX_NOTE_CHARS), least=1)
        _require_persons(self.visitors, least=_TWO)


class Letter(_Subject, frozen=True, kw_only=True, tag="letter"):
    """Somebody writes to the county, perhaps about no application at all."""

    kind: LetterKind
    words: str
    by: str = ""  # empty: without a name
    phone: str = ""

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.words, MAX_NOTE_CHARS), least=1)
        require_texts((self.by, MAX_NAME_CHARS), (self.phone, MAX_NUMBER_CHARS))


class Advised(_Subject, frozen=True, kw_only=True, tag="advised"):
    """Somebody left without handing in, with everything that is missing on one paper (一次性告知).

    It is about no application, and names nobody: the county counts them by item and village.
    """

    item: str  # code
    lacking: tuple[str, ...] = ()  # each as it is called; none: only told where to go
    mode: Mode | None = None  # of the item
    doubts: tuple[str, ...] = ()  # what was asked and speaks against applying at all
    village: str = ""  # division code of the village served; empty: the station's own

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts(
            (self.item, MAX_NAME_CHARS),
            *((w, MAX_REASON_CHARS) for w in (*self.lacking, *self.doubts)),
            least=1,
        )
        require_division(self.village)
        if len(self.lacking) + len(self.doubts) > MAX_LACKING:
            raise ValueError("too many things that are missing")


class Confirmation(_Subject, frozen=True, kw_only=True, tag="confirmation"):
    """Whoever says so has read a circular of the county. It is about no application."""

    circular: bytes  # its id
    waiting: tuple[str, ...] = ()  # clerks of this desk who had not read it by then

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts(*((name, MAX_NAME_CHARS) for name in self.waiting), least=1)
        if len(self.circular) != _ID_BYTES or len(self.waiting) > MAX_WAITING_CLERKS:
            raise ValueError("id or clerks")


Subject = (
    Supplement
    | Withdrawal
    | NewContact
    | Telling
    | Rating
    | Posting
    | Objection
    | Visit
    | Letter
    | Advised
    | Confirmation
)
SUBJECTS: tuple[type[Subject], ...] = (
    Supplement,
    Withdrawal,
    NewContact,
    Telling,
    Rating,
    Posting,
    Objection,
    Visit,
    Letter,
    Advised,
    Confirmation,
)
WITHOUT_APPLICATION = (Letter, Advised, Confirmation)  # may be about none


class Said(Record, frozen=True, kw_only=True):
    """A subject, and who says so when."""

    subject: Subject
    at_ms: int = 0  # when it was, by the PC's best clock
    day: str = ""  # the same as the clerk said it, where that clock was not to be trusted
    clerk: str = ""
    pages: tuple[Page, ...] = ()  # of the files beside it

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.clerk, MAX_NAME_CHARS))
        if self.day:
            require_day(self.day)
        if not 0 <= self.at_ms < MAX_COUNT or len(self.pages) > MAX_FILES:
            raise ValueError("time or pages")


def subject_name(subject: Subject) -> str:
    """As the wire and the commands call it: withdrawal."""
    return str(subject.__struct_config__.tag)


def check_follow_up(said: Said, *, of_application: bool, materials: Sequence[str]) -> None:
    """Check what is said against what stands around it; one check, for station and county alike.

    Args:
        of_application: whether it names an application.
        materials: of each file beside it, the id of its material; empty: it is of none.

    Raises:
        FollowUpWrongError: everything that does not fit is named.
    """
    wrong = [
        *_wrong_clerk(said),
        *_wrong(said.subject, of_application=of_application, files=len(materials)),
        *wrong_pages(said.pages, materials),
    ]
    if wrong:
        raise FollowUpWrongError("；".join(wrong))


def _wrong_clerk(said: Said) -> Iterator[str]:
    if isinstance(said.subject, Confirmation) and not said.clerk:
        yield "通知要写明是谁看过"


def _wrong(subject: Subject, *, of_application: bool, files: int) -> Iterator[str]:
    if not of_application and not isinstance(subject, WITHOUT_APPLICATION):
        yield "没有写明是哪一件申请"
    if of_application and isinstance(subject, Advised):
        yield "一次性告知不写申请"
    if of_application and isinstance(subject, Confirmation):
        yield "看过通知不写申请"
    if isinstance(subject, Supplement) and not files:
        yield "补交材料没有附件"
    if isinstance(subject, Telling):
        yield from _wrong_telling(subject, files)


def _wrong_telling(subject: Telling, files: int) -> Iterator[str]:
    if subject.way is Way.REFUSED and len(subject.witnesses) < _TWO and not files:
        yield "拒收要有两名见证人，或附照片"
    if subject.way is Way.TELEPHONE and subject.what is Delivered.HANDED_OVER:
        yield "电话不能送达文书，只能告知"


def _require_persons(names: tuple[str, ...], *, least: int) -> None:
    require_texts(*((name, MAX_NAME_CHARS) for name in names), least=1)
    if not least <= len(names) <= MAX_PERSONS or len(set(names)) < len(names):
        raise ValueError("persons")
