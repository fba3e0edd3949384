"""What can be asked about a station's applications, and what is told, named as commands print it.

Source: docs/operations.md, "yizhan-station status".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from protocol.ids import ApplicationId, NodeId
from protocol.json_values import ABSENT, Absent, Answer
from protocol.records.corrections import FieldFault
from runtime.control.calls import Call, Nothing
from station_agent.exchange.calls import LastPath, ParentShown


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowStatus:
    """How far each application has got."""

    password: str | None = field(default=None, repr=False)  # of the clerk; None: none was given
    clerk: str = ""  # who; empty where one clerk or none works here
    newest: int | None = None  # list only so many applications; the counts are of all


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowResult:
    """The result of one application."""

    application: str  # its id, or the number of its case
    folder: Path | None = None  # for its attachments
    password: str | None = field(default=None, repr=False)
    clerk: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitesShown:
    """With what this station is set to seal, and with what it seals by the county's rules."""

    set: int
    used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeShown:
    """Trusted time."""

    n: int
    at_ms: int | None
    sure: bool  # else to be shown as "about"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationShown:
    """That the county has withdrawn or replaced this PC."""

    code: str
    words: str
    at_ms: int  # of the roster that says so


@dataclass(frozen=True, slots=True, kw_only=True)
class DeferredShown:
    """An envelope or blob that the parent refused several times."""

    application: str | None
    item: str
    kind: str  # envelope or blob
    code: str
    since_ms: int | None  # local time of the last refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptShown:
    """The county's receipt."""

    number: int
    case: str
    at_ms: int
    state: str
    safe: bool
    duplicate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeShown:
    """What a node on the way says of an application."""

    node: str
    code: str
    at_ms: int


class AttachmentShown(Answer, frozen=True, kw_only=True):
    """A file of a result; never its key."""

    name: str
    size: int
    sha256: str
    file: str | Absent | None = ABSENT  # where it was written; None: not here yet, or not asked


class ResultShown(Answer, frozen=True, kw_only=True):
    """A decision, a rejection, or only that there is one."""

    locked: bool | Absent = ABSENT  # by the clerk's password
    outcome: str | Absent = ABSENT
    code: str | Absent = ABSENT  # of a rejection
    note: str | Absent = ABSENT
    detail: str | Absent = ABSENT
    case: str | Absent = ABSENT
    at_ms: int | Absent = ABSENT
    attachments: Sequence[AttachmentShown] | Absent = ABSENT
    faults: Sequence[FieldFault] | Absent = ABSENT  # what is to be corrected where
    until: str | Absent = ABSENT  # the last day for that


class ApplicationShown(Answer, frozen=True, kw_only=True):
    """One application; the last three fields in a list only."""

    application: ApplicationId
    item: str
    number: str | None
    applicant: str | None
    state: str  # of station_agent.store.applications.ApplicationState
    saved_ms: int
    receipt: ReceiptShown | None
    result: ResultShown | None
    problem: str | None
    notice: NoticeShown | None
    eta: str | Absent | None = ABSENT  # at the parent, ISO 8601; None: unknown, or does not wait
    waits_for: str | Absent | None = ABSENT  # as in station_agent.exchange.eta.Arrival
    name: str | Absent | None = ABSENT  # of the item


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything that ``status --json`` prints."""

    node: NodeId
    release: int
    counts: Mapping[str, int]  # by state
    parent: ParentShown
    path: LastPath | None  # None before the first exchange of this process
    suite: SuitesShown
    clock_error_ms: int | None
    time: TimeShown
    applications: Sequence[ApplicationShown]
    standing: RevocationShown | None
    minted: int  # envelopes sealed here
    aside: Sequence[DeferredShown]
    stumbled: int  # items that this program failed on
    needs_newer: int  # items that wait for a newer program
    set_back_ms: int | None  # when a rollback was found


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationShown:
    """How the station is doing now, without a word about anybody."""

    code: str  # ten digits to be read out
    troubles: Sequence[str]  # of protocol.trust.reports.situation.Trouble
    standing: str  # of its Standing
    line: str  # of its Line
    exchanged_ms: int | None  # when one last ended well, by the best time known; None: never
    waiting: int  # envelopes that the county has not confirmed
    waiting_bytes: int
    oldest_s: int
    free_mib: int
    clock_error_ms: int | None  # own clock minus trusted time
    shut: Mapping[str, str]  # lanes that may send nothing now, and why: window, budget
    opens_in_s: int | None  # until one of them may


STATUS = Call("status", ShowStatus, Status, reads=True)
RESULT = Call("result", ShowResult, ApplicationShown, reads=True)
SITUATION = Call("situation", Nothing, SituationShown, reads=True)
