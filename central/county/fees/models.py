"""The table of fees: entries of a case, each written once. Keys lead with the station."""

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Count, Digest, Millis, Node
from protocol.limits import MAX_NAME_CHARS, MAX_NUMBER_CHARS

_NAME = String(MAX_NAME_CHARS)


class EntryRow(Base):
    """Something that happened to the fee of a case; but for erasing it never changes."""

    __tablename__ = "fee_entry"
    __table_args__ = (Index("ix_fee_entry_day", "day"),)

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, no gaps
    kind: Mapped[str] = mapped_column(String(12))
    names: Mapped[int]  # the entry that it speaks of; 0: none
    day: Mapped[str] = mapped_column(String(10))  # by the county's clock
    at_ms: Mapped[Millis]
    by_name: Mapped[str] = mapped_column(_NAME)  # who did, or approved it
    fen: Mapped[Count]  # of a sheet what is to be paid; else the money that came, or went (below 0)
    number: Mapped[str] = mapped_column(String(MAX_NUMBER_CHARS))  # of the ticket; empty: none
    frozen: Mapped[str] = mapped_column(Text)  # JSON, as it is digested
    sha256: Mapped[Digest]
    person: Mapped[str] = mapped_column(_NAME)  # who paid, or was paid back; erased with the case
    facts: Mapped[str] = mapped_column(Text)  # JSON: what the sheet was computed from; erased too
    words: Mapped[str] = mapped_column(_NAME)  # why it was paid back, or not paid; erased too
