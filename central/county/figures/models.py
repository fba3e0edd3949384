"""The table of figures: a view of the logs of cases, written in the same transaction."""

from sqlalchemy import Boolean, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Node
from protocol.limits import MAX_NAME_CHARS

_DONE = text("done_day <> ''")
_UNDONE = text("done_day = ''")


class FigureRow(Base):
    """What is counted of one case; it can be made again from its log."""

    __tablename__ = "case_figure"
    __table_args__ = (
        Index("ix_case_figure_received", "received_day", "item", "township"),
        Index("ix_case_figure_done", "done_day", sqlite_where=_DONE, postgresql_where=_DONE),
        Index(
            "ix_case_figure_undone",
            "received_day",
            sqlite_where=_UNDONE,
            postgresql_where=_UNDONE,
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    item: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # of the item
    township: Mapped[str] = mapped_column(String(12))  # nine digits, as its station had them then
    received_day: Mapped[str] = mapped_column(String(10))  # 2027-01-31, by the county's clock
    done_day: Mapped[str] = mapped_column(String(10))  # decided, or ended otherwise; empty: not yet
    way: Mapped[str] = mapped_column(String(20))  # how it was done; empty: not yet
    pace: Mapped[str] = mapped_column(String(10))  # whether that was in time
    stopped: Mapped[bool]  # its clock stood still at least once
    level: Mapped[int] = mapped_column(SmallInteger)  # 1 to 5 as it was rated last; 0: not rated
    excluded: Mapped[bool] = mapped_column(Boolean)  # its bad rating was a mistake, or malicious
