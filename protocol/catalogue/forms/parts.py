"""What a laid out form is made of.

Source: docs/forms.md, "Three renderings".
"""

from dataclasses import dataclass
from enum import StrEnum

from protocol.catalogue.forms.faults import FormFault, anchor
from protocol.catalogue.forms.walk import Path


class Widget(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"  # in yuan
    DATE = "date"
    MONTH = "month"
    PHONE = "phone"
    CHOICE = "choice"  # few: beside one another
    LIST = "list"  # many: to pick from
    YES_NO = "yes-no"
    LINES = "lines"  # several texts, one in each line


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A piece of a form, by its place in it."""

    path: Path
    title: str

    @property
    def anchor(self) -> str:
        """Its id on the page, to which a fault links."""
        return anchor(self.path)

    @property
    def name(self) -> str:
        """Its name as it is sent: household.0.member_id."""
        return ".".join(map(str, self.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(_Part):
    """One field, or one column of a row."""

    text: str  # the value as people read it; a dash if there is none
    typed: str  # the value as it stands in an input
    filled: bool
    widget: Widget = Widget.TEXT
    required: bool = False
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # each as it is sent and as it is read
    most_chars: int | None = None
    note: str = ""  # what the value tells: day of birth and sex
    when: str = ""  # the author's word about when the field is there; empty: always
    there: bool = True  # what the form says shows it
    faults: tuple[FormFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(_Part):
    """A table, or an object whose fields stand together."""

    heads: tuple[str, ...] = ()  # of the columns; empty: an object
    must: tuple[bool, ...] = ()  # by column: whether each row must have it
    rows: tuple[tuple[Cell, ...], ...] = ()  # of an object: one
    filled: int = 0  # rows that have something; the others are there to fill in
    most_rows: int = 1
    hint: str = ""
    note: str = ""  # what a cell may have
    required: bool = False
    when: str = ""
    there: bool = True
    faults: tuple[FormFault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Fields under one heading; the heading of those in no section is empty."""

    title: str
    parts: tuple[Cell | Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole form."""

    title: str
    sections: tuple[Section, ...]
    faults: tuple[FormFault, ...] = ()
