"""What the database tells of the station's health. Reads only, and no more than it must."""

from dataclasses import dataclass

from protocol.errors import NeedsNewerError
from protocol.limits import MAX_REFUSALS
from station_agent.store.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What the county has not confirmed."""

    count: int  # envelopes
    size: int  # bytes of them, and of blobs that the county lacks
    oldest: bytes | None  # wire bytes of the one sealed first


def queue(tx: Transaction) -> Queue:
    """Envelopes without a receipt; those that were let go of or rejected do not count."""
    (row,) = tx.rows(
        "SELECT count(*) AS n, coalesce(sum(size), 0) AS bytes, min(position) AS first"
        " FROM outbox WHERE length(wire) > 0 AND settled = 0"
    )
    oldest = tx.row("SELECT wire FROM outbox WHERE position = ?", (row["first"],))
    (blobs,) = tx.rows("SELECT coalesce(sum(size), 0) AS bytes FROM blobs WHERE done = 0")
    return Queue(
        count=row["n"],
        size=row["bytes"] + blobs["bytes"],
        oldest=None if oldest is None else oldest["wire"],
    )


def any_aside(tx: Transaction) -> bool:
    """Whether something waits that the parent refuses (station_agent.store.refusals)."""
    tables = (("outbox", "refused IS NOT NULL"), ("blobs", "done = 0 AND refused IS NOT NULL"))
    return any(
        tx.row(f"SELECT 1 FROM {table} WHERE {which} AND refusals >= ? LIMIT 1", (MAX_REFUSALS,))  # noqa: S608 - names of our own schema
        for table, which in tables
    )


def any_stumbled(tx: Transaction) -> bool:
    """Whether an item of the parent is kept apart, because this program failed on it."""
    return tx.row("SELECT 1 FROM poison LIMIT 1") is not None


def any_unreadable(tx: Transaction) -> bool:
    """Whether the county sent something that could not be opened or understood."""
    code = NeedsNewerError.code
    return tx.row("SELECT 1 FROM quarantine WHERE code <> ? LIMIT 1", (code,)) is not None


def waiting_for_program(tx: Transaction) -> int:
    """How many envelopes and rosters are kept until a newer program understands them."""
    (row,) = tx.rows(
        "SELECT (SELECT count(*) FROM quarantine WHERE code = ?)"
        " + (SELECT count(*) FROM editions WHERE kind = 'newer-roster') AS n",
        (NeedsNewerError.code,),
    )
    return int(row["n"])
