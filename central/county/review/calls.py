"""What can be asked of the review queue; light, for commands that must not load the county."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from central.county.review.labels import Field
from protocol.records.taken_in import TakenIn
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits, behind a station and an envelope: ``STATION:ENVELOPE``; empty: from the first."""

    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Make the application in an envelope a case."""

    envelope: str  # its id in hex


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Do not take the application in an envelope."""

    envelope: str  # its id in hex
    note: str  # why; the clerk reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFile:
    """An attachment of an application in the queue."""

    material: str
    title: str  # of the material, as the item calls it
    name: str  # as the village's PC called it
    size: int  # bytes
    sha256: str
    here: bool  # it has come whole


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingApplication:
    """One envelope in the queue, as a person sees it."""

    envelope: str  # id in hex
    station: str
    name: str  # of the station
    application: str  # id in hex
    item: str
    why: str  # draining, replaced
    ordinal: int | None  # None: what its PC sealed before has not all come
    upto: int | None  # how many the clerk had read out
    case: str | None  # of the same application, if it has come another way meanwhile
    corrects: str | None  # number of the case that it answers for; its id if that is not here
    arrived_ms: int
    form: Any  # as JSON
    schema: Any  # of that form, as JSON; empty: not known
    title: str  # of the item; empty: not known
    fields: Sequence[Field]  # the form as people read it
    taken: TakenIn | None  # how it was taken in; None: not said
    unchecked: bool
    attachments: Sequence[WaitingFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of an envelope in the queue."""

    envelope: str  # id in hex
    case: str | None  # None: it was rejected
    duplicate: bool  # the case was there before


REVIEW = Call("county.review", Waiting, list[WaitingApplication], reads=True)
ACCEPT = Call("county.accept", Accept, Verdict)
REJECT = Call("county.reject", Reject, Verdict)
