"""Who acts for an applicant, as it was said when the application was handed in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from protocol.ids import ApplicationId
from station_agent.store.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentNote:
    """What is kept of one."""

    sealed: bytes = field(repr=False)  # JSON, for the vault
    collects: bool  # may collect what comes back


def agent_context(application: str) -> str:
    """What the row with an agent is bound to."""
    return f"agent {application}"


def add(tx: Transaction, notes: Iterable[tuple[ApplicationId, AgentNote]]) -> None:
    """Note those of applications that were stored in the same transaction."""
    tx.run_many(
        "UPDATE applications SET agent = ?, collects = ? WHERE application = ?",
        [(note.sealed, int(note.collects), application) for application, note in notes],
    )


def of(tx: Transaction, application: str) -> AgentNote | None:
    """Who acts for the applicant; None: nobody, or it is not known here."""
    row = tx.row(
        "SELECT agent, collects FROM applications WHERE application = ? AND agent IS NOT NULL",
        (application,),
    )
    return AgentNote(sealed=row["agent"], collects=bool(row["collects"])) if row else None


def is_known(tx: Transaction, application: str) -> bool:
    """Whether this station knows who acts for the applicant, or that nobody does.

    Of an application whose result alone is known here, after a loss of the disk, it does not.
    """
    query = "SELECT 1 FROM applications WHERE application = ? AND envelope IS NOT NULL"
    return tx.row(query, (application,)) is not None
