"""Papers that were promised for later: which, until when, and what brought them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction
from station_agent.store.follow_ups import FollowUpNote

_SELECT = """
SELECT w.* FROM owed w LEFT JOIN follow_ups f ON f.follow_up = w.follow_up
WHERE (w.follow_up IS NULL OR f.code IS NOT NULL)
"""
_UNANSWERED = """
AND w.application NOT IN (SELECT application FROM applications WHERE outcome IS NOT NULL)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedPaper:
    """One of them."""

    application: ApplicationId
    material: str  # id in its item
    until: str  # the day that was promised: 2027-01-31


def add(tx: Transaction, papers: Iterable[OwedPaper]) -> None:
    """Put down what was promised with an application; what is known stays."""
    tx.run_many(
        "INSERT OR IGNORE INTO owed (application, material, until) VALUES (?, ?, ?)",
        [(one.application, one.material, one.until) for one in papers],
    )


def bring(tx: Transaction, note: FollowUpNote) -> None:
    """These papers follow now; a promise that was kept is owed no more, unless that is refused."""
    tx.run_many(
        "UPDATE owed SET follow_up = ? WHERE application = ? AND material = ?",
        [(note.follow_up, note.application, material) for material in note.materials],
    )


def of_application(tx: Transaction, application: str) -> list[OwedPaper]:
    """What one application still owes, the first day first."""
    rows = tx.rows(f"{_SELECT} AND w.application = ? ORDER BY w.until, w.rowid", (application,))
    return [_owed(row) for row in rows]


def is_known(tx: Transaction, application: str) -> bool:
    """Whether it is written down here what an application owed, and what came of that."""
    return tx.row("SELECT 1 FROM owed WHERE application = ? LIMIT 1", (application,)) is not None


def every(tx: Transaction) -> Sequence[OwedPaper]:
    """What is still owed of all that the county has not answered, the first day first."""
    rows = tx.rows(f"{_SELECT} {_UNANSWERED} ORDER BY w.until, w.rowid")
    return [_owed(row) for row in rows]


def _owed(row: Row) -> OwedPaper:
    return OwedPaper(
        application=ApplicationId(row["application"]), material=row["material"], until=row["until"]
    )
