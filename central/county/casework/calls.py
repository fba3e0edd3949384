"""What can be asked of casework; light, for commands that must not load the county."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from protocol.envelope.payloads import Outcome
from protocol.records.corrections import FieldFault
from protocol.records.followups import Said
from protocol.records.publicity import Poster
from protocol.records.taken_in import TakenIn
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases whose numbers follow ``after``, a page of them."""

    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Decide a case."""

    case: str  # case number or application id
    outcome: Outcome
    note: str  # the citizen reads it
    faults: Sequence[FieldFault] = ()  # of a correction: what is to be corrected where
    attach: Sequence[Path] = ()  # files that go with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Write the attachments of a case into a folder."""

    case: str  # case number or application id
    folder: Path


class FileState(Enum):
    """Whether an attachment can be read."""

    WAITING = "waiting"
    WHOLE = "whole"
    DAMAGED = "damaged"  # all of it came, and it is not what the application says


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """An attachment of a case."""

    material: str
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentShown:
    """A document of one step of a case."""

    n: int  # in the count of results
    name: str  # empty: erased
    note: str
    days: int  # working days in which it is to be told; 0: not said
    issued_ms: int
    attachments: Sequence[CaseFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDocument:
    """Send a document of one step of a case to its station."""

    case: str  # case number or application id
    name: str  # as it is called: 受理通知书
    note: str = ""  # the citizen reads it
    days: int = 0  # working days in which it is to be told; 0: not said
    attach: Sequence[Path] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """It is on its way."""

    case: str
    document: int  # its number in the count of results


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPublicity:
    """Ask the village of a case to put a poster up."""

    case: str  # case number or application id
    days: int = 0  # calendar days that it hangs; 0: as its item says


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityAsked:
    """It is on its way."""

    case: str
    poster: Poster


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityShown:
    """What a village was asked to put up; that it was stands among what followed."""

    n: int  # in the count of results
    asked_ms: int
    poster: Poster | None  # None: erased


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpShown:
    """What followed an application, or a letter."""

    follow_up: str  # id in hex
    about: str  # name of its subject: withdrawal
    said: Said | None  # None: it was erased
    received_ms: int
    complete: bool  # whether all its files are here
    attachments: Sequence[CaseFile]
    erased_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case with its attachments, as a handler sees it."""

    case: str  # its number
    number: str | None  # of a block, as its station gave it to the citizen
    application: str  # id in hex
    station: str
    name: str  # of the station
    applicant: str  # empty if the form does not tell, or was erased
    item: str
    title: str  # of the item; empty if no release that is kept knows it
    state: str
    form: Any  # as JSON
    unchecked: bool
    corrects: str | None  # number of the case that it answers for
    supersedes: str | None  # number of the case that it replaces
    taken: TakenIn | None  # how it was taken in; None: not said, or erased
    attachments: Sequence[CaseFile]
    outcome: str | None
    note: str | None
    faults: Sequence[FieldFault]  # of a correction: what is to be corrected where
    follow_ups: Sequence[FollowUpShown]  # in the order in which they came
    documents: Sequence[DocumentShown]  # of its steps, in the order in which they were sent
    publicity: PublicityShown | None  # what its village was asked to put up; None: nothing
    received_ms: int
    erased_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A case that has its decision."""

    case: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """An attachment and where it was written; ``path`` is None if it can't be read (yet)."""

    material: str
    name: str
    state: FileState
    path: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Erase what cases say of a citizen: these cases, or all of one person."""

    reason: str  # stands in the record
    cases: Sequence[str] = ()
    person: str = field(default="", repr=False)  # id number; not empty: all that names it


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What is gone."""

    erased: Sequence[str]  # case numbers
    refused: int  # envelopes that had not been taken


CASES = Call("county.cases", Cases, list[Case], reads=True)
DECIDE = Call("county.decide", Decide, Decided)
PUBLICITY = Call("county.publicity", AskPublicity, PublicityAsked)
DOCUMENT = Call("county.document", IssueDocument, Issued)
FILES = Call("county.files", Files, list[WrittenFile], reads=True)
ERASE = Call("county.erase", Erase, Erased)
