"""Table of backups."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Millis, Short


class BackupRow(Base):
    """One finished backup; envelopes that were told SAFE because of it name its number."""

    __tablename__ = "backup"

    number: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    at_ms: Mapped[Millis]  # when its copy of the database was made
    instance: Mapped[Short]  # of the county that was copied
    receipts: Mapped[Count]  # newest receipt number in it
    file: Mapped[str] = mapped_column(String(60))  # name without folder
