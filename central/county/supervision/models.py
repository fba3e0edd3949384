"""The tables of supervision: when a case is looked at again, and what it was given.

Keys of what belongs to a case lead with the station, as its log's do.
"""

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Big, Count, Millis, Node
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS

_NAME = String(MAX_NAME_CHARS)
_WORD = String(40)


class LightRow(Base):
    """The light of an open case, for lists and counts: it can be made again from the log."""

    __tablename__ = "case_light"
    __table_args__ = (
        Index("ix_case_light_next_ms", "next_ms"),
        Index("ix_case_light_light", "light", "due"),
    )

    station: Mapped[Node] = mapped_column(primary_key=True)
    application: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    n: Mapped[Count]  # of the last event that was looked at; 0: none
    next_ms: Mapped[Millis]  # when it is looked at again; 0: at once
    light: Mapped[str] = mapped_column(_WORD)
    what: Mapped[str] = mapped_column(_WORD)  # the limit that lights it; empty: green
    by_transport: Mapped[bool]
    due: Mapped[str] = mapped_column(_WORD)  # the handler's next day; empty: none runs
    number: Mapped[str] = mapped_column(_WORD)  # of the case
    item: Mapped[str] = mapped_column(_NAME)  # what it is called where others see it
    department: Mapped[str] = mapped_column(_NAME)
    post: Mapped[str] = mapped_column(_NAME)


class CardRow(Base):
    """One rung that a case has reached: given once, whoever looks and however often."""

    __tablename__ = "supervision_card"
    __table_args__ = (
        UniqueConstraint(
            "station",
            "application",
            "rule",
            "rung",
            "subject",
            "since",
            name="uq_supervision_card_rung",
        ),
        Index("ix_supervision_card_month", "month", "department"),
        Index("ix_supervision_card_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=True)
    station: Mapped[Node]
    application: Mapped[bytes] = mapped_column(LargeBinary(16))
    rule: Mapped[str] = mapped_column(_WORD)
    rung: Mapped[str] = mapped_column(_WORD)
    subject: Mapped[str] = mapped_column(_NAME)
    since: Mapped[str] = mapped_column(_WORD)
    words: Mapped[str] = mapped_column(String(MAX_NOTE_CHARS))
    number: Mapped[str] = mapped_column(_WORD)  # of the case
    item: Mapped[str] = mapped_column(_NAME)
    item_type: Mapped[str] = mapped_column(String(10))
    department: Mapped[str] = mapped_column(_NAME)  # that has to answer
    post: Mapped[str] = mapped_column(_NAME)
    given_ms: Mapped[Millis]
    month: Mapped[str] = mapped_column(String(7))  # 2027-01, by the county's clock
    state: Mapped[str] = mapped_column(_WORD)
    appeal: Mapped[str] = mapped_column(_WORD)  # empty: none


class WordRow(Base):
    """What was said to a card; never changed, but that its words go with the case."""

    __tablename__ = "supervision_word"

    card: Mapped[int] = mapped_column(Big, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(_WORD)
    by_name: Mapped[str] = mapped_column(_NAME)
    at_ms: Mapped[Millis]
    words: Mapped[str] = mapped_column(Text)


class RulesRow(Base):
    """What the county says by itself; without a row all is as usual."""

    __tablename__ = "supervision_rules"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 1
    rules: Mapped[str] = mapped_column(Text)  # JSON; empty: the usual ones
    yellow: Mapped[str] = mapped_column(Text)  # JSON: when yellow begins; empty: as usual
