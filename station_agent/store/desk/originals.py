"""Originals that travel: each time one was passed on; nothing is ever changed or removed."""

from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """One of them, as it lies on the disk."""

    stop: str  # random
    application: ApplicationId
    sealed: bytes = field(repr=False)  # what, from whom, to whom: for the vault
    at_ms: int  # by the best clock
    clerk: str


def add(tx: Transaction, row: StopRow) -> None:
    """Keep it; one that is known stays as it is."""
    tx.run(
        "INSERT INTO originals (stop, application, sealed, at_ms, clerk) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (stop) DO NOTHING",
        (row.stop, row.application, row.sealed, row.at_ms, row.clerk),
    )


def of_application(tx: Transaction, application: str) -> list[StopRow]:
    """Those of one application, in the order in which they were written down."""
    rows = tx.rows("SELECT * FROM originals WHERE application = ? ORDER BY rowid", (application,))
    return [_stop(row) for row in rows]


def _stop(row: Row) -> StopRow:
    return StopRow(
        stop=row["stop"],
        application=ApplicationId(row["application"]),
        sealed=row["sealed"],
        at_ms=row["at_ms"],
        clerk=row["clerk"],
    )
