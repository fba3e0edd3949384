"""Applications as a list wants them: little of all of them, everything of a few.

Of ten thousand only what an index or the head of a row says is read; their wire bytes and sealed
results are not.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from protocol.ids import ApplicationId
from station_agent.store.applications import ApplicationState
from station_agent.store.db import Transaction
from station_agent.store.outbox import Settled

_MOVED = """
SELECT a.position, o.settled, EXISTS (SELECT 1 FROM blobs b WHERE b.envelope = a.envelope
    AND b.done = 0 AND b.held < b.size) AS blobs_wait
FROM outbox o JOIN applications a ON a.envelope = o.envelope
WHERE (o.custody <> 0 OR o.settled <> 0)
"""
_STATES = {state.value: state for state in ApplicationState}


class Added(NamedTuple):
    """What never changes of an application."""

    position: int  # in the order in which they were saved
    application: ApplicationId
    item: str
    saved_ms: int
    applicant: bytes | None  # sealed


def added_after(tx: Transaction, position: int) -> list[Added]:
    """Those that were saved after ``position``."""
    rows = tx.rows(
        "SELECT position, application, item, saved_ms, applicant FROM applications"
        " WHERE position > ? ORDER BY position",
        (position,),
    )
    return [Added(*row) for row in rows]


def moved(tx: Transaction) -> dict[int, ApplicationState]:
    """By position: the state of all that have left, or have an answer; the others are SAVED."""
    found: dict[int, ApplicationState] = {}
    for position, settled, blobs_wait in tx.rows(_MOVED):
        if settled >= Settled.COMPLETE:
            found[position] = ApplicationState.COMPLETE
        elif settled == Settled.RECEIVED:
            found[position] = ApplicationState.RECEIVED
        elif not blobs_wait:
            found[position] = ApplicationState.AT_HUB
    answered = tx.rows("SELECT position, outcome FROM applications WHERE outcome IS NOT NULL")
    return found | {position: _STATES[outcome] for position, outcome in answered}


def sizes(tx: Transaction, envelopes: Sequence[bytes]) -> Mapping[bytes, int]:
    """Bytes of each envelope with its files, as they travel."""
    rows = tx.rows_among(
        "SELECT envelope, size + (SELECT coalesce(sum(b.size), 0) FROM blobs b"
        " WHERE b.envelope = o.envelope) AS bytes FROM outbox o WHERE envelope IN",
        envelopes,
    )
    return {row["envelope"]: row["bytes"] for row in rows}
