"""What the county says to every clerk of a desk; who has read it stands in follow_ups."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularRow:
    """One of them, as it lies on the disk."""

    circular: str  # id
    sealed: bytes = field(repr=False)  # for the vault
    at_ms: int  # when it was sent, by the county's clock


def keep(tx: Transaction, row: CircularRow) -> None:
    """Keep it; one that is known stays as it is."""
    tx.run(
        "INSERT INTO circulars (circular, sealed, at_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (row.circular, row.sealed, row.at_ms),
    )


def get(tx: Transaction, circular: str) -> CircularRow | None:
    """One of them."""
    row = tx.row("SELECT * FROM circulars WHERE circular = ?", (circular,))
    return _circular(row) if row else None


def newest(tx: Transaction, most: int) -> Sequence[CircularRow]:
    """At most so many, what was sent last is first."""
    rows = tx.rows("SELECT * FROM circulars ORDER BY at_ms DESC, rowid DESC LIMIT ?", (most,))
    return [_circular(row) for row in rows]


def _circular(row: Row) -> CircularRow:
    return CircularRow(circular=row["circular"], sealed=row["sealed"], at_ms=row["at_ms"])
