"""What can be asked of casework; light, for commands that must not load the county."""

from collections.abc import Mapping, Sequence
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
    limit: int = 0  # at most so many, to 500; 0: 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCases:
    """Some cases, newest first; everything is asked for unless a field says less."""

    state: str = ""  # of CaseState, or OPEN: no decision yet
    item: str = ""  # its id
    hub: str = ""  # node id of a township: cases of its stations
    village: str = ""  # part of a station's name, or how its division code begins
    number: str = ""  # of the case or of a block, as somebody typed it; or an application id
    name: str = field(default="", repr=False)  # of the applicant, or part of it
    identity: str = field(default="", repr=False)  # number of whoever the form names
    last: str = field(default="", repr=False)  # the last four of one, beside something else
    since: str = ""  # day of receipt in China, as 2027-01-31
    until: str = ""  # the same, the day included
    after: str = ""  # ``CaseLines.more`` of the page before
    limit: int = 0  # at most so many, to 200; 0: 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCase:
    """All of one case."""

    case: str  # case number, number of a block, or application id


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """Decide a case."""

    case: str  # case number or application id
    outcome: Outcome
    note: str  # the citizen reads it
    faults: Sequence[FieldFault] = ()  # of a correction: what is to be corrected where
    until: str = ""  # of a correction: the last day for it, as 2027-01-31; empty: none
    attach: Sequence[Path] = ()  # files that go with it
    by: str = ""  # account; empty: whoever asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Write the attachments of a case into a folder; or those of one that followed, or a letter."""

    case: str  # case number or application id, or the id of what followed
    folder: Path
    everything: bool = False  # of a case: also what followed it, and what went with its decision


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
    state: FileState = FileState.WHOLE


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
    until: str | None  # of a correction: the last day for it
    follow_ups: Sequence[FollowUpShown]  # in the order in which they came
    documents: Sequence[DocumentShown]  # of its steps, in the order in which they were sent
    publicity: PublicityShown | None  # what its village was asked to put up; None: nothing
    received_ms: int
    complete_ms: int | None  # when all its attachments were here
    decided_ms: int | None
    erased_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    case: str  # its number
    number: str | None  # of a block
    application: str  # id in hex
    station: str
    name: str  # of the station
    applicant: str
    item: str
    title: str  # of the item; empty if no release that is kept knows it
    state: str
    outcome: str | None
    unchecked: bool
    follow_ups: Sequence[str]  # names of the subjects of what followed, as they came
    received_ms: int
    erased_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLines:
    """A page of a list."""

    cases: Sequence[CaseLine]
    more: str  # behind which the next page goes on; empty: this was the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An envelope that brought an application, and what the county said of it."""

    envelope: str  # id in hex
    incarnation: str  # of its PC's program, in hex
    seq: int  # number in it
    arrived_ms: int
    duplicate: bool  # another had brought it before
    backup: int | None  # number of the one in which it was told SAFE; None: not yet


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """All of one case."""

    case: Case
    schema: Any  # of its form, as JSON; empty: not known
    materials: Mapping[str, str]  # names by id, as far as the item is known
    result: Sequence[CaseFile]  # files that went with the decision
    answered_by: Sequence[str]  # numbers of cases that correct or replace this one
    carried: Sequence[Carried]  # in the order in which they came


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
    of: str = ""  # id of what followed, RESULT, document-N, or empty: the application


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildIndex:
    """Compare the index of names and numbers with the cases, and put it right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRebuilt:
    """It is as the cases say."""

    wrong: int  # cases of which it was not


OPEN = "open"
STATES_ASKED = (OPEN, "received", "complete", "returned", "decided")
RESULT = "result"
CASES = Call("county.cases", Cases, list[Case], reads=True)
LIST_CASES = Call("county.case-list", ListCases, CaseLines, reads=True)
REBUILD_INDEX = Call("county.find-rebuild", RebuildIndex, IndexRebuilt)
SHOW_CASE = Call("county.case", ShowCase, CaseShown, reads=True)
PUBLICITY = Call("county.publicity", AskPublicity, PublicityAsked)
DOCUMENT = Call("county.document", IssueDocument, Issued)
FILES = Call("county.files", Files, list[WrittenFile], reads=True)
ERASE = Call("county.erase", Erase, Erased)
