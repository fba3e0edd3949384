"""The table of counters."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Count


class CounterRow(Base):
    """One series of numbers."""

    __tablename__ = "county_counter"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Count]  # the last number given out; 0 before the first
