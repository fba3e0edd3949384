"""Tables of the county's own documents. Keys lead with the station."""

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Millis, Node

__all__ = ["DueRow", "MadeRow", "ToldRow"]


class MadeRow(Base):
    """A document that the county has numbered; it may not have gone out yet.

    Its bytes are a file of the document of casework whose number is ``n``.
    """

    __tablename__ = "made_document"
    __table_args__ = (
        # not unique: an engine that shards by station can't check that; the counter sees to it
        Index(None, "department", "kind", "year", "serial"),
        Index(None, "year", "day"),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # in its case, from 1
    kind: Mapped[str] = mapped_column(String(16))
    department: Mapped[str] = mapped_column(String(100))
    year: Mapped[int] = mapped_column(SmallInteger)
    serial: Mapped[Count]  # of this department, kind and year; without gaps
    number: Mapped[str] = mapped_column(String(400))  # as it is written
    template: Mapped[int]  # its version; 0: the program's own
    day: Mapped[str] = mapped_column(String(10))  # that it bears
    reserved_ms: Mapped[Millis]
    issued_ms: Mapped[int | None] = mapped_column(Big)  # None: its number is kept for it
    n: Mapped[int | None] = mapped_column(Big)  # in the count of results
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    size: Mapped[int | None] = mapped_column(Big)  # bytes
    seal: Mapped[str | None] = mapped_column(String(100))  # the seal system's number for it
    stamped_by: Mapped[str | None] = mapped_column(String(100))  # who stamped the paper
    stamped_ms: Mapped[int | None] = mapped_column(Big)


class ToldRow(Base):
    """The county itself told somebody of a document of casework, or handed it over."""

    __tablename__ = "document_told"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int] = mapped_column(Big, primary_key=True)  # of the document
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)  # from 1
    what: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(12))
    person: Mapped[str] = mapped_column(String(100))  # empty: erased
    words: Mapped[str] = mapped_column(Text)  # of a telephone notice: what was said; empty: erased
    by: Mapped[str] = mapped_column(String(100))  # handler
    at_ms: Mapped[Millis]


class DueRow(Base):
    """A document that an event brings, and that has not gone out; gone with it."""

    __tablename__ = "document_due"
    __table_args__ = (Index(None, "next_ms"),)

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    event: Mapped[int] = mapped_column(primary_key=True)  # number of the event
    kind: Mapped[str] = mapped_column(String(16))
    at_ms: Mapped[Millis]  # of the event
    next_ms: Mapped[Millis]  # from when it is tried (again)
    tries: Mapped[int]
    why: Mapped[str] = mapped_column(String(40))  # code of what stopped it; empty: nothing yet
    words: Mapped[str] = mapped_column(Text)  # the same for people
