"""Which application names an earlier one that it corrects or replaces."""

from collections.abc import Iterable

from protocol.ids import ApplicationId
from station_agent.store.db import Transaction


def add(tx: Transaction, pairs: Iterable[tuple[ApplicationId, str]]) -> None:
    """Each names the earlier one; what is known stays."""
    tx.run_many("INSERT OR IGNORE INTO versions (application, earlier) VALUES (?, ?)", list(pairs))


def earlier_of(tx: Transaction, application: str) -> str:
    """What an application corrects or replaces; empty: nothing."""
    row = tx.row("SELECT earlier FROM versions WHERE application = ?", (application,))
    return str(row["earlier"]) if row else ""


def later_of(tx: Transaction, application: str) -> str:
    """What corrects or replaces an application, the newest; empty: nothing."""
    row = tx.row(
        "SELECT application FROM versions WHERE earlier = ? ORDER BY rowid DESC LIMIT 1",
        (application,),
    )
    return str(row["application"]) if row else ""


def replaced_positions(tx: Transaction) -> list[int]:
    """Positions of all that a later version has corrected or replaced."""
    rows = tx.rows(
        "SELECT position FROM applications WHERE application IN (SELECT earlier FROM versions)"
    )
    return [row["position"] for row in rows]
