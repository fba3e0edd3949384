"""How a document of a case stands, as its page and commands show it; light, for commands."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.records.followups import Delivered, Way

SEALED, STAMPED, WAITING = "sealed", "stamped", "waiting"
DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldShown:
    """Somebody was told of a document, or got it."""

    what: Delivered
    way: Way
    person: str  # empty: erased
    by: str  # handler or clerk
    at_ms: int
    at_county: bool  # else the village says so
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentState:
    """One document of a case."""

    n: int  # in the count of results; 0: it has a number, and has not gone out
    name: str
    kind: str  # empty: somebody attached it
    number: str  # as it is written; empty: it has none
    template: int
    day: str
    issued_ms: int | None
    sha256: str
    size: int
    seal: str  # SEALED, STAMPED, WAITING, or empty: none belongs on it
    sealed_by: str  # the seal system's number, or who stamped it
    stamped_ms: int | None
    arrived_ms: int | None  # the village has said something of it; None: not yet
    told: Sequence[ToldShown]
    days: int  # working days in which it is to be told; 0: not said
    due: str  # the last of them, as 2027-01-31; empty: not said
    late: str  # empty, "near" on the day before and the last, or "over"
    waits: str = ""  # what an event brings and has not gone out: DUE, or what stopped it, in words
