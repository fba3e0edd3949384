"""The table of what followed. Its key leads with the station, as those of cases do."""

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Digest, Millis, Node

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
            "ix_follow_up_unanswered",
            "received_ms",
            sqlite_where=_IS_UNANSWERED,
            postgresql_where=_IS_UNANSWERED,
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    follow_up: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    application: Mapped[bytes | None] = mapped_column(LargeBinary(16))  # None: about none
    envelope_id: Mapped[Digest]  # the first that brought it
    suite: Mapped[int] = mapped_column(SmallInteger)  # of that envelope; answers use it too
    about: Mapped[str] = mapped_column(String(16))  # name of its subject: withdrawal
    said: Mapped[str] = mapped_column(Text)  # as JSON, to compare and to show; empty: erased
    received_ms: Mapped[Millis]
    erased_ms: Mapped[int | None] = mapped_column(Big)
    answer: Mapped[str | None] = mapped_column(Text)  # to a letter
    answered_ms: Mapped[int | None] = mapped_column(Big)
    answered_n: Mapped[int | None] = mapped_column(Big)  # in the count of results
