"""Tables of saved views: what is asked of the work list, and nothing of any case."""

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Millis
from protocol.limits import MAX_NAME_CHARS


class ViewRow(Base):
    """One view."""

    __tablename__ = "work_view"
    __table_args__ = (Index(None, "owner"), Index(None, "department"))

    view: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)  # random
    owner: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # account
    name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))
    department: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # code; empty: the owner's
    post: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # of it; empty: all of it
    asked: Mapped[str] = mapped_column(Text)  # JSON: filters of the work list by name
    made_ms: Mapped[Millis]


class DefaultRow(Base):
    """With which view somebody's work list begins."""

    __tablename__ = "work_view_default"

    account: Mapped[str] = mapped_column(String(MAX_NAME_CHARS), primary_key=True)
    view: Mapped[bytes] = mapped_column(LargeBinary(8))
