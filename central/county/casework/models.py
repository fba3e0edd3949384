"""Tables of casework. Keys lead with the station, so that a larger engine can shard by it."""

from enum import Enum

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Digest, Millis, Node
from protocol.envelope.blob import KEY_BYTES
from protocol.envelope.payloads import Outcome
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import MAX_NAME_CHARS, MAX_NUMBER_CHARS

__all__ = ["KEY_BYTES", "AttachmentRow", "CaseRow", "CaseState", "DocumentRow", "PublicityRow"]


_IS_OPEN = text("outcome IS NULL")
_IS_TIMED = text("days > 0")
_IS_RETURNED = text("outcome = 'correction'")
_CORRECTS = text("corrects IS NOT NULL")
_SUPERSEDES = text("supersedes IS NOT NULL")


class CaseState(Enum):
    """How far a case has got; it follows from the columns and is stored nowhere."""

    RECEIVED = "received"
    COMPLETE = "complete"
    DECIDED = "decided"
    RETURNED = "returned"


class CaseRow(Base):
    """One application inside the county."""

    __tablename__ = "county_case"
    # not unique: an engine that shards by station can't check that; the counter sees to it
    __table_args__ = (
        Index(None, "number"),
        Index(None, "given_number"),
        Index(None, "application"),
        Index(
            "ix_county_case_item",
            "item",
            "received_ms",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        # of lists, newest first: each is as long as its page, however many cases there are
        Index(None, "received_ms"),
        Index(None, "station", "received_ms"),
        Index(None, "item", "received_ms"),
        Index(
            "ix_county_case_open", "received_ms", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
        ),
        Index(
            "ix_county_case_station_open",
            "station",
            "received_ms",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(
            "ix_county_case_returned",
            "received_ms",
            sqlite_where=_IS_RETURNED,
            postgresql_where=_IS_RETURNED,
        ),
        Index(None, "station", "corrects", sqlite_where=_CORRECTS, postgresql_where=_CORRECTS),
        Index(
            None, "station", "supersedes", sqlite_where=_SUPERSEDES, postgresql_where=_SUPERSEDES
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    given_number: Mapped[str | None] = mapped_column(String(MAX_NUMBER_CHARS))  # of a block
    envelope_id: Mapped[Digest]  # the first that brought it
    suite: Mapped[int] = mapped_column(SmallInteger)  # of that envelope; answers use it too
    item: Mapped[str] = mapped_column(String(100))
    release: Mapped[int]
    form: Mapped[str] = mapped_column(Text)  # JSON text as the clerk sealed it
    applicant: Mapped[str] = mapped_column(
        String(MAX_NAME_CHARS), default=""
    )  # as far as the form tells
    unchecked: Mapped[bool] = mapped_column(default=False)  # its release is lost
    corrects: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # application it answers for
    supersedes: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # that it replaces
    taken: Mapped[str | None] = mapped_column(Text)  # how it was taken in, as JSON; None: not said
    received_ms: Mapped[Millis]
    complete_ms: Mapped[int | None] = mapped_column(Big)  # when all attachments were there
    outcome: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(Text)
    faults: Mapped[str | None] = mapped_column(Text)  # of a correction, as JSON
    until: Mapped[str | None] = mapped_column(Text)  # of a correction: the last day for it
    decided_ms: Mapped[int | None] = mapped_column(Big)
    decided_n: Mapped[int | None] = mapped_column(Big)  # orders results
    decision_id: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # envelope that tells it
    erased_ms: Mapped[int | None] = mapped_column(Big)  # when form, note and file keys were erased
    retold_ms: Mapped[int | None] = mapped_column(Big)  # when it was told again,
    retold_id: Mapped[bytes | None] = mapped_column(LargeBinary(32))  # and by which envelope

    @property
    def state(self) -> CaseState:
        """How far it has got."""
        if self.outcome is not None:
            returned = self.outcome == Outcome.CORRECTION.value
            return CaseState.RETURNED if returned else CaseState.DECIDED
        return CaseState.RECEIVED if self.complete_ms is None else CaseState.COMPLETE


class DocumentRow(Base):
    """A document of one step of a case, that was sent to its station."""

    __tablename__ = "document"
    __table_args__ = (
        Index(
            "ix_document_timed",
            "issued_ms",
            "station",
            "application",
            "n",
            sqlite_where=_IS_TIMED,
            postgresql_where=_IS_TIMED,
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int] = mapped_column(Big, primary_key=True)  # in the count of results
    name: Mapped[str] = mapped_column(String(100))  # empty: erased
    note: Mapped[str] = mapped_column(Text)
    days: Mapped[int] = mapped_column(SmallInteger)  # in which it is to be told; 0: not said
    issued_ms: Mapped[Millis]
    envelope_id: Mapped[Digest]  # the first that told it: its files stand under that
    retold_ms: Mapped[int | None] = mapped_column(Big)  # when it was told again because one asked


class PublicityRow(Base):
    """What the village of a case was asked to put up last."""

    __tablename__ = "publicity"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int] = mapped_column(Big)  # in the count of results
    poster: Mapped[str] = mapped_column(Text)  # as JSON; empty: erased
    asked_ms: Mapped[Millis]
    retold_ms: Mapped[int | None] = mapped_column(Big)  # as of a document


class AttachmentRow(Base):
    """One file that an envelope brings or, on a decision, takes along."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "blob_id"), Index(None, "station", "application"))

    station: Mapped[Node] = mapped_column(primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16))
    material: Mapped[str] = mapped_column(String(100))  # empty on a decision
    name: Mapped[str] = mapped_column(String(100))
    size: Mapped[Count]  # bytes of the plain file
    sha256: Mapped[Digest]
    origin: Mapped[Node]  # whose blob it is: the station's, or on a decision the county's
    blob_id: Mapped[Digest]
    key: Mapped[Digest]  # content key
    state: Mapped[str] = mapped_column(String(8))

    @property
    def ref(self) -> BlobRef:
        """The blob that it is in."""
        return BlobRef(NodeId(self.origin), BlobId(self.blob_id))
