"""The promises that every schedule is held against; a failure names those that are broken."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Promise(StrEnum):
    """What must hold, whatever happens. A program that breaks off breaks ``RUNS`` only."""

    ONE_EFFECT = "one case for each draft, one draft for each case number"
    ARRIVES = "what was saved becomes a case"
    COMPLETES = "files that were saved come, too"
    SURVIVES = "one lost disk loses nothing that had left its station"
    STAYS = "nothing goes while no disk is lost"
    ACKNOWLEDGED = "what is acknowledged is committed"
    SAVED = "what the clerk saw as saved is in the journal"
    KEPT = "a station keeps sealed bytes until SAFE, or 90 days"
    SAFE = "what is told SAFE is in a backup"
    TOLD = "the clerk sees what the county did"
    FORKS = "a fork shows if and only if two lives worked"
    LEDGER = "the ledger accounts for every number"
    FORWARD = "no node goes back to an older roster, or to an older word on the time"
    UNREAD = "the hub holds no word of an application"
    CONTENT = "what county and clerk read is what was written, each of its own application"
    SILENT = "no log, and no file of a locked PC, holds a word of an application"
    TAKEN = "nothing honest is refused"
    WITHDRAWN = "what a withdrawn PC seals opens no case without a person; it seals nothing new"
    SHUT = "a lane that the county has shut carries nothing"
    CURRENT = "in the end everybody has the county's newest roster and release"
    CERTIFIED = "in the end everybody has a certificate that counts, or has asked for one"
    RUNS = "every program runs on"


@dataclass(frozen=True, slots=True)
class Breach:
    """One promise that does not hold, and how that shows."""

    promise: Promise
    how: str

    def __str__(self) -> str:
        return f"{self.promise.name}: {self.how}"


class Failure(AssertionError):  # noqa: N818 - an interruption, no fault of its own
    """Promises are broken."""

    def __init__(self, breaches: Iterable[Breach]) -> None:
        self.breaches = tuple(breaches)
        super().__init__("; ".join(str(breach) for breach in self.breaches))

    @property
    def promises(self) -> frozenset[Promise]:
        """Those that are broken."""
        return frozenset(breach.promise for breach in self.breaches)


def require_all(breaches: Iterable[Breach]) -> None:
    """Do nothing if there are none.

    Raises:
        Failure: there are.
    """
    if found := tuple(breaches):
        raise Failure(found)
