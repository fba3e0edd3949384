"""Drafts: applications that are being filled in. What is personal in them is sealed."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """One draft, as it lies on the disk."""

    application: ApplicationId  # that it becomes
    format: int  # of ``sealed``
    sealed: bytes = field(repr=False)
    item: bytes = field(repr=False)  # sealed, too
    begun_ms: int  # by the local clock
    saved_ms: int
    binned_ms: int | None = None  # None: it is open


def put(tx: Transaction, row: DraftRow) -> None:
    """Keep a draft as it is now; what was kept of it before is gone."""
    tx.run(
        "INSERT INTO drafts (application, format, sealed, item, begun_ms, saved_ms, binned_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (application) DO UPDATE SET"
        " format = ?2, sealed = ?3, item = ?4, saved_ms = ?6, binned_ms = ?7",
        (
            row.application,
            row.format,
            row.sealed,
            row.item,
            row.begun_ms,
            row.saved_ms,
            row.binned_ms,
        ),
    )


def get(tx: Transaction, application: ApplicationId) -> DraftRow | None:
    """One draft, open or in the bin."""
    row = tx.row("SELECT * FROM drafts WHERE application = ?", (application,))
    return _draft(row) if row else None


def every(tx: Transaction) -> Sequence[DraftRow]:
    """All of them, those in the bin too; what was begun first is first."""
    return [_draft(row) for row in tx.rows("SELECT * FROM drafts ORDER BY begun_ms, rowid")]


def drop_handed_in(tx: Transaction) -> None:
    """Those whose application was taken in are drafts no more."""
    tx.run(
        "DELETE FROM drafts WHERE EXISTS"
        " (SELECT 1 FROM applications a WHERE a.application = drafts.application)"
    )


def _draft(row: Row) -> DraftRow:
    return DraftRow(
        application=ApplicationId(row["application"]),
        format=row["format"],
        sealed=row["sealed"],
        item=row["item"],
        begun_ms=row["begun_ms"],
        saved_ms=row["saved_ms"],
        binned_ms=row["binned_ms"],
    )
