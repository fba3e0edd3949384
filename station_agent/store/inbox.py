"""What came from the county: each envelope has its effect once; blobs grow part by part."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.codec import pack, unpack
from protocol.envelope.envelope import Envelope
from protocol.exchange.messages import PREFIX_BYTES, EditionNews, Offer, Want, blob_name
from protocol.ids import NO_ORIGIN, NONCE_BYTES, BlobId, BlobRef, EnvelopeId, NodeId
from station_agent.store.db import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A blob that was announced."""

    blob: BlobRef
    size: int
    held: int  # bytes on disk
    whole: bool  # all of it, and its hash was checked
    news: bytes | None  # the EditionNews whose body it is


def known(tx: Transaction, envelope: EnvelopeId) -> bool:
    """Whether this envelope has had its effect."""
    return tx.row("SELECT 1 FROM inbox WHERE envelope = ?", (envelope,)) is not None


def add(tx: Transaction, envelope: Envelope, kind: str, arrived_ms: int) -> None:
    """Note an envelope, and announce its blobs."""
    tx.run(
        "INSERT INTO inbox (envelope, kind, arrived_ms) VALUES (?, ?, ?)",
        (envelope.id, kind, arrived_ms),
    )
    tx.run_many(
        "INSERT INTO arriving (origin, blob, size, envelope) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        [(envelope.origin, blob, size, envelope.id) for blob, size in envelope.blobs],
    )


def quarantine(tx: Transaction, envelope: Envelope, code: str, detail: str) -> None:
    """Keep an envelope that could not be opened or understood, and why."""
    tx.run(
        "INSERT INTO quarantine (envelope, wire, code, detail) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (envelope) DO UPDATE SET code = excluded.code, detail = excluded.detail",
        (envelope.id, envelope.wire, code, detail),
    )


def quarantined(tx: Transaction, code: str) -> list[bytes]:
    """Wire bytes of those that are kept for this reason, in the order in which they came."""
    return [
        bytes(row["wire"])
        for row in tx.rows("SELECT wire FROM quarantine WHERE code = ? ORDER BY position", (code,))
    ]


def release(tx: Transaction, envelope: EnvelopeId, kind: str) -> None:
    """It could be understood in the end: it came as any other."""
    tx.run("DELETE FROM quarantine WHERE envelope = ?", (envelope,))
    tx.run("UPDATE inbox SET kind = ? WHERE envelope = ?", (kind, envelope))


def announce_edition(tx: Transaction, news: EditionNews) -> list[BlobRef]:
    """The body of an edition will come; bodies of its kind that are not waited for any more.

    So at most one body of each kind lies on the disk before it is known to be right.
    """
    before = [
        BlobRef(NO_ORIGIN, BlobId(row["blob"]))
        for row in tx.rows("SELECT blob, news FROM arriving WHERE news IS NOT NULL")
        if row["blob"] != news.blob and unpack(row["news"], EditionNews).kind is news.kind
    ]
    for blob in before:
        forget(tx, blob)
    tx.run(
        "INSERT INTO arriving (origin, blob, size, news) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (origin, blob) DO UPDATE SET news = excluded.news",
        (NO_ORIGIN, news.blob, news.size, pack(news)),
    )
    return before


def find(tx: Transaction, blob: BlobRef) -> Arriving | None:
    """The blob, if it was announced."""
    row = tx.row("SELECT * FROM arriving WHERE origin = ? AND blob = ?", blob)
    return _arriving(row) if row else None


def grew(tx: Transaction, blob: BlobRef, held: int, *, whole: bool) -> None:
    """So many bytes of it are on disk now."""
    tx.run(
        "UPDATE arriving SET held = ?, whole = ? WHERE origin = ? AND blob = ?",
        (held, int(whole), *blob),
    )


def forget(tx: Transaction, blob: BlobRef) -> None:
    """It is not expected any more."""
    tx.run("DELETE FROM arriving WHERE origin = ? AND blob = ?", blob)


def held(tx: Transaction, offer: Offer) -> Want:
    """Which of an offer is here."""
    envelopes = held_prefixes(tx, [e[:PREFIX_BYTES] for e in offer.envelopes])
    blobs = held_bytes(tx, offer.blobs)
    return Want(
        have_envelopes=bytes(e[:PREFIX_BYTES] in envelopes for e in offer.envelopes),
        have_blob_bytes=tuple(blobs.get(name, 0) for name in offer.blobs),
    )


def held_prefixes(tx: Transaction, prefixes: Sequence[bytes]) -> set[bytes]:
    """Which of these beginnings of envelope ids are here."""
    rows = tx.rows_among(
        "SELECT substr(envelope, 1, 8) AS prefix FROM inbox WHERE substr(envelope, 1, 8) IN",
        prefixes,
    )
    return {row["prefix"] for row in rows}


def held_bytes(tx: Transaction, names: Sequence[bytes]) -> dict[bytes, int]:
    """How many bytes are here of blobs, by the names that an offer gives them."""
    rows = tx.rows_among(
        "SELECT origin, blob, held FROM arriving WHERE origin <> '' AND substr(blob, 1, 8) IN",
        [name[NONCE_BYTES:] for name in names],
    )
    return {
        blob_name(BlobRef(NodeId(row["origin"]), BlobId(row["blob"]))): row["held"] for row in rows
    }


def every_arriving(tx: Transaction) -> list[Arriving]:
    """All blobs that were announced."""
    return [_arriving(row) for row in tx.rows("SELECT * FROM arriving")]


def _arriving(row: Row) -> Arriving:
    return Arriving(
        blob=BlobRef(NodeId(row["origin"]), BlobId(row["blob"])),
        size=row["size"],
        held=row["held"],
        whole=bool(row["whole"]),
        news=row["news"],
    )
