"""Wrong passwords by clerk, and which clerk opened whose record."""

from dataclasses import dataclass
from enum import Enum

from protocol.ids import ApplicationId
from station_agent.store.db import Transaction


class Purpose(Enum):
    """What a record was opened for."""

    LIST = "list"  # names and results of all applications in a list
    RESULT = "result"  # the result of one, and its files
    CLERKS = "clerks"  # to let another clerk in; nobody's record is shown
    DESK = "desk"  # the desk was unlocked
    FORGOTTEN = "forgotten"  # the county released the desk, and a clerk has a new password
    SLIP = "slip"  # the slip of one was printed
    DRAFT = "draft"  # what is being filled in for somebody
    DRAFTS = "drafts"  # the same of all, in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """The wrong passwords in a row under one name."""

    wrong: int
    at_ms: int  # of the last, by the local clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """That somebody opened a record."""

    at_ms: int  # by the local clock
    clerk: str
    application: ApplicationId | None  # None: all of them
    purpose: Purpose


def tries(tx: Transaction, clerk: str) -> Tries:
    """The wrong passwords under ``clerk``."""
    row = tx.row("SELECT wrong, at_ms FROM clerk_tries WHERE clerk = ?", (clerk,))
    return Tries(wrong=row["wrong"], at_ms=row["at_ms"]) if row else Tries(wrong=0, at_ms=0)


def keep_tries(tx: Transaction, clerk: str, found: Tries) -> None:
    """From now on these are the wrong passwords under ``clerk``."""
    tx.run(
        "INSERT OR REPLACE INTO clerk_tries (clerk, wrong, at_ms) VALUES (?, ?, ?)",
        (clerk, found.wrong, found.at_ms),
    )


def forget_tries(tx: Transaction, clerk: str) -> None:
    """The right password was given under ``clerk``, or she left."""
    tx.run("DELETE FROM clerk_tries WHERE clerk = ?", (clerk,))


def add_opening(tx: Transaction, opening: Opening) -> None:
    """One more line; nothing of the person stands in it."""
    tx.run(
        "INSERT INTO openings (at_ms, clerk, application, purpose) VALUES (?, ?, ?, ?)",
        (opening.at_ms, opening.clerk, opening.application, opening.purpose.value),
    )


def openings(tx: Transaction) -> list[Opening]:
    """Every line, in the order written."""
    return [
        Opening(
            at_ms=row["at_ms"],
            clerk=row["clerk"],
            application=row["application"],
            purpose=Purpose(row["purpose"]),
        )
        for row in tx.rows("SELECT * FROM openings ORDER BY position")
    ]
