"""The tables of offices: their keys, what has come of them, and what they are to be told."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Digest, Millis, Node
from protocol.limits import MAX_NAME_CHARS, MAX_NUMBER_CHARS

OPEN, REPLACED, APPROVED, RETIRED = "open", "replaced", "approved", "retired"


class OfficeKeyRow(Base):
    """A key that a hub's office asked for; of a hub at most one is open and one is approved."""

    __tablename__ = "office_key"

    hub: Mapped[Node] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(16), primary_key=True)  # of its X-Wing half, in hex
    xwing: Mapped[bytes] = mapped_column(LargeBinary(1216))
    x25519: Mapped[bytes] = mapped_column(LargeBinary(32))
    signing: Mapped[bytes] = mapped_column(LargeBinary(32))  # key of the PC that asked
    asked_by: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))
    asked_ms: Mapped[int | None] = mapped_column(Big)  # by the county's time, as the hub knew it
    arrived_ms: Mapped[Millis]
    state: Mapped[str] = mapped_column(String(8))
    judged_ms: Mapped[int | None] = mapped_column(Big)
    judged_by: Mapped[str | None] = mapped_column(String(200))


class OfficeInboxRow(Base):
    """What an office says that it did; gone once it stands in the log, or is refused."""

    __tablename__ = "office_inbox"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    hub: Mapped[Node]
    said: Mapped[bytes]  # the payload
    arrived_ms: Mapped[Millis]


class OfficeNewsDueRow(Base):
    """What came for a case that an office has, and is to be told to it; gone once it is."""

    __tablename__ = "office_news_due"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    ref: Mapped[str] = mapped_column(String(MAX_NUMBER_CHARS), primary_key=True)
    turn: Mapped[Count]
    came_ms: Mapped[Millis]
