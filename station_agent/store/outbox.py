"""The queue: sealed envelopes and their blobs until the county has them safe.

A mark of custody says what the parent's current instance has on disk. It only spares sending
twice; nothing is dropped because of it.

Source: docs/protocol.md section 9.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum

from protocol.envelope.envelope import Envelope, Lane
from protocol.exchange.lanes import Waiting
from protocol.ids import BlobId, EnvelopeId, Incarnation, Instance, NodeId
from protocol.trust.trusted_clock import HeldTime
from station_agent.store import refusals
from station_agent.store.db import Row, Transaction


class Settled(IntEnum):
    """What the county has said of an envelope."""

    OPEN = 0
    RECEIVED = 1
    COMPLETE = 2
    SAFE = 3
    REJECTED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LastSealed:
    """The newest incarnation, and how far it got."""

    incarnation: Incarnation
    seq: int
    journal_bytes: int


def last_sealed(tx: Transaction) -> LastSealed | None:
    """The newest incarnation of this station; None before its first envelope."""
    row = tx.row("SELECT * FROM incarnations ORDER BY opened DESC LIMIT 1")
    if row is None:
        return None
    return LastSealed(
        incarnation=Incarnation(row["incarnation"]),
        seq=row["last_seq"],
        journal_bytes=row["journal_bytes"],
    )


def sealed_count(tx: Transaction) -> int:
    """How many envelopes this PC has sealed: the ordinal of the last one."""
    (row,) = tx.rows("SELECT coalesce(sum(last_seq), 0) AS n FROM incarnations")
    return int(row["n"])


def journal_sizes(tx: Transaction) -> dict[Incarnation, int]:
    """How much of each journal file the outbox has taken in, in bytes."""
    rows = tx.rows("SELECT incarnation, journal_bytes FROM incarnations")
    return {Incarnation(row["incarnation"]): row["journal_bytes"] for row in rows}


def note_sealed(tx: Transaction, last: LastSealed) -> None:
    """The incarnation got as far as this; it becomes the newest if it is not known."""
    tx.run(
        "INSERT INTO incarnations (incarnation, last_seq, journal_bytes) VALUES (?, ?, ?)"
        " ON CONFLICT (incarnation) DO UPDATE SET last_seq = max(last_seq, excluded.last_seq),"
        " journal_bytes = excluded.journal_bytes",
        (last.incarnation, last.seq, last.journal_bytes),
    )


def add(tx: Transaction, envelopes: Sequence[Envelope], queued_ms: int) -> None:
    """Queue envelopes and their blobs; one that is queued already stays as it is."""
    tx.run_many(
        "INSERT INTO outbox (envelope, incarnation, seq, lane, wire, size, queued_ms, enough)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (envelope) DO NOTHING",
        [
            (e.id, e.incarnation, e.header.seq, e.lane, e.wire, len(e.wire), queued_ms, _enough(e))
            for e in envelopes
        ],
    )
    tx.run_many(
        "INSERT INTO blobs (blob, envelope, size) VALUES (?, ?, ?) ON CONFLICT (blob) DO NOTHING",
        [(blob, e.id, size) for e in envelopes for blob, size in e.blobs],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which of the waiting things: behind a position, oldest first."""

    after: int
    limit: int
    doubted: bool  # also what the parent took and is to be asked about again


