"""Tables of the relay. Keys lead with the station, so that a larger engine can shard by it."""

from typing import Any

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Digest, Millis, Node, Short

# not passed on yet; as text, because an index is used only where the query has the same words
OPEN_ENVELOPE = text("holder IS NULL AND next_hop <> ''")
OPEN_BLOB = text("holder IS NULL AND (next_hop <> '' OR have < size)")
_NOT_HERE = text("next_hop <> ''")
_ON_THE_WAY: Any = {"sqlite_where": _NOT_HERE, "postgresql_where": _NOT_HERE}


class SpoolRow(Base):
    """One envelope on its way, or the memory that it has passed."""

    __tablename__ = "spool"
    __table_args__ = (
        Index(None, "next_hop", "waiting", "lane", "position", "origin"),
        Index(None, "prefix"),
        Index(
            "ix_spool_open",
            "origin",
            "lane",
            "size",
            sqlite_where=OPEN_ENVELOPE,
            postgresql_where=OPEN_ENVELOPE,
        ),
        Index(None, "destination", "position", **_ON_THE_WAY),
    )

    origin: Mapped[Node] = mapped_column(primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    prefix: Mapped[Short]  # first bytes of the id, by which a peer asks for it
    destination: Mapped[Node]
    next_hop: Mapped[Node]  # empty: it has arrived
    lane: Mapped[int] = mapped_column(SmallInteger)
    position: Mapped[Count]  # order of arrival here
    size: Mapped[int]  # bytes of the wire form
    wire: Mapped[bytes | None] = mapped_column(LargeBinary)  # dropped once the next hop has it
    waiting: Mapped[bool]  # still to be handed to the next hop
    holder: Mapped[bytes | None] = mapped_column(LargeBinary(8))  # instance that acknowledged it
    stored_ms: Mapped[Millis]


class BlobRow(Base):
    """One blob on its way: its file lies in the blob folder, here stands how much is there."""

    __tablename__ = "blob"
    __table_args__ = (
        Index(None, "next_hop", "waiting", "position", "origin"),
        Index(None, "prefix"),
        Index("ix_blob_open", "origin", "size", sqlite_where=OPEN_BLOB, postgresql_where=OPEN_BLOB),
        Index(None, "destination", "position", **_ON_THE_WAY),
    )

    origin: Mapped[Node] = mapped_column(primary_key=True)
    blob_id: Mapped[Digest] = mapped_column(primary_key=True)
    prefix: Mapped[Short]
    destination: Mapped[Node]
    next_hop: Mapped[Node]
    position: Mapped[Count]
    size: Mapped[Count]  # bytes of the ciphertext
    have: Mapped[Count]  # contiguous bytes on disk
    waiting: Mapped[bool]  # whole, and still to be handed to the next hop
    holder: Mapped[bytes | None] = mapped_column(LargeBinary(8))
    stored_ms: Mapped[Millis]


class LinkRow(Base):
    """What is known of one neighbour."""

    __tablename__ = "link"

    peer: Mapped[Node] = mapped_column(primary_key=True)
    instance: Mapped[bytes | None] = mapped_column(LargeBinary(8))
    dirty: Mapped[bool] = mapped_column(default=False)  # the last exchange may have broken off
    seen_exchange: Mapped[bytes | None] = mapped_column(LargeBinary(8))
    seen_number: Mapped[int] = mapped_column(default=0)  # items of it that we hold
    forgets: Mapped[bool] = mapped_column(default=False)  # says that it has seen nothing
    county: Mapped[bytes | None] = mapped_column(LargeBinary(8))  # instance it has heard of
    heard_ms: Mapped[int | None] = mapped_column(Big, default=None)
    roster: Mapped[int | None] = mapped_column(Big, default=None)  # version that it holds
    release: Mapped[int | None] = mapped_column(Big, default=None)
    program: Mapped[str | None] = mapped_column(String(16), default=None)  # that it runs
    pushed: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)  # an AckHistory
    answered_exchange: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    answered_number: Mapped[int | None] = mapped_column(Big, default=None)
    spent: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)  # by us to it, today


class DeferredRow(Base):
    """An envelope or blob that the next hop has refused, and what it said last."""

    __tablename__ = "deferred"
    __table_args__ = (Index(None, "peer"),)

    origin: Mapped[Node] = mapped_column(primary_key=True)
    item: Mapped[Digest] = mapped_column(primary_key=True)  # envelope id or blob id
    peer: Mapped[Node]  # who refuses it
    blob: Mapped[bool]
    code: Mapped[str] = mapped_column(String(60))
    refusals: Mapped[int]  # in a row
    since_ms: Mapped[Millis]
    last_ms: Mapped[Millis]
    deferred: Mapped[bool]  # not offered any more before something changes
    reported: Mapped[bool]  # the county was told


class PoisonRow(Base):
    """An item on which this program failed, as it came."""

    __tablename__ = "poison"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    peer: Mapped[Node]  # who brought it; empty if a stick did
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes]  # the message, as it is written on the wire
    fault: Mapped[str] = mapped_column(Text)
    tries: Mapped[int]
    since_ms: Mapped[Millis]
    last_ms: Mapped[Millis]


class RouteRow(Base):
    """Where a station that may use other paths exchanges now; only at the top of the tree."""

    __tablename__ = "route"

    station: Mapped[Node] = mapped_column(primary_key=True)
    at: Mapped[Node]
    number: Mapped[Count]  # of its word, by its own count
    key: Mapped[Short]  # name of the key that signed it: numbers of another key begin anew


class HealthRow(Base):
    """What a node says of itself, and when it was heard of; of this node too, at a hub."""

    __tablename__ = "health"

    node: Mapped[Node] = mapped_column(primary_key=True)
    number: Mapped[Count]  # of the word; 0: there is none yet
    key: Mapped[Short]  # name of the key that signed it; empty: there is none, or it is our own
    word: Mapped[bytes]  # Signed[Health], as it came
    said_ms: Mapped[int | None] = mapped_column(Big)  # when that came, by this machine's clock
    heard_ms: Mapped[int | None] = mapped_column(Big)  # when the node was last heard of, the same
    heard_by: Mapped[Node]  # who says so; empty: nobody yet


class EditionRow(Base):
    """One version of the roster or of the catalogue."""

    __tablename__ = "edition"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    proof: Mapped[bytes]
    body: Mapped[bytes]  # changes from nothing, compressed
    stored_ms: Mapped[Millis]


class MetaRow(Base):
    """Facts of this database as a whole: its instance."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[bytes]


class IncarnationRow(Base):
    """One run of this node's own envelopes, for their numbers and the chain between runs."""

    __tablename__ = "incarnation"

    incarnation: Mapped[Short] = mapped_column(primary_key=True)
    last_seq: Mapped[Count]
    opened_ms: Mapped[Millis]
