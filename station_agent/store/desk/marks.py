"""What clerks did about what came back: took note of a notice.

A mark names which notice it is about: a newer one is to be noted anew. Who was told an answer is a
follow-up, for the county too (station_agent.store.answers).
"""

from dataclasses import dataclass
from enum import Enum

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction

_UNNOTED = """
SELECT a.position FROM notices n JOIN applications a ON a.envelope = n.envelope
JOIN outbox o ON o.envelope = n.envelope
WHERE a.outcome IS NULL AND o.settled < o.enough
    AND NOT EXISTS (SELECT 1 FROM clerk_marks m WHERE m.application = a.application
        AND m.kind = 'noted' AND m.subject = n.code || ' ' || n.at_ms)
ORDER BY n.at_ms, a.position
"""


class MarkKind(Enum):
    """What was done."""

    NOTED = "noted"  # a notice, by the clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """That somebody did it; nothing of the citizen stands in it."""

    kind: MarkKind
    at_ms: int  # by the local clock
    clerk: str


def note(tx: Transaction, application: ApplicationId, mark: Mark) -> None:
    """The notice that stands now was read."""
    tx.run(
        "INSERT OR IGNORE INTO clerk_marks (application, kind, subject, at_ms, clerk)"
        " SELECT a.application, ?, n.code || ' ' || n.at_ms, ?, ?"
        " FROM notices n JOIN applications a ON a.envelope = n.envelope WHERE a.application = ?",
        (mark.kind.value, mark.at_ms, mark.clerk, application),
    )


def marks(tx: Transaction, application: ApplicationId) -> list[Mark]:
    """Every mark of an application, in the order made."""
    rows = tx.rows("SELECT * FROM clerk_marks WHERE application = ? ORDER BY rowid", (application,))
    return [_mark(row) for row in rows]


def unnoted(tx: Transaction) -> list[int]:
    """Positions of applications with a notice that no clerk has read, the oldest first."""
    return [row["position"] for row in tx.rows(_UNNOTED)]


def _mark(row: Row) -> Mark:
    return Mark(kind=MarkKind(row["kind"]), at_ms=row["at_ms"], clerk=row["clerk"])
