"""Tables of the life of cases. Keys lead with the station, so that a larger engine can shard by it.

The log is the truth; the status is a view of it, written in the same transaction.
"""

from sqlalchemy import Index, LargeBinary, SmallInteger, String, Text, TextClause, text
from sqlalchemy.orm import Mapped, mapped_column

from central.county.flows.place import PLACE_CHARS
from central.store.base import Base, Big, Count, Millis, Node
from protocol.limits import MAX_NAME_CHARS, MAX_REASON_CHARS

NEVER = "9999-12-31"
"""The day of a case in which no limit runs: behind all others."""

_IS_OPEN = text("is_open")
IS_HELD = text("holder <> ''")
"""As the index of holders has it: a query for somebody's cases has to say it, too."""
_ABROAD = text("office <> ''")
DUE = "due"
"""In ``office``: its node is a township's, and it waits to be sealed for it."""
_TO_FILE = text("ended_ms IS NOT NULL AND state <> 'archived'")
_ORDER = ("due", "since_ms", "station", "application")
_LISTED_BY = ("due", "place", "item", "light", "state")
_ASKED = ("place", "holder", "item", "light", "state", "is_open")


def _listed(first: str, where: TextClause) -> Index:
    """In the order of the work list, with whatever a case is left out by: no row is looked at."""
    columns = dict.fromkeys((first, *_ORDER, *_ASKED))
    return Index(f"ix_case_status_{first}", *columns, sqlite_where=where, postgresql_where=where)


class EventRow(Base):
    """One thing that happened to a case; never changed, but for what is erased of a person."""

    __tablename__ = "case_event"
    __table_args__ = (Index(None, "station", "position"),)

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)  # from 1: whoever writes it first is faster
    kind: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(SmallInteger)
    at_ms: Mapped[Millis]
    by_name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # empty: the program
    by_right: Mapped[str] = mapped_column(String(MAX_REASON_CHARS))
    body: Mapped[str] = mapped_column(Text)  # JSON
    position: Mapped[Count]  # among all events of its station, from 1, in the order of commits


class StatusRow(Base):
    """How far a case has got, for lists: the fold of its log."""

    __tablename__ = "case_status"
    __table_args__ = (
        # of the work list: it is as quick for a million cases as for a thousand
        *(_listed(of, _IS_OPEN) for of in _LISTED_BY),
        _listed("holder", text(f"is_open AND {IS_HELD}")),  # nothing of a case that comes in
        Index(
            "ix_case_status_office",
            *("office", "station", "application"),
            sqlite_where=_ABROAD,
            postgresql_where=_ABROAD,
        ),
        Index(
            "ix_case_status_to_file",
            "ended_ms",
            "station",
            "application",
            sqlite_where=_TO_FILE,
            postgresql_where=_TO_FILE,
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[Count]  # of the last event
    state: Mapped[str] = mapped_column(String(20))
    is_open: Mapped[bool]  # somebody has to do something
    item: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # of the item
    node: Mapped[str] = mapped_column(String(100))  # id; empty: before acceptance, or no flow
    post: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # as the flow names it
    place: Mapped[str] = mapped_column(String(PLACE_CHARS))  # where it stands, as one word
    holder: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))
    office: Mapped[str] = mapped_column(String(16))  # hub that owns its log, DUE, or empty: nobody
    since_ms: Mapped[Millis]  # when it was received, or accepted
    due: Mapped[str] = mapped_column(String(40))  # the handler's day, as supervision last saw it
    light: Mapped[str] = mapped_column(String(40))  # likewise
    ended_ms: Mapped[int | None] = mapped_column(Big)  # since when nobody has to do anything


class WaitingRow(Base):
    """What arrived for a case while an office owned its log; it happens when that comes back."""

    __tablename__ = "case_waiting"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)  # from 1, in the order in which it came
    body: Mapped[str] = mapped_column(Text)  # JSON, as in the log


class NoteRow(Base):
    """What one person notes of a case, for those who handle it."""

    __tablename__ = "case_note"

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    by: Mapped[str] = mapped_column(String(MAX_NAME_CHARS), primary_key=True)  # account
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int]  # how often it was kept
    saved_ms: Mapped[Millis]
