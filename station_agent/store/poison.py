"""Items of the parent on which this program failed, as they came, for whoever mends it."""

import hashlib

from protocol.limits import MAX_POISON
from station_agent.store.db import Transaction

_FAULT_CHARS = 1000


def keep(tx: Transaction, item: bytes, fault: Exception, at_ms: int) -> None:
    """Keep ``item`` and what was said of it; the oldest go if there are too many."""
    said = f"{type(fault).__name__}: {fault}"[:_FAULT_CHARS].encode("utf-8", "replace").decode()
    tx.run(
        "INSERT INTO poison (digest, item, fault, tries, last_ms) VALUES (?1, ?2, ?3, 1, ?4)"
        " ON CONFLICT (digest) DO UPDATE SET tries = tries + 1, fault = ?3, last_ms = ?4",
        (hashlib.sha256(item).digest(), item, said, at_ms),
    )
    tx.run(
        "DELETE FROM poison WHERE digest NOT IN"
        " (SELECT digest FROM poison ORDER BY last_ms DESC LIMIT ?)",
        (MAX_POISON,),
    )


def count(tx: Transaction) -> int:
    """How many are kept."""
    (row,) = tx.rows("SELECT count(*) AS n FROM poison")
    return int(row["n"])
