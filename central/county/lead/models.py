"""Tables by which the processes of one county agree; all small, and none of a station's."""

from sqlalchemy import LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import PASSING, Base, Big, Count, Millis


class LeaseRow(Base):
    """Which process may do what only one may."""

    __tablename__ = "county_lease"
    __table_args__ = PASSING

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    holder: Mapped[str] = mapped_column(Text)  # host and folder; empty: nobody
    epoch: Mapped[Count]  # one more with each holder: what an earlier one writes is refused
    beat: Mapped[Count]  # one more every few seconds, as long as the holder lives


class AskedRow(Base):
    """What one process asks of the lead, until it has read the answer."""

    __tablename__ = "county_asked"
    __table_args__ = PASSING

    asked: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    body: Mapped[bytes]  # sealed between processes
    asked_ms: Mapped[Millis]  # by the clock of who asks; only to take them in their order
    begun: Mapped[int | None] = mapped_column(Big, default=None)  # epoch of the lead that does it
    answer: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class MirrorRow(Base):
    """What the lead's authority knows that every process needs."""

    __tablename__ = "county_mirror"
    __table_args__ = PASSING

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[Count]  # one more with each change
    body: Mapped[bytes]  # sealed between processes
