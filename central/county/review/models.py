"""Tables of review. Keys lead with the station, so that a larger engine can shard by it."""

from sqlalchemy import Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Digest, Millis, Node


class ReviewRow(Base):
    """One envelope in the review queue."""

    __tablename__ = "review"
    __table_args__ = (Index(None, "station", "application"),)

    station: Mapped[Node] = mapped_column(primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16))
    suite: Mapped[int] = mapped_column(SmallInteger)  # of the envelope; answers use it too
    payload: Mapped[bytes]  # the application as it was sealed
    wire: Mapped[bytes]  # the envelope, for quarantine
    unchecked: Mapped[bool]  # its release is lost
    why: Mapped[str] = mapped_column(String(16))
    upto: Mapped[int | None] = mapped_column(Big)  # ordinal up to which was taken when it came
    arrived_ms: Mapped[Millis]


class ReplacementRow(Base):
    """A lost PC whose successor was told the decisions that the lost one may not have shown."""

    __tablename__ = "replacement"

    station: Mapped[Node] = mapped_column(primary_key=True)
    lost: Mapped[Digest] = mapped_column(primary_key=True)  # its last signing key
    told_ms: Mapped[Millis]  # when that began
    told: Mapped[int]  # decisions so far
    last_number: Mapped[str | None] = mapped_column(String(40))  # of the case told last
    done: Mapped[bool]
