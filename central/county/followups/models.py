"""The table of what followed. Its key leads with the station, as those of cases do."""

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Digest, Millis, Node

_IS_CONFIRMATION = text("circular IS NOT NULL")
_IS_UNANSWERED = text("about = 'letter' AND answered_n IS NULL")


class FollowUpRow(Base):
    """One thing that followed an application, or a letter about none.

    It is joined to its case when somebody looks, so it may come before the application does.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        Index(None, "station", "application"),
        Index(None, "about", "received_ms"),
        Index(None, "follow_up"),
        Index(
            None,
            "circular",
            sqlite_where=_IS_CONFIRMATION,
            postgresql_where=_IS_CONFIRMATION,
        ),
        Index(
            "ix_follow_up_unanswered",
            "received_ms",
            sqlite_where=_IS_UNANSWERED,
            postgresql_where=_IS_UNANSWERED,
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    follow_up: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    application: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # None: about none
    circular: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # that somebody has read
    envelope_id: Mapped[Digest]  # the first that brought it
    suite: Mapped[int] = mapped_column(SmallInteger)  # of that envelope; answers use it too
    about: Mapped[str] = mapped_column(String(16))  # name of its subject: withdrawal
    said: Mapped[str] = mapped_column(Text)  # as JSON, to compare and to show; empty: erased
    received_ms: Mapped[Millis]
    erased_ms: Mapped[int | None] = mapped_column(Big)
    answer: Mapped[str | None] = mapped_column(Text)  # to a letter
    answered_ms: Mapped[int | None] = mapped_column(Big)
    answered_n: Mapped[int | None] = mapped_column(Big)  # in the count of results
    retold_ms: Mapped[int | None] = mapped_column(Big)  # when the answer was told again


class CircularRow(Base):
    """What was said to every clerk; it is never changed."""

    __tablename__ = "circular"
    __table_args__ = (Index(None, "sent_ms"),)

    circular: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)  # account; empty where nobody knows it
    sent_ms: Mapped[Millis]


class CircularStationRow(Base):
    """A station to which a circular was sent."""

    __tablename__ = "circular_station"
    __table_args__ = (Index(None, "station"),)

    circular: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    station: Mapped[Node] = mapped_column(primary_key=True)
    told_ms: Mapped[Millis]  # when it was sealed for it last
