"""Documents of the steps of cases, as the county sent them; each is kept once."""

from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from station_agent.store.answers import record_id
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One of them, as it lies on the disk."""

    application: ApplicationId
    n: int  # the county's number of it
    sealed: bytes = field(repr=False)  # for the vault
    days: int  # working days in which it is to be told; 0: not said
    files: int  # how many come with it
    issued_ms: int  # by the county's clock


def add(tx: Transaction, row: DocumentRow) -> None:
    """Keep it; one that is known stays as it is."""
    tx.run(
        "INSERT INTO documents (application, n, sealed, days, files, issued_ms, told, handed)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            row.application,
            row.n,
            row.sealed,
            row.days,
            row.files,
            row.issued_ms,
            record_id(row.application, "told", row.n),
            record_id(row.application, "handed-over", row.n),
        ),
    )


def of_application(tx: Transaction, application: ApplicationId) -> list[DocumentRow]:
    """Those of one application, in the order in which they were issued."""
    rows = tx.rows("SELECT * FROM documents WHERE application = ? ORDER BY n", (application,))
    return [_document(row) for row in rows]


def _document(row: Row) -> DocumentRow:
    return DocumentRow(
        application=ApplicationId(row["application"]),
        n=row["n"],
        sealed=row["sealed"],
        days=row["days"],
        files=row["files"],
        issued_ms=row["issued_ms"],
    )