def waiting_envelopes(tx: Transaction, origin: NodeId, lane: Lane, page: Page) -> list[Waiting]:
    """Envelopes of one lane that the parent should get."""
    rows = tx.rows(
        "SELECT position, envelope, size, queued_ms FROM waiting_envelopes"
        " WHERE lane = ? AND position > ? AND doubted <= ? ORDER BY position LIMIT ?",
        (lane, page.after, int(page.doubted), page.limit),
    )
    return [waiting_envelope(row, origin, lane) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingBlob:
    """A blob of which the parent lacks something."""

    waiting: Waiting
    envelope: EnvelopeId
    announced: bool  # the parent has its envelope on disk


def waiting_blobs(tx: Transaction, origin: NodeId, page: Page) -> list[WaitingBlob]:
    """Blobs that the parent should get."""
    rows = tx.rows(
        "SELECT * FROM waiting_blobs WHERE position > ? AND doubted <= ? ORDER BY position LIMIT ?",
        (page.after, int(page.doubted), page.limit),
    )
    return [_waiting_blob(row, origin) for row in rows]


def may_go(tx: Transaction, blob: bytes, sent: AbstractSet[bytes]) -> bool:
    """Whether the parent has heard of the blob: it has its envelope, or gets it before."""
    row = tx.row(
        "SELECT o.envelope, o.custody FROM blobs b JOIN outbox o USING (envelope)"
        " WHERE b.blob = ? AND b.done = 0",
        (blob,),
    )
    return row is not None and bool(row["custody"] or row["envelope"] in sent)


def wires(tx: Transaction, envelopes: Sequence[bytes]) -> dict[bytes, bytes]:
    """Wire bytes of those envelopes that still wait."""
    rows = tx.rows_among(
        "SELECT envelope, wire FROM waiting_envelopes WHERE envelope IN", envelopes
    )
    return {row["envelope"]: row["wire"] for row in rows}


def is_in_custody(tx: Transaction, envelope: bytes) -> bool:
    """Whether the parent's current instance has said that it holds an envelope."""
    row = tx.row("SELECT 1 FROM outbox WHERE envelope = ? AND custody <> 0", (envelope,))
    return row is not None


def take_custody(tx: Transaction, envelopes: Sequence[bytes]) -> bool:
    """The parent's current instance has these on disk. Whether blobs of them can go now."""
    tx.run_many(
        "UPDATE outbox SET custody = 1, refusals = 0 WHERE envelope = ?",
        [(envelope,) for envelope in envelopes],
    )
    blobs = tx.rows_among(
        "SELECT position FROM waiting_blobs WHERE doubted = 0 AND envelope IN", envelopes
    )
    return bool(blobs)


def holds_blob(tx: Transaction, blobs: Iterable[tuple[bytes, int]]) -> None:
    """The parent's current instance has so many bytes of each blob on disk."""
    tx.run_many(
        "UPDATE blobs SET held = min(size, ?), doubted = 0 WHERE blob = ?",
        [(held, blob) for blob, held in blobs],
    )


def mark_unacknowledged_custody(tx: Transaction) -> bool:
    """Ask again about all that the parent took and the county has not settled. Whether any is.

    A parent that lost something is found out this way; an id costs 8 bytes to ask about.
    """
    tx.run("UPDATE outbox SET custody = 2 WHERE custody = 1 AND settled < enough")
    tx.run(
        "UPDATE blobs SET doubted = 1 WHERE done = 0 AND held = size AND envelope IN"
        " (SELECT envelope FROM outbox WHERE settled < enough)"
    )
    return tx.row("SELECT 1 FROM outbox WHERE custody = 2 LIMIT 1") is not None


def doubt_unsafe(tx: Transaction) -> None:
    """Ask again about all that the parent took and the county has not told SAFE.

    Somebody on the way was set back; if it was the county, it may have lost what it had settled.
    """
    tx.run(
        "UPDATE outbox SET custody = 2 WHERE custody = 1 AND settled < ? AND length(wire) > 0",
        (Settled.SAFE,),
    )
    tx.run(
        "UPDATE blobs SET done = 0, doubted = 1 WHERE held = size AND envelope IN"
        " (SELECT envelope FROM outbox WHERE settled < ? AND length(wire) > 0)",
        (Settled.SAFE,),
    )


def forget_custody(tx: Transaction) -> None:
    """The parent has a new instance: what it holds is unknown."""
    tx.run("UPDATE outbox SET custody = 0 WHERE custody > 0")
    tx.run("UPDATE blobs SET held = 0, doubted = 0 WHERE done = 0")
    refusals.offer_again(tx)


def settle(tx: Transaction, envelope: bytes, settled: Settled, at_ms: int) -> None:
    """What the county says of ``envelope``; a stronger word stays."""
    tx.run(
        "UPDATE outbox SET settled = ?, settled_ms = ?, settled_n = (SELECT time_n FROM station),"
        " since_ms = NULL, old_run_ms = NULL WHERE envelope = ? AND settled < ?",
        (settled, at_ms, envelope, settled),
    )
    if settled >= Settled.COMPLETE:
        tx.run("UPDATE blobs SET done = 1 WHERE envelope = ?", (envelope,))


def recount(tx: Transaction, county: Instance) -> None:
    """A county instance took the place of another: only its own word and SAFE still count.

    Of what was let go there is nothing left to offer: it stays as the other county left it.
    """
    tx.run(
        "UPDATE outbox SET custody = 0, settled = coalesce((SELECT max(rank) FROM receipts r"
        " WHERE r.envelope = outbox.envelope AND (r.county = ? OR r.rank = ?)), 0),"
        " settled_n = (SELECT time_n FROM station), since_ms = NULL, old_run_ms = NULL"
        " WHERE settled < ? AND length(wire) > 0",
        (county, Settled.SAFE, Settled.SAFE),
    )
    tx.run(
        "UPDATE blobs SET held = 0, doubted = 0, done = EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.envelope = blobs.envelope AND o.settled >= ?)",
        (Settled.COMPLETE,),
    )


def waiting_bytes(tx: Transaction) -> int:
    """Bytes that could be pushed now, for a progress bar."""
    (row,) = tx.rows(
        "SELECT (SELECT coalesce(sum(size), 0) FROM waiting_envelopes WHERE doubted = 0)"
        " + (SELECT coalesce(sum(size - held), 0) FROM waiting_blobs) AS n"
    )
    return int(row["n"])


def any_waiting(tx: Transaction, lanes: AbstractSet[Lane]) -> bool:
    """Whether something of ``lanes`` could be pushed now."""
    one = "SELECT 1 FROM waiting_envelopes WHERE lane = ? AND doubted = 0 LIMIT 1"
    if any(tx.row(one, (lane,)) is not None for lane in lanes):
        return True
    blob = "SELECT 1 FROM waiting_blobs WHERE doubted = 0 LIMIT 1"
    return Lane.BLOBS in lanes and tx.row(blob) is not None


def date_settled(tx: Transaction, held: HeldTime, keep_ms: int) -> None:
    """What was settled before this time of the county came counts its days from here on.

    A hub may have held the statement back: so not from before the time of the receipt. And the
    county may be wrong, or put right by its next one: so what is old is noted, and not yet gone.

    Args:
        keep_ms: days that make it old, in ms of the county's time.
    """
    tx.run(
        "UPDATE outbox SET since_ms = max(?, coalesce(settled_ms, 0))"
        " WHERE since_ms IS NULL AND settled >= enough AND settled_n < ? AND length(wire) > 0",
        (held.statement.at_ms, held.statement.n),
    )
    tx.run(
        "UPDATE outbox SET old_run_ms = CASE WHEN old_run_ms IS NULL THEN ?2 END"
        " WHERE since_ms IS NOT NULL AND length(wire) > 0"
        " AND (since_ms <= ?1) <> (old_run_ms IS NOT NULL)",
        (held.statement.at_ms - keep_ms, held.run_ms),
    )


def drop_settled(tx: Transaction, before_run_ms: int) -> list[BlobId]:
    """Let go of what is SAFE, and of what :func:`date_settled` found old: wires and blobs.

    The rows stay, so that a late receipt still finds its application. Returns the blobs whose
    files can go now.

    Args:
        before_run_ms: what was old then or before, in running time of this station, may go.
    """
    rows = tx.rows(
        "UPDATE outbox SET wire = x'', custody = min(custody, 1)"
        " WHERE length(wire) > 0 AND settled > 0"
        " AND (settled = ? OR (settled >= enough AND old_run_ms <= ?)) RETURNING envelope",
        (Settled.SAFE, before_run_ms),
    )
    found: list[BlobId] = []
    for row in rows:
        blobs = tx.rows("SELECT blob FROM blobs WHERE envelope = ?", (row["envelope"],))
        found += [BlobId(blob["blob"]) for blob in blobs]
    return found


def spent_incarnations(tx: Transaction) -> list[Incarnation]:
    """Incarnations before the newest of which nothing is kept any more."""
    kept = tx.rows("SELECT DISTINCT incarnation FROM outbox WHERE length(wire) > 0")
    needed = {row["incarnation"] for row in kept}
    older = tx.rows(
        "SELECT incarnation FROM incarnations WHERE opened < (SELECT max(opened) FROM incarnations)"
    )
    return [Incarnation(row["incarnation"]) for row in older if row["incarnation"] not in needed]


def kept_blobs(tx: Transaction) -> set[BlobId]:
    """Every blob of the queue whose file must be kept."""
    rows = tx.rows(
        "SELECT b.blob FROM blobs b JOIN outbox o USING (envelope) WHERE length(o.wire) > 0"
    )
    return {BlobId(row["blob"]) for row in rows}


def _enough(envelope: Envelope) -> Settled:
    """A parent that never saw an envelope takes none of its blobs, so it goes with them."""
    return Settled.COMPLETE if envelope.blobs else Settled.RECEIVED


def waiting_envelope(row: Row, origin: NodeId, lane: Lane) -> Waiting:
    """Of a row with envelope, size, position and queued_ms."""
    return Waiting(
        key=row["envelope"],
        lane=lane,
        origin=origin,
        size=row["size"],
        position=row["position"],
        since_ms=row["queued_ms"],
    )


def waiting_blob(row: Row, origin: NodeId, *, offset: int = 0) -> Waiting:
    """Of a row with blob, size, position and queued_ms; to be sent from ``offset`` on."""
    return Waiting(
        key=row["blob"],
        lane=Lane.BLOBS,
        origin=origin,
        size=row["size"],
        position=row["position"],
        since_ms=row["queued_ms"],
        offset=offset,
        parts=True,
    )


def _waiting_blob(row: Row, origin: NodeId) -> WaitingBlob:
    waiting = waiting_blob(row, origin, offset=row["held"])
    return WaitingBlob(
        waiting=waiting, envelope=EnvelopeId(row["envelope"]), announced=bool(row["custody"])
    )
