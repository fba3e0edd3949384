"""Tables of ratings: what is to be called back, and what was done. Keys lead with the station."""

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Count, Millis, Node
from protocol.limits import MAX_NAME_CHARS

_NAME = String(MAX_NAME_CHARS)
_IS_OPEN = text("state <> 'closed'")


class CallbackRow(Base):
    """A bad rating that has to be called back and answered."""

    __tablename__ = "rating_callback"
    __table_args__ = (
        Index(
            "ix_rating_callback_open",
            "opened_ms",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(
            "ix_rating_callback_looked",
            "looked_day",
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_rating_callback_opened", "opened_ms"),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[Count]  # of the event that says how it was rated
    number: Mapped[str] = mapped_column(String(40))  # of the case
    item: Mapped[str] = mapped_column(_NAME)  # as it is called where others see it
    item_type: Mapped[str] = mapped_column(String(10))
    department: Mapped[str] = mapped_column(_NAME)
    level: Mapped[int] = mapped_column(SmallInteger)  # 1 or 2
    opened_ms: Mapped[Millis]
    call_day: Mapped[str] = mapped_column(String(10))  # last day for reaching the citizen
    close_day: Mapped[str] = mapped_column(String(10))  # last day for everything
    state: Mapped[str] = mapped_column(String(10))
    holder: Mapped[str] = mapped_column(_NAME)  # who has taken it; empty: nobody
    tries: Mapped[int]  # calls that reached nobody
    reached: Mapped[bool]
    finding: Mapped[str] = mapped_column(String(10))  # what looking into it found; empty: not yet
    mended: Mapped[bool]
    answered: Mapped[bool]
    closed_ms: Mapped[Millis]  # 0: not yet
    looked_day: Mapped[str] = mapped_column(String(10))  # on which supervision looked last


class StepRow(Base):
    """One thing that was done about a bad rating; but for erasing it never changes."""

    __tablename__ = "rating_step"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, no gaps
    kind: Mapped[str] = mapped_column(String(10))
    detail: Mapped[str] = mapped_column(String(20))  # of a call, a finding, an answer: which
    by_name: Mapped[str] = mapped_column(_NAME)
    at_ms: Mapped[Millis]
    words: Mapped[str] = mapped_column(Text)


class LimitsRow(Base):
    """The county's own limits; without a row the usual ones count."""

    __tablename__ = "rating_limits"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1
    limits: Mapped[str] = mapped_column(Text)  # JSON
