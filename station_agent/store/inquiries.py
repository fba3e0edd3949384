"""What the county should be asked about, and when it was. Queries; none of them commits."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.envelope.envelope import Lane
from station_agent.store.db import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryTimeouts:
    """How long to wait for a word, in ms of the local clock."""

    in_custody_ms: int  # after which what the parent holds is asked about
    elsewhere_ms: int  # the same for what it does not hold: a stick may have it
    first_pause_ms: int  # before the same is asked about again
    doublings: int  # of that pause, at most


def stuck(tx: Transaction, now_ms: int, patience: InquiryTimeouts, limit: int) -> list[bytes]:
    """Envelopes with applications that wait too long, oldest first."""
    rows = tx.rows(
        "SELECT envelope FROM outbox WHERE lane = ?1 AND settled < enough"
        " AND abs(?2 - queued_ms) > CASE WHEN custody > 0 THEN ?3 ELSE ?4 END"
        " AND (inquired_ms IS NULL OR abs(?2 - inquired_ms) > ?5 << min(inquiries - 1, ?6))"
        " ORDER BY inquiries, position LIMIT ?7",
        (
            Lane.APPLICATIONS,
            now_ms,
            patience.in_custody_ms,
            patience.elsewhere_ms,
            patience.first_pause_ms,
            patience.doublings,
            limit,
        ),
    )
    return [bytes(row["envelope"]) for row in rows]


def undecided(tx: Transaction, limit: int) -> list[bytes]:
    """Envelopes of applications that have no result here, the newest first."""
    rows = tx.rows(
        "SELECT envelope FROM applications WHERE outcome IS NULL AND envelope IS NOT NULL"
        " ORDER BY position DESC LIMIT ?",
        (limit,),
    )
    return [bytes(row["envelope"]) for row in rows]


def asked(tx: Transaction, envelopes: Sequence[bytes], now_ms: int) -> None:
    """The county is asked about these."""
    tx.run_many(
        "UPDATE outbox SET inquired_ms = ?, inquiries = inquiries + 1 WHERE envelope = ?",
        [(now_ms, envelope) for envelope in envelopes],
    )


def last_word_ms(tx: Transaction) -> int:
    """The county's time of the newest word that is here; 0 if there is none."""
    row = tx.row(
        "SELECT max(coalesce((SELECT max(at_ms) FROM receipts), 0),"
        " coalesce((SELECT max(result_ms) FROM applications), 0)) AS newest"
    )
    return int(row["newest"]) if row else 0
