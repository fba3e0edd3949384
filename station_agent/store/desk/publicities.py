"""What the county asks to be put up in the village: of each application the newest task."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityRow:
    """One task."""

    application: str
    task: bytes = field(repr=False)  # sealed
    n: int
    came_ms: int  # by the local clock
    before: int = 0  # postings of its application that were sent before it came


def keep(tx: Transaction, row: PublicityRow) -> None:
    """Of two of one application the one with the higher ``n`` stands."""
    tx.run(
        "INSERT INTO publicities (application, task, n, came_ms, before) VALUES (?1, ?2, ?3, ?4,"
        " (SELECT count(*) FROM follow_ups WHERE application = ?1 AND about = 'posting'))"
        " ON CONFLICT (application) DO UPDATE SET task = ?2, n = ?3, came_ms = ?4,"
        " before = excluded.before WHERE n < ?3",
        (row.application, row.task, row.n, row.came_ms),
    )


def get(tx: Transaction, application: str) -> PublicityRow | None:
    """The task of one application."""
    row = tx.row("SELECT * FROM publicities WHERE application = ?", (application,))
    return _publicity(row) if row else None


def newest(tx: Transaction, most: int) -> Sequence[PublicityRow]:
    """At most so many, what came last is first."""
    rows = tx.rows("SELECT * FROM publicities ORDER BY came_ms DESC, rowid DESC LIMIT ?", (most,))
    return [_publicity(row) for row in rows]


def _publicity(row: Row) -> PublicityRow:
    return PublicityRow(
        application=row["application"],
        task=row["task"],
        n=row["n"],
        came_ms=row["came_ms"],
        before=row["before"],
    )
