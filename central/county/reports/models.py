"""The table of monthly reports: each edition is written once."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Digest, Millis
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS


class ReportRow(Base):
    """One edition of the report of one month; it never changes."""

    __tablename__ = "monthly_report"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)  # 2027-01
    edition: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    corrects: Mapped[int]  # the edition that it puts right; 0: it is the first
    reason: Mapped[str] = mapped_column(String(MAX_NOTE_CHARS))  # empty: the first
    made_ms: Mapped[Millis]
    by_name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))
    sha256: Mapped[Digest]  # of the body
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))  # the county's, over the body
    body: Mapped[bytes] = mapped_column(LargeBinary)  # JSON
