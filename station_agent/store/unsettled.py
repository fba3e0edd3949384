"""What the county has not settled yet, whatever the parent holds: a stick may go past the parent.

Source: docs/protocol.md section 11.
"""

from collections.abc import Sequence

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.ids import NodeId
from station_agent.store.db import Transaction
from station_agent.store.outbox import Settled, waiting_blob, waiting_envelope


def envelopes(
    tx: Transaction, origin: NodeId, lane: Lane, *, after: int, limit: int
) -> list[Waiting]:
    """Envelopes in ``lane`` behind position ``after``, oldest first."""
    rows = tx.rows(
        "SELECT position, envelope, size, queued_ms FROM outbox WHERE lane = ? AND position > ?"
        " AND settled < enough ORDER BY position LIMIT ?",
        (lane, after, limit),
    )
    return [waiting_envelope(row, origin, lane) for row in rows]


def blobs(tx: Transaction, origin: NodeId, *, after: int, limit: int) -> list[Waiting]:
    """Blobs behind position ``after``, oldest first."""
    rows = tx.rows(
        "SELECT b.position, b.blob, b.size, o.queued_ms FROM blobs b JOIN outbox o"
        " USING (envelope) WHERE b.position > ? AND b.done = 0 AND o.settled < ?"
        " ORDER BY b.position LIMIT ?",
        (after, Settled.COMPLETE, limit),
    )
    return [waiting_blob(row, origin) for row in rows]


def wires(tx: Transaction, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    """The wire bytes of these envelopes."""
    rows = tx.rows_among("SELECT envelope, wire FROM outbox WHERE envelope IN", keys)
    return {row["envelope"]: row["wire"] for row in rows}


def total_bytes(tx: Transaction) -> int:
    """Bytes of all of it, for a progress bar."""
    (row,) = tx.rows(
        "SELECT (SELECT coalesce(sum(size), 0) FROM outbox WHERE settled < enough)"
        " + (SELECT coalesce(sum(b.size), 0) FROM blobs b JOIN outbox o USING (envelope)"
        " WHERE b.done = 0 AND o.settled < ?) AS total",
        (Settled.COMPLETE,),
    )
    return int(row["total"])
