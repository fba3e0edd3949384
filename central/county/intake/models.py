"""Tables of intake. Keys lead with the station, so that a larger engine can shard by it."""

from sqlalchemy import Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Digest, Millis, Node, Short

_STARTS = text("pred_incarnation IS NOT NULL")
_BEGINS = text("signer IS NOT NULL")


class ReceivedRow(Base):
    """One envelope that came; kept for ever, as the memory against duplicates and for the audit."""

    __tablename__ = "received"
    __table_args__ = (
        Index(None, "origin", "incarnation", "seq"),
        Index(None, "origin", "application"),
        Index(None, "origin", "arrived_ms"),
        Index(None, "backup"),
        Index(
            "ix_received_start",
            "origin",
            "pred_incarnation",
            "pred_seq",
            "incarnation",
            sqlite_where=_STARTS,
            postgresql_where=_STARTS,
        ),
        Index(
            "ix_received_begin",
            "origin",
            "signer",
            "incarnation",
            sqlite_where=_BEGINS,
            postgresql_where=_BEGINS,
        ),
    )

    origin: Mapped[Node] = mapped_column(primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    incarnation: Mapped[Short]
    seq: Mapped[int] = mapped_column(Big)
    pred_incarnation: Mapped[bytes | None] = mapped_column(LargeBinary(8))
    pred_seq: Mapped[int | None] = mapped_column(Big)
    signer: Mapped[bytes | None] = mapped_column(LargeBinary(8))  # key name; only of a PC's first
    application: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # or id of a follow-up
    verdict: Mapped[str] = mapped_column(String(12))
    arrived_ms: Mapped[Millis]
    backup: Mapped[int | None] = mapped_column(Big)  # number of the one in which it was told SAFE


class NoticeRow(Base):
    """What a node on the way, or this county, says of an item of a station that is stuck."""

    __tablename__ = "notice"

    origin: Mapped[Node] = mapped_column(primary_key=True)
    item: Mapped[Digest] = mapped_column(primary_key=True)  # envelope id or blob id
    node: Mapped[Node]  # who says so
    blob: Mapped[bool]
    incarnation: Mapped[bytes | None] = mapped_column(LargeBinary(8))
    seq: Mapped[int | None] = mapped_column(Big)
    code: Mapped[str] = mapped_column(String(60))
    at_ms: Mapped[Millis]  # by that node's clock
    arrived_ms: Mapped[Millis]


class AwaitingRow(Base):
    """An envelope that only a newer program understands, as it came."""

    __tablename__ = "awaiting"
    __table_args__ = (Index(None, "position"),)

    origin: Mapped[Node] = mapped_column(primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    wire: Mapped[bytes]
    detail: Mapped[str] = mapped_column(Text)  # what this program does not know
    arrived_ms: Mapped[Millis]
    position: Mapped[Count]  # order of arrival


class QuarantineRow(Base):
    """An envelope that could not be taken, as it came."""

    __tablename__ = "quarantine"
    __table_args__ = (Index(None, "arrived_ms"),)

    origin: Mapped[Node] = mapped_column(primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    wire: Mapped[bytes]
    code: Mapped[str] = mapped_column(String(60))  # of protocol/errors.py
    detail: Mapped[str] = mapped_column(Text)
    arrived_ms: Mapped[Millis]
    result_n: Mapped[Count]  # of the rejection (central.county.casework.answers.results)
    told_id: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # envelope that told its station


class AllowanceRow(Base):
    """What the county did again for one node, and since when."""

    __tablename__ = "allowance"

    node: Mapped[Node] = mapped_column(primary_key=True)
    begun_ms: Mapped[Millis]  # of the present span of ALLOWANCE_S, by the county's clock
    told: Mapped[int]  # envelopes that it was told of again, in that span
    renewals: Mapped[int]  # of its keys, the same
    numbers: Mapped[int]  # answers with blocks of numbers, the same
