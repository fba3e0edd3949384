"""What the vault keeps of the county's answer to an application."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.envelope.circular_payloads import Circular
from protocol.envelope.payloads import Answer, Attachment, Decision, Document, Rejection
from protocol.envelope.publicity_payloads import Publicity
from protocol.records.corrections import FieldFault
from protocol.records.publicity import Poster


def result_context(application: str) -> str:
    """Under which a result stands in the vault."""
    return f"result/{application}"


def answer_context(letter: str) -> str:
    """Under which the answer to a letter stands in the vault."""
    return f"answer/{letter}"


def publicity_context(application: str) -> str:
    """Under which what is to be made public stands in the vault."""
    return f"publicity/{application}"


def circular_context(circular: str) -> str:
    """Under which a circular stands in the vault."""
    return f"circular/{circular}"


def follow_up_context(follow_up: str) -> str:
    """Under which what was said in a follow-up stands in the vault."""
    return f"follow-up/{follow_up}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The answer to a letter."""

    words: str
    at_ms: int

    @classmethod
    def of(cls, answer: Answer) -> "StoredAnswer":
        """As it came."""
        return cls(words=answer.words, at_ms=answer.at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCircular:
    """What the county says to every clerk."""

    title: str
    words: str
    at_ms: int

    @classmethod
    def of(cls, circular: Circular) -> "StoredCircular":
        """As it came."""
        return cls(title=circular.title, words=circular.words, at_ms=circular.at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPublicity:
    """What the county asks to be put up."""

    case: str
    poster: Poster
    at_ms: int

    @classmethod
    def of(cls, task: Publicity) -> "StoredPublicity":
        """As it came."""
        return cls(case=task.case, poster=task.poster, at_ms=task.at_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that came with a decision."""

    name: str
    size: int
    sha256: bytes
    blob: bytes
    key: bytes = field(repr=False)


def document_context(application: str, n: int) -> str:
    """Under which a document of a step stands in the vault."""
    return f"document/{application}/{n}"


def stored_files(attachments: Sequence[Attachment]) -> list[StoredFile]:
    """Files as they are kept."""
    return [
        StoredFile(name=file.name, size=file.size, sha256=file.sha256, blob=file.blob, key=file.key)
        for file in attachments
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDocument:
    """A document of one step of a case."""

    name: str
    note: str
    case: str
    at_ms: int
    days: int
    attachments: Sequence[StoredFile]

    @classmethod
    def of(cls, document: Document) -> "StoredDocument":
        """As it came."""
        return cls(
            name=document.name,
            note=document.note,
            case=document.case,
            at_ms=document.at_ms,
            days=document.days,
            attachments=stored_files(document.attachments),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision."""

    outcome: str
    note: str
    case: str
    at_ms: int
    attachments: Sequence[StoredFile]
    faults: Sequence[FieldFault] = ()  # of a correction: what is to be corrected where
    until: str = ""  # of a correction: the last day for it; empty: none is named

    @classmethod
    def of(cls, decision: Decision) -> "StoredDecision":
        """As it came."""
        return cls(
            outcome=decision.outcome.value,
            note=decision.note,
            case=decision.case,
            at_ms=decision.at_ms,
            attachments=stored_files(decision.attachments),
            faults=decision.faults,
            until=decision.until,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRejection:
    """That the county could not take it in."""

    code: str
    detail: str
    at_ms: int

    @classmethod
    def of(cls, rejection: Rejection) -> "StoredRejection":
        """As it came."""
        return cls(code=rejection.code, detail=rejection.detail, at_ms=rejection.at_ms)
