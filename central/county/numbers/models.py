"""Tables of number blocks. Keys lead with the station, so that a larger engine can shard by it."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Digest, Millis, Node, Short
from protocol.limits import MAX_NUMBER_CHARS, MAX_REASON_CHARS


class BlockRow(Base):
    """One block, and how far its station is known to have used it; its sums change in ``kept``."""

    __tablename__ = "number_block"
    __table_args__ = (Index(None, "issuer", "kind", "year", "first"),)

    station: Mapped[Node] = mapped_column(primary_key=True)
    block: Mapped[Short] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(8))
    year: Mapped[int]
    first: Mapped[Count]
    last: Mapped[Count]
    next: Mapped[Count]  # the first serial of which nothing became yet
    voided: Mapped[Count] = mapped_column(default=0)  # numbers of its rows in number_void
    arrived: Mapped[Count] = mapped_column(default=0)  # serials of its rows in number_use
    twice: Mapped[Count] = mapped_column(
        default=0
    )  # of these, serials that came from several starts
    said_next: Mapped[Count]  # the same by the station's newest report; 0: none has come
    start: Mapped[bytes | None] = mapped_column(LargeBinary(8))  # whose line may use it
    signing: Mapped[Digest]  # key of the PC that it was issued to
    forks: Mapped[int]  # of the station's line, when it was issued
    issued_ms: Mapped[Millis]
    closed_ms: Mapped[int | None] = mapped_column(Big)  # when the county voided the rest
    closed_why: Mapped[str | None] = mapped_column(String(MAX_REASON_CHARS))

    @hybrid_property
    def issued(self) -> int:
        """Numbers of the block: always used + voided + remaining."""
        return self.last - self.first + 1

    @hybrid_property
    def used(self) -> int:
        """Those that stand on something."""
        return self.next - self.first - self.voided

    @hybrid_property
    def remaining(self) -> int:
        """Those that are left."""
        return self.last - self.next + 1


class VoidRow(Base):
    """Numbers of a block that were voided together; one that came has none."""

    __tablename__ = "number_void"

    station: Mapped[Node] = mapped_column(primary_key=True)
    block: Mapped[Short] = mapped_column(primary_key=True)
    first: Mapped[Count] = mapped_column(primary_key=True)
    last: Mapped[Count]
    reason: Mapped[str] = mapped_column(String(MAX_REASON_CHARS))


class UseRow(Base):
    """A number that came with what it stands on."""

    __tablename__ = "number_use"

    station: Mapped[Node] = mapped_column(primary_key=True)
    block: Mapped[Short] = mapped_column(primary_key=True)
    serial: Mapped[Count] = mapped_column(primary_key=True)
    start: Mapped[str] = mapped_column(String(6), primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16))
    arrived_ms: Mapped[Millis]


class StrayRow(Base):
    """A number that came and is not of a block of its station."""

    __tablename__ = "number_stray"

    station: Mapped[Node] = mapped_column(primary_key=True)
    envelope_id: Mapped[Digest] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(MAX_NUMBER_CHARS))
    why: Mapped[str] = mapped_column(String(12))
    arrived_ms: Mapped[Millis]
