"""What this station sent after applications, and letters: each once, with how far it has got."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from protocol.ids import ApplicationId, EnvelopeId
from station_agent.store.db import Row, Transaction
from station_agent.store.outbox import Settled

_SELECT = """
SELECT f.*, o.settled, o.custody, EXISTS (SELECT 1 FROM blobs b WHERE b.envelope = f.envelope
    AND b.done = 0 AND b.held < b.size) AS blobs_wait, r.rank, r.received_ms,
    coalesce(o.refused, (SELECT b.refused FROM blobs b WHERE b.envelope = f.envelope
        AND b.refused IS NOT NULL AND b.done = 0), n.code) AS problem
FROM follow_ups f LEFT JOIN outbox o ON o.envelope = f.envelope
LEFT JOIN (SELECT envelope, max(rank) AS rank, min(at_ms) AS received_ms FROM receipts
    GROUP BY envelope) r ON r.envelope = f.envelope
LEFT JOIN notices n ON n.envelope = f.envelope AND o.settled < o.enough
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpNote:
    """One of them, as it is put down beside its envelope."""

    follow_up: ApplicationId  # its own id, of the same form as an application's
    application: str  # that it follows; empty: none
    about: str  # name of its subject
    content: bytes  # digest of what was said
    materials: Sequence[str] = ()  # ids of the papers that it brings
    sealed: bytes | None = field(default=None, repr=False)  # what was said, for the vault
    unseen: bool = False  # what was said is not in it


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpView:
    """One of them, and what is known of it."""

    follow_up: str
    application: str
    about: str
    saved_ms: int
    state: str  # saved, at_hub, received, complete, rejected
    code: str | None  # of the error, if the county refused it
    received_ms: int | None  # by the county's clock; None: it has not said so
    problem: str | None  # code by which a node refused it or a file of it, or says that one lacks
    sealed: bytes | None = field(repr=False)
    answer: bytes | None = field(repr=False)  # to a letter, sealed for the vault
    unseen: bool
    read_by: str | None  # who has read the answer
    read_ms: int | None


def add(tx: Transaction, rows: Iterable[tuple[FollowUpNote, EnvelopeId]], saved_ms: int) -> None:
    """Put them down; a known one stays as it is, but for the envelope that its answer lacked."""
    tx.run_many(
        "INSERT INTO follow_ups (follow_up, application, about, content, sealed, envelope,"
        " saved_ms, unseen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        " ON CONFLICT (follow_up) DO NOTHING",
        [
            (
                note.follow_up,
                note.application,
                note.about,
                note.content,
                note.sealed,
                envelope,
                saved_ms,
                int(note.unseen),
            )
            for note, envelope in rows
        ],
    )


def known(tx: Transaction, follow_ups: Sequence[str]) -> AbstractSet[str]:
    """Which of these this station has sent."""
    rows = tx.rows_among(
        "SELECT follow_up FROM follow_ups WHERE envelope IS NOT NULL AND follow_up IN", follow_ups
    )
    return {row["follow_up"] for row in rows}


def saved_times(tx: Transaction, ids: Sequence[str]) -> dict[str, int]:
    """When those of ``ids`` that this station has sent were saved."""
    rows = tx.rows_among(
        "SELECT follow_up, saved_ms FROM follow_ups WHERE envelope IS NOT NULL AND follow_up IN",
        ids,
    )
    return {row["follow_up"]: row["saved_ms"] for row in rows}


def content(tx: Transaction, follow_up: str) -> bytes | None:
    """The digest of what was said under this id; None: nothing was."""
    row = tx.row("SELECT content FROM follow_ups WHERE follow_up = ?", (follow_up,))
    return row["content"] if row else None


def set_answer(tx: Transaction, follow_up: str, sealed: bytes, *, n: int, at_ms: int) -> None:
    """Keep the answer to a letter; of two the one with the higher ``n`` stands.

    A PC restored from an old copy may not know the letter: the clerk must see the answer all the
    same.
    """
    tx.run(
        "INSERT INTO follow_ups (follow_up, application, about, saved_ms, answer, answered_n)"
        " VALUES (?1, '', 'letter', ?2, ?3, ?4) ON CONFLICT (follow_up) DO UPDATE SET"
        " answer = ?3, answered_n = ?4, read_by = NULL, read_ms = NULL"
        " WHERE coalesce(answered_n, 0) < ?4",
        (follow_up, at_ms, sealed, n),
    )


