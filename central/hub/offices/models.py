"""The tables of a township's office. What is said of persons is sealed for the office's key."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Millis, Node
from protocol.limits import MAX_CODE_CHARS, MAX_NAME_CHARS, MAX_NUMBER_CHARS


class OfficeCaseRow(Base):
    """A case that was given to the office; of each the newest turn."""

    __tablename__ = "office_case"
    __table_args__ = (
        Index(None, "number"),
        Index(None, "owned", "due", "given_ms"),
        Index(None, "ended_ms"),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    turn: Mapped[Count]
    number: Mapped[str] = mapped_column(String(MAX_NUMBER_CHARS))
    item: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # its public name
    state: Mapped[str] = mapped_column(String(20))
    n: Mapped[Count]  # of the last event
    confirmed: Mapped[Count]  # up to which the county has them
    owned: Mapped[bool]  # the office goes on with its log
    code: Mapped[str] = mapped_column(String(MAX_CODE_CHARS))  # why it does not; empty: it did all
    due: Mapped[str] = mapped_column(String(MAX_NUMBER_CHARS))  # the handler's day; empty: none
    opened_ms: Mapped[Millis]  # when its turn began, as the county's log says
    given_ms: Mapped[Millis]
    ended_ms: Mapped[int | None] = mapped_column(Big)  # when the county said that its turn is over
    blobs: Mapped[bytes]  # names of its papers' blobs, 32 bytes each
    sealed: Mapped[bytes]  # the OfficeCase, for the office's key
    said: Mapped[bytes]  # what the county said of the end of its turn, sealed likewise; or empty


class OfficeEventRow(Base):
    """What the office did in its newest turn."""

    __tablename__ = "office_event"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)  # in the log of the case
    turn: Mapped[Count]
    kind: Mapped[str] = mapped_column(String(40))
    at_ms: Mapped[Millis]
    sealed: Mapped[bytes]  # the event, for the office's key


class OfficeNewsRow(Base):
    """What came for a case in its newest turn."""

    __tablename__ = "office_news"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    ref: Mapped[str] = mapped_column(String(MAX_NUMBER_CHARS), primary_key=True)
    turn: Mapped[Count]
    came_ms: Mapped[Millis]  # to the county
    sealed: Mapped[bytes]  # the OfficeNews, for the office's key
