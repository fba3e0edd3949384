"""Which slips went to the printer, when, by whom, and whether they came out."""

from dataclasses import dataclass

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCopy:
    """One sheet of paper."""

    copy: int  # of its application, from 1
    at_ms: int  # by the local clock
    clerk: str  # empty where nobody is a clerk
    came_out: bool | None  # as she saw it; None: nobody said


def add_copy(tx: Transaction, application: ApplicationId, at_ms: int, clerk: str) -> int:
    """One more copy goes to the printer; its number."""
    (row,) = tx.rows(
        "INSERT INTO slip_copies (application, copy, at_ms, clerk)"
        " SELECT ?1, coalesce(max(copy), 0) + 1, ?2, ?3 FROM slip_copies WHERE application = ?1"
        " RETURNING copy",
        (application, at_ms, clerk),
    )
    return int(row["copy"])


def note_outcome(tx: Transaction, application: ApplicationId, copy: int, *, came_out: bool) -> None:
    """What the clerk saw of a copy."""
    tx.run(
        "UPDATE slip_copies SET came_out = ? WHERE application = ? AND copy = ?",
        (int(came_out), application, copy),
    )


def copies(tx: Transaction, application: ApplicationId) -> list[SlipCopy]:
    """All copies of the slip of an application, the first one first."""
    rows = tx.rows("SELECT * FROM slip_copies WHERE application = ? ORDER BY copy", (application,))
    return [_copy(row) for row in rows]


def _copy(row: Row) -> SlipCopy:
    seen = row["came_out"]
    return SlipCopy(
        copy=row["copy"],
        at_ms=row["at_ms"],
        clerk=row["clerk"],
        came_out=None if seen is None else bool(seen),
    )