def note_read(tx: Transaction, follow_up: str, *, clerk: str, at_ms: int) -> None:
    """The answer that stands was read; whoever read it first stands."""
    tx.run(
        "UPDATE follow_ups SET read_by = ?, read_ms = ?"
        " WHERE follow_up = ? AND answer IS NOT NULL AND read_ms IS NULL",
        (clerk, at_ms, follow_up),
    )


def set_refused(tx: Transaction, envelope: bytes, code: str) -> None:
    """The county could not take what is in this envelope."""
    tx.run("UPDATE follow_ups SET code = ? WHERE envelope = ?", (code, envelope))


def view(tx: Transaction, follow_up: str) -> FollowUpView | None:
    """One of them."""
    row = tx.row(f"{_SELECT} WHERE f.follow_up = ?", (follow_up,))
    return _view(row) if row else None


def views(tx: Transaction, application: str | None = None) -> list[FollowUpView]:
    """All of them, or those of one application, in the order in which they were saved."""
    if application is None:
        rows = tx.rows(f"{_SELECT} ORDER BY f.rowid")
    else:
        rows = tx.rows(f"{_SELECT} WHERE f.application = ? ORDER BY f.rowid", (application,))
    return [_view(row) for row in rows]


def views_about(tx: Transaction, about: str) -> list[FollowUpView]:
    """All with one subject, in the order in which they were saved."""
    rows = tx.rows(f"{_SELECT} WHERE f.about = ? ORDER BY f.rowid", (about,))
    return [_view(row) for row in rows]


def under_way(tx: Transaction) -> list[FollowUpView]:
    """Those that the county has not received, and those that it refused, the oldest first."""
    rows = tx.rows(
        f"{_SELECT} WHERE f.envelope IS NOT NULL"
        " AND (f.code IS NOT NULL OR problem IS NOT NULL"
        f" OR max(coalesce(r.rank, 0), coalesce(o.settled, 0)) < {Settled.RECEIVED.value})"
        " ORDER BY f.rowid"
    )
    return [_view(row) for row in rows]


def application_of(tx: Transaction, follow_up: str) -> str:
    """What one that was sent follows; empty: none was sent under this id, or it follows none."""
    row = tx.row(
        "SELECT application FROM follow_ups WHERE follow_up = ? AND envelope IS NOT NULL",
        (follow_up,),
    )
    return str(row["application"]) if row else ""


def sealed_about(tx: Transaction, about: str) -> list[tuple[str, bytes]]:
    """Ids of those with one subject, and what was said, in the order in which they were saved."""
    rows = tx.rows(
        "SELECT follow_up, sealed FROM follow_ups WHERE about = ? AND sealed IS NOT NULL"
        " ORDER BY rowid",
        (about,),
    )
    return [(row["follow_up"], row["sealed"]) for row in rows]


def decided_without(tx: Transaction, about: str) -> int:
    """How many applications have a decision and no follow-up with that subject."""
    (row,) = tx.rows(
        "SELECT count(*) AS n FROM applications a WHERE a.outcome = 'decided' AND NOT EXISTS"
        " (SELECT 1 FROM follow_ups f WHERE f.application = a.application AND f.about = ?)",
        (about,),
    )
    return int(row["n"])


def _view(row: Row) -> FollowUpView:
    return FollowUpView(
        follow_up=row["follow_up"],
        application=row["application"],
        about=row["about"],
        saved_ms=row["saved_ms"],
        state=_state(row),
        code=row["code"],
        received_ms=row["received_ms"],
        problem=row["problem"],
        sealed=row["sealed"],
        answer=row["answer"],
        unseen=bool(row["unseen"]),
        read_by=row["read_by"],
        read_ms=row["read_ms"],
    )


def _state(row: Row) -> str:
    """How far it has got, by receipts and custody; nothing of that is stored twice."""
    if row["code"] is not None:
        return "rejected"
    rank = max(row["rank"] or 0, row["settled"] or 0)
    if rank >= Settled.COMPLETE:
        return "complete"
    if rank == Settled.RECEIVED:
        return "received"
    return "at_hub" if row["custody"] and not row["blobs_wait"] else "saved"
