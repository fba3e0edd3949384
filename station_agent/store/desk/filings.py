"""What is being written about an application, or to the county, before it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRow:
    """One of them, as it lies on the disk."""

    filing: ApplicationId  # id of the follow-up that it becomes
    about: str  # name of its subject
    application: str  # that it follows; empty: none
    texts: bytes = field(repr=False)  # sealed
    clerk: str  # who typed last
    saved_ms: int  # by the local clock
    binned_ms: int | None = None  # None: it is open


def put(tx: Transaction, row: FilingRow) -> None:
    """Keep it as it is now; what it is about stays what it was."""
    tx.run(
        "INSERT INTO filings (filing, about, application, texts, clerk, begun_ms, saved_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) ON CONFLICT (filing) DO UPDATE SET"
        " texts = ?4, clerk = ?5, saved_ms = ?6",
        (row.filing, row.about, row.application, row.texts, row.clerk, row.saved_ms),
    )


def get(tx: Transaction, filing: ApplicationId) -> FilingRow | None:
    """One of them."""
    row = tx.row("SELECT * FROM filings WHERE filing = ?", (filing,))
    return _filing(row) if row else None


def every(tx: Transaction) -> Sequence[FilingRow]:
    """All of them, those in the bin as well; what was begun first is first."""
    return [_filing(row) for row in tx.rows("SELECT * FROM filings ORDER BY begun_ms, rowid")]


def put_in_bin(tx: Transaction, filing: ApplicationId, at_ms: int, run_ms: int) -> None:
    """It is not wanted; once more, it does not stay for longer."""
    tx.run(
        "UPDATE filings SET binned_ms = ?, binned_run_ms = ?"
        " WHERE filing = ? AND binned_ms IS NULL",
        (at_ms, run_ms, filing),
    )


def put_back(tx: Transaction, filing: ApplicationId) -> None:
    """It is open again."""
    tx.run("UPDATE filings SET binned_ms = NULL, binned_run_ms = NULL WHERE filing = ?", (filing,))


def empty_bin(tx: Transaction, until_ms: int, until_run_ms: int) -> None:
    """Those that lay there for so long, while this station ran; their pages go with the sweep."""
    tx.run(
        "DELETE FROM filings WHERE binned_ms <= ? AND binned_run_ms <= ?",
        (until_ms, until_run_ms),
    )


def count(tx: Transaction) -> int:
    """How many are open."""
    row = tx.row("SELECT count(*) AS n FROM filings WHERE binned_ms IS NULL")
    return int(row["n"]) if row else 0


def drop(tx: Transaction, filing: ApplicationId) -> None:
    """It is not wanted any more; its pages go with the next sweep."""
    tx.run("DELETE FROM filings WHERE filing = ?", (filing,))


def drop_sent(tx: Transaction) -> None:
    """Those that were sent are written no more."""
    tx.run(
        "DELETE FROM filings WHERE EXISTS (SELECT 1 FROM follow_ups f"
        " WHERE f.follow_up = filings.filing AND f.envelope IS NOT NULL)"
    )


def old(tx: Transaction, about: str, until_ms: int) -> Sequence[ApplicationId]:
    """Those of one subject in which nothing was done since."""
    rows = tx.rows(
        "SELECT filing FROM filings WHERE about = ? AND saved_ms <= ?", (about, until_ms)
    )
    return [ApplicationId(row["filing"]) for row in rows]


def _filing(row: Row) -> FilingRow:
    return FilingRow(
        filing=ApplicationId(row["filing"]),
        about=row["about"],
        application=row["application"],
        texts=row["texts"],
        clerk=row["clerk"],
        saved_ms=row["saved_ms"],
        binned_ms=row["binned_ms"],
    )
