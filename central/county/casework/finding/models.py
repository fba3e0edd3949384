"""Tables of the index: copies of what cases hold, written with them, and made anew from them."""

from sqlalchemy import Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from central.county.casework.finding.secret import LAST_BYTES, PERSON_BYTES
from central.store.base import Base, Millis, Node
from protocol.limits import MAX_NAME_CHARS

PIECE_CHARS = 2
_ORDER = ("received_ms", "station", "application")
_OTHER = ("other_station", "other_application")
_IS_OPEN = text("is_open")


class NamePieceRow(Base):
    """A character, or two beside each other, of the name of a case's applicant."""

    __tablename__ = "case_name_piece"
    __table_args__ = (Index("ix_case_name_piece_found", "piece", *_ORDER),)

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    piece: Mapped[str] = mapped_column(String(PIECE_CHARS), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))  # folded, all of it
    received_ms: Mapped[Millis]


class PersonRow(Base):
    """Somebody whom an application names: keyed hashes, never a number."""

    __tablename__ = "case_person"
    __table_args__ = (
        Index("ix_case_person_found", "person", *_ORDER),
        Index("ix_case_person_last", "last", *_ORDER),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    person: Mapped[bytes] = mapped_column(LargeBinary(PERSON_BYTES), primary_key=True)
    last: Mapped[bytes] = mapped_column(LargeBinary(LAST_BYTES))  # of the last four characters
    applies: Mapped[bool]  # the applicant; else somebody else in the form, or the agent
    item: Mapped[str] = mapped_column(String(100))
    received_ms: Mapped[Millis]


class PairRow(Base):
    """Two cases of one applicant and item within some months: the newer one, and the other."""

    __tablename__ = "case_pair"
    __table_args__ = (
        Index(None, "other_station", "other_application"),
        Index(
            "ix_case_pair_open", *_ORDER, *_OTHER, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
        ),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    other_station: Mapped[Node] = mapped_column(primary_key=True)
    other_application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    received_ms: Mapped[Millis]  # of the newer one
    is_open: Mapped[bool]  # nobody has judged it


class JudgedRow(Base):
    """What somebody said of a pair: this is a fact, and not made anew."""

    __tablename__ = "case_pair_judged"
    __table_args__ = (Index(None, "other_station", "other_application"),)

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    other_station: Mapped[Node] = mapped_column(primary_key=True)
    other_application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(8))  # of finding.pairs.Verdict
    by_name: Mapped[str] = mapped_column(String(MAX_NAME_CHARS))
    reason: Mapped[str] = mapped_column(Text)
    at_ms: Mapped[Millis]
