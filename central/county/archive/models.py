"""The table of archive packages; a row stays when its case was purged: that it existed is known."""

from sqlalchemy import Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Digest, Millis, Node
from protocol.limits import MAX_NAME_CHARS, MAX_REASON_CHARS

_NAME = String(MAX_NAME_CHARS)
_KEPT = text("purged_ms IS NULL")


class PackageRow(Base):
    """The package of one case."""

    __tablename__ = "archive_package"
    __table_args__ = (
        Index("ix_archive_package_number", "number"),
        Index(
            "ix_archive_package_kept",
            "ended_ms",
            "station",
            "application",
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    number: Mapped[str] = mapped_column(String(40))  # of the case
    item: Mapped[str] = mapped_column(String(100))  # id
    ended_ms: Mapped[Millis]  # of the case
    digest: Mapped[Digest]  # SHA-256 of the file
    manifest: Mapped[Digest]  # SHA-256 of its manifest
    size: Mapped[Count]  # bytes of the file
    parts: Mapped[bytes]  # all of it but the papers, packed; empty: purged
    made_ms: Mapped[Millis]
    made_by: Mapped[str] = mapped_column(_NAME)  # empty: the program
    moved_ms: Mapped[int | None] = mapped_column(Big)  # None: nobody has confirmed it
    moved_by: Mapped[str] = mapped_column(_NAME)
    moved_to: Mapped[str] = mapped_column(String(MAX_REASON_CHARS))
    held_ms: Mapped[int | None] = mapped_column(Big)  # None: nothing speaks against a purge
    held_by: Mapped[str] = mapped_column(_NAME)
    held_why: Mapped[str] = mapped_column(String(MAX_REASON_CHARS))
    purged_ms: Mapped[int | None] = mapped_column(Big)
