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
    warned_run_ms: int | None = None  # running time when a clerk was told that it goes soon


def put(tx: Transaction, row: DraftRow) -> None:
    """Keep a draft as it is now; what was kept of it before is gone."""
    tx.run(
        "INSERT INTO drafts (application, format, sealed, item, begun_ms, saved_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (application) DO UPDATE SET"
        " format = ?2, sealed = ?3, item = ?4, saved_ms = ?6",
        (
            row.application,
            row.format,
            row.sealed,
            row.item,
            row.begun_ms,
            row.saved_ms,
        ),
    )


def get(tx: Transaction, application: ApplicationId) -> DraftRow | None:
    """One draft, open or in the bin."""
    row = tx.row("SELECT * FROM drafts WHERE application = ?", (application,))
    return _draft(row) if row else None


def every(tx: Transaction) -> Sequence[DraftRow]:
    """All of them, those in the bin too; what was begun first is first."""
    return [_draft(row) for row in tx.rows("SELECT * FROM drafts ORDER BY begun_ms, rowid")]


def alone(tx: Transaction) -> Sequence[DraftRow]:
    """The same without the rows of batches, which have a table of their own."""
    rows = tx.rows(
        "SELECT * FROM drafts WHERE application NOT IN (SELECT application FROM batch_rows)"
        " ORDER BY begun_ms, rowid"
    )
    return [_draft(row) for row in rows]


def of_batch(tx: Transaction, batch: str) -> Sequence[DraftRow]:
    """Those that are rows of a batch and not handed in."""
    rows = tx.rows(
        "SELECT d.* FROM drafts d JOIN batch_rows r USING (application) WHERE r.batch = ?"
        " ORDER BY r.position",
        (batch,),
    )
    return [_draft(row) for row in rows]


def put_in_bin(tx: Transaction, application: ApplicationId, at_ms: int) -> None:
    """It is open no more; nor is it a row of a batch, which is handed in without another look."""
    tx.run("DELETE FROM batch_rows WHERE application = ?", (application,))
    tx.run("UPDATE drafts SET binned_ms = ? WHERE application = ?", (at_ms, application))


def take_from_bin(tx: Transaction, application: ApplicationId) -> None:
    """It is open again."""
    tx.run(
        "UPDATE drafts SET binned_ms = NULL, warned_run_ms = NULL WHERE application = ?",
        (application,),
    )


def note_warned(tx: Transaction, until_ms: int, run_ms: int) -> None:
    """A clerk was told of those in the bin since ``until_ms`` or before that they go soon."""
    tx.run(
        "UPDATE drafts SET warned_run_ms = ? WHERE binned_ms <= ? AND warned_run_ms IS NULL",
        (run_ms, until_ms),
    )


def drop_old(tx: Transaction, until_ms: int, until_run_ms: int) -> None:
    """Let go of what lies in the bin since ``until_ms``, if that was told long enough ago.

    Args:
        until_run_ms: this station's running time; a date that jumps makes nothing old.
    """
    tx.run(
        "DELETE FROM drafts WHERE binned_ms <= ? AND warned_run_ms <= ?", (until_ms, until_run_ms)
    )


def drop_handed_in(tx: Transaction) -> None:
    """Those whose application was taken in are drafts no more; what was filled in is kept."""
    tx.run(
        "INSERT OR IGNORE INTO earlier (application, format, sealed, handed_ms)"
        " SELECT d.application, d.format, d.sealed, a.saved_ms"
        " FROM drafts d JOIN applications a USING (application)"
    )
    tx.run(
        "DELETE FROM drafts WHERE EXISTS"
        " (SELECT 1 FROM applications a WHERE a.application = drafts.application)"
        " OR EXISTS (SELECT 1 FROM follow_ups f WHERE f.follow_up = drafts.application)"
    )


def earlier(tx: Transaction, newest: int) -> Sequence[DraftRow]:
    """What was filled in of the ``newest`` that were handed in, the newest first."""
    rows = tx.rows("SELECT * FROM earlier ORDER BY handed_ms DESC, rowid DESC LIMIT ?", (newest,))
    return [_earlier(row) for row in rows]


def earlier_of(tx: Transaction, batch: str) -> Sequence[DraftRow]:
    """What was filled in of the rows of a batch that were handed in."""
    sql = "SELECT e.* FROM earlier e JOIN batch_rows r USING (application) WHERE r.batch = ?"
    return [_earlier(row) for row in tx.rows(sql, (batch,))]


def handed_in_of(tx: Transaction, application: str) -> DraftRow | None:
    """What was filled in of one that was handed in; None: it was not filled in here, or is old."""
    row = tx.row("SELECT * FROM earlier WHERE application = ?", (application,))
    return _earlier(row) if row else None


def drop_earlier(tx: Transaction, county_ms: int, keep_ms: int) -> None:
    """Keep nothing of what was handed in so long ago, by the county's time alone.

    Args:
        county_ms: that time, as it is proved now; what was not seen before is dated by it.
    """
    tx.run("UPDATE earlier SET dated_ms = ? WHERE dated_ms IS NULL", (county_ms,))
    tx.run("DELETE FROM earlier WHERE dated_ms <= ?", (county_ms - keep_ms,))


def _earlier(row: Row) -> DraftRow:
    return DraftRow(
        application=ApplicationId(row["application"]),
        format=row["format"],
        sealed=row["sealed"],
        item=b"",
        begun_ms=row["handed_ms"],
        saved_ms=row["handed_ms"],
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
        warned_run_ms=row["warned_run_ms"],
    )
