"""The tables of departments, posts and delegations. Days are written as 2026-01-31."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from central.store.base import Base, Millis
from protocol.limits import MAX_NAME_CHARS

_CODE = String(20)
_NAME = String(MAX_NAME_CHARS)
_POWERS = String(40)  # of all four: 25 characters
_DAY = String(10)


class DepartmentRow(Base):
    """One department."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(_CODE, primary_key=True)
    name: Mapped[str] = mapped_column(_NAME)
    aliases: Mapped[str] = mapped_column(Text)  # one a line
    phone: Mapped[str] = mapped_column(_NAME)


class WindowRow(Base):
    """One service window."""

    __tablename__ = "department_window"

    department: Mapped[str] = mapped_column(_CODE, primary_key=True)
    name: Mapped[str] = mapped_column(_NAME, primary_key=True)


class PostRow(Base):
    """One post."""

    __tablename__ = "department_post"

    department: Mapped[str] = mapped_column(_CODE, primary_key=True)
    name: Mapped[str] = mapped_column(_NAME, primary_key=True)
    aliases: Mapped[str] = mapped_column(Text)  # one a line
    powers: Mapped[str] = mapped_column(_POWERS)  # with commas between
    at_window: Mapped[str] = mapped_column(_NAME)


class PersonRow(Base):
    """Somebody who handles cases."""

    __tablename__ = "department_person"

    name: Mapped[str] = mapped_column(_NAME, primary_key=True)  # of the account
    away_until: Mapped[str | None] = mapped_column(_DAY)


class SeatRow(Base):
    """One person in one post."""

    __tablename__ = "department_seat"

    department: Mapped[str] = mapped_column(_CODE, primary_key=True)
    post: Mapped[str] = mapped_column(_NAME, primary_key=True)
    person: Mapped[str] = mapped_column(_NAME, primary_key=True)


class SubstitutionRow(Base):
    """Somebody stands in for another."""

    __tablename__ = "department_substitution"

    person: Mapped[str] = mapped_column(_NAME, primary_key=True)
    substitute: Mapped[str] = mapped_column(_NAME, primary_key=True)
    start: Mapped[str] = mapped_column(_DAY, primary_key=True)
    until: Mapped[str] = mapped_column(_DAY)


class DelegationRow(Base):
    """One delegation; its row never changes."""

    __tablename__ = "delegation"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instrument: Mapped[str] = mapped_column(_NAME)
    department: Mapped[str] = mapped_column(_CODE)
    person: Mapped[str] = mapped_column(_NAME)
    powers: Mapped[str] = mapped_column(_POWERS)
    items: Mapped[str] = mapped_column(Text)  # codes, one a line; empty: all
    start: Mapped[str] = mapped_column(_DAY)
    until: Mapped[str] = mapped_column(_DAY)
    deputy: Mapped[str] = mapped_column(_NAME)
    supersedes: Mapped[int | None]
    entered_ms: Mapped[Millis]
    entered_by: Mapped[str] = mapped_column(String(200))
