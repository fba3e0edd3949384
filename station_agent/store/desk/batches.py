"""Batches: one item for many people. What is personal in them is sealed, or stands in drafts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One batch, as it lies on the disk."""

    batch: str
    sealed: bytes = field(repr=False)
    begun_ms: int  # by the local clock
    saved_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One row of its table."""

    application: ApplicationId
    position: int  # from 1
    handed_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How far a batch has got."""

    rows: int = 0
    handed_in: int = 0


def put(tx: Transaction, row: BatchRow) -> None:
    """Keep a batch as it is now."""
    tx.run(
        "INSERT INTO batches (batch, sealed, begun_ms, saved_ms) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (batch) DO UPDATE SET sealed = ?2, saved_ms = ?4",
        (row.batch, row.sealed, row.begun_ms, row.saved_ms),
    )


def get(tx: Transaction, batch: str) -> BatchRow | None:
    """One batch."""
    row = tx.row("SELECT * FROM batches WHERE batch = ?", (batch,))
    return _batch(row) if row else None


def every(tx: Transaction) -> Sequence[BatchRow]:
    """All of them, the newest first."""
    return [_batch(row) for row in tx.rows("SELECT * FROM batches ORDER BY begun_ms DESC, rowid")]


def add_rows(tx: Transaction, batch: str, own: Iterable[ApplicationId]) -> None:
    """New rows at the end; those that are there stay where they are."""
    tx.run_many(
        "INSERT OR IGNORE INTO batch_rows (application, batch, position) SELECT ?1, ?2,"
        " (SELECT coalesce(max(position), 0) + 1 FROM batch_rows WHERE batch = ?2)",
        [(application, batch) for application in own],
    )


def take_row(tx: Transaction, batch: str, application: ApplicationId) -> bool:
    """The row is one no more; False if it was none of this batch."""
    return bool(
        tx.rows(
            "DELETE FROM batch_rows WHERE batch = ? AND application = ? RETURNING application",
            (batch, application),
        )
    )


def members(tx: Transaction, batch: str) -> Sequence[Member]:
    """The rows, in their order."""
    rows = tx.rows(
        "SELECT application, position, application IN (SELECT application FROM applications)"
        " AS handed_in FROM batch_rows WHERE batch = ? ORDER BY position",
        (batch,),
    )
    return [
        Member(
            application=ApplicationId(row["application"]),
            position=row["position"],
            handed_in=bool(row["handed_in"]),
        )
        for row in rows
    ]


def counts(tx: Transaction) -> Mapping[str, Count]:
    """How far each has got."""
    rows = tx.rows(
        "SELECT batch, count(*) AS rows, sum(application IN (SELECT application FROM applications))"
        " AS handed_in FROM batch_rows GROUP BY batch"
    )
    return {row["batch"]: Count(rows=row["rows"], handed_in=row["handed_in"]) for row in rows}


def papers(tx: Transaction, batch: str) -> Mapping[ApplicationId, Sequence[str]]:
    """Which pages have come for each row: the id of the material, once for each page."""
    found: dict[ApplicationId, list[str]] = {}
    for row in tx.rows(
        "SELECT p.application, p.material FROM papers p JOIN batch_rows USING (application)"
        " WHERE batch = ? ORDER BY p.material, p.position",
        (batch,),
    ):
        found.setdefault(ApplicationId(row["application"]), []).append(row["material"])
    return found


def drop_old(tx: Transaction, county_ms: int, keep_ms: int) -> None:
    """Let go of those that are handed in, or empty, for so long.

    Args:
        county_ms: the county's time, as it is proved now; the date of this PC makes nothing old.
    """
    tx.run(
        "UPDATE batches SET dated_ms = CASE WHEN EXISTS (SELECT 1 FROM batch_rows r"
        " WHERE r.batch = batches.batch AND r.application NOT IN"
        " (SELECT application FROM applications)) THEN NULL ELSE coalesce(dated_ms, ?) END",
        (county_ms,),
    )
    old = tx.rows("SELECT batch FROM batches WHERE dated_ms <= ?", (county_ms - keep_ms,))
    names = [(row["batch"],) for row in old]
    tx.run_many("DELETE FROM batch_rows WHERE batch = ?", names)
    tx.run_many("DELETE FROM batches WHERE batch = ?", names)


def _batch(row: Row) -> BatchRow:
    return BatchRow(
        batch=row["batch"],
        sealed=row["sealed"],
        begun_ms=row["begun_ms"],
        saved_ms=row["saved_ms"],
    )
