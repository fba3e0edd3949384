"""Pages of papers at the desk: which there are, in which order, and what is sealed of them.

The bytes lie sealed beside the other blobs; a page that is handed in is sent as it lies there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from protocol.ids import ApplicationId, BlobId
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One page."""

    page: str
    application: ApplicationId
    material: str
    blob: BlobId
    source: bytes  # SHA-256 of what was brought
    about: bytes  # sealed
    readable: bool = False


def add(tx: Transaction, row: PaperRow, now_ms: int) -> None:
    """One more page, behind those of its material."""
    tx.run(
        "INSERT INTO papers (page, application, material, position, blob, source, about, added_ms)"
        " VALUES (?1, ?2, ?3, (SELECT coalesce(max(position), 0) + 1 FROM papers"
        " WHERE application = ?2 AND material = ?3), ?4, ?5, ?6, ?7)",
        (row.page, row.application, row.material, row.blob, row.source, row.about, now_ms),
    )


def of_application(tx: Transaction, application: ApplicationId) -> list[PaperRow]:
    """Its pages, by material and in their order."""
    rows = tx.rows(
        "SELECT * FROM papers WHERE application = ? ORDER BY material, position", (application,)
    )
    return [_row(row) for row in rows]


def page_of(tx: Transaction, application: ApplicationId, page: str) -> PaperRow | None:
    """One of them."""
    row = tx.row("SELECT * FROM papers WHERE application = ? AND page = ?", (application, page))
    return _row(row) if row else None


def same(
    tx: Transaction, application: ApplicationId, material: str, source: bytes
) -> PaperRow | None:
    """The page that was made of these very bytes."""
    row = tx.row(
        "SELECT * FROM papers WHERE application = ? AND material = ? AND source = ?",
        (application, material, source),
    )
    return _row(row) if row else None


def replace(tx: Transaction, page: str, blob: BlobId, about: bytes) -> None:
    """Another picture in the same place; somebody has to say again that it is readable."""
    tx.run(
        "UPDATE papers SET blob = ?, about = ?, readable = 0 WHERE page = ?", (blob, about, page)
    )


def set_readable(tx: Transaction, page: str, *, readable: bool) -> None:
    """A person says so, or takes it back."""
    tx.run("UPDATE papers SET readable = ? WHERE page = ?", (int(readable), page))


def put_in_order(tx: Transaction, pages: Sequence[str]) -> None:
    """The pages of one material stand in this order from now on."""
    tx.run_many(
        "UPDATE papers SET position = ? WHERE page = ?",
        [(at, page) for at, page in enumerate(pages, start=1)],
    )


def remove(tx: Transaction, pages: Iterable[str]) -> None:
    """These are gone, with their keys: nothing opens their bytes any more."""
    tx.run_many("DELETE FROM papers WHERE page = ?", [(page,) for page in pages])


def kept_blobs(tx: Transaction) -> list[BlobId]:
    """Of every page."""
    return [BlobId(row["blob"]) for row in tx.rows("SELECT blob FROM papers")]


def drop_spent(tx: Transaction, until_ms: int | None) -> None:
    """Those whose draft is gone: it was thrown away, or handed in, and the queue has the bytes.

    Pages of what was handed in stay while the county may return the application: whoever corrects
    one page need not bring the others again.

    Args:
        until_ms: time of the county until which nothing is kept for that; None: nothing at all is.
    """
    tx.run(
        "DELETE FROM papers WHERE application NOT IN"
        " (SELECT application FROM drafts UNION ALL SELECT filing FROM filings)"
        " AND NOT EXISTS (SELECT 1 FROM earlier e JOIN applications a USING (application)"
        " WHERE e.application = papers.application"
        " AND ?1 IS NOT NULL AND (e.dated_ms IS NULL OR e.dated_ms > ?1)"
        " AND coalesce(a.outcome, '') <> 'decided' AND NOT EXISTS"
        " (SELECT 1 FROM versions v WHERE v.earlier = papers.application))",
        (until_ms,),
    )


def _row(row: Row) -> PaperRow:
    return PaperRow(
        page=row["page"],
        application=ApplicationId(row["application"]),
        material=row["material"],
        blob=BlobId(row["blob"]),
        source=row["source"],
        about=row["about"],
        readable=bool(row["readable"]),
    )
