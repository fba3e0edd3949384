"""Wrong passwords by clerk, and which clerk opened whose record."""

from dataclasses import dataclass
from enum import Enum

from protocol.ids import ApplicationId
from station_agent.store.db import Transaction

MAX_KNOWN_BROWSERS = 20  # of one PC
OWNER = "owner"  # lane of commands: whoever owns the data folder
ANYBODY = ""  # lane of every browser in which no clerk has logged in yet


class Purpose(Enum):
    """What a record was opened for."""

    LIST = "list"  # names and results of all applications in a list
    RESULT = "result"  # the result of one, and its files
    CLERKS = "clerks"  # to let another clerk in; nobody's record is shown
    DESK = "desk"  # the desk was unlocked
    FORGOTTEN = "forgotten"  # the county released the desk, and a clerk has a new password
    SLIP = "slip"  # the slip of one was printed
    DRAFT = "draft"  # what is being filled in for somebody
    FOLLOW_UP = "follow-up"  # what was said after one, or a letter
    CHECK = "check"  # a second clerk looked at one before it was handed in
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


def tries(tx: Transaction, clerk: str, lane: str) -> Tries:
    """The wrong passwords under ``clerk`` that were tried in a lane."""
    row = tx.row("SELECT wrong, at_ms FROM clerk_tries WHERE clerk = ? AND lane = ?", (clerk, lane))
    return Tries(wrong=row["wrong"], at_ms=row["at_ms"]) if row else Tries(wrong=0, at_ms=0)


def keep_tries(tx: Transaction, clerk: str, lane: str, found: Tries) -> None:
    """From now on these are the wrong passwords under ``clerk`` in a lane."""
    tx.run(
        "INSERT OR REPLACE INTO clerk_tries (clerk, lane, wrong, at_ms) VALUES (?, ?, ?, ?)",
        (clerk, lane, found.wrong, found.at_ms),
    )


def forget_tries(tx: Transaction, clerk: str, lane: str) -> None:
    """The right password was given under ``clerk`` in a lane; those tried elsewhere stay."""
    tx.run("DELETE FROM clerk_tries WHERE clerk = ? AND lane = ?", (clerk, lane))


def forget_clerk(tx: Transaction, clerk: str) -> None:
    """She left: whoever is called so next begins anew."""
    tx.run("DELETE FROM clerk_tries WHERE clerk = ?", (clerk,))


def is_known(tx: Transaction, digest: str) -> bool:
    """Whether a clerk has logged in in this browser."""
    return tx.row("SELECT digest FROM known_browsers WHERE digest = ?", (digest,)) is not None


def know(tx: Transaction, digest: str, at_ms: int) -> None:
    """A clerk logs in in this browser; of too many the one that was used least goes."""
    tx.run("INSERT OR REPLACE INTO known_browsers (digest, at_ms) VALUES (?, ?)", (digest, at_ms))
    tx.run(
        "DELETE FROM known_browsers WHERE digest NOT IN"
        " (SELECT digest FROM known_browsers ORDER BY at_ms DESC, digest LIMIT ?)",
        (MAX_KNOWN_BROWSERS,),
    )
    tx.run(
        "DELETE FROM clerk_tries WHERE lane NOT IN (?, ?)"
        " AND lane NOT IN (SELECT digest FROM known_browsers)",
        (OWNER, ANYBODY),
    )


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
