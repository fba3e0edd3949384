"""What a poster in a village may say of a person, and how long it hangs (公示).

A poster is read by everybody, so numbers that find a person are cut out of it whatever a form or a
catalogue says: the county hides them, and a task that holds one is no task.

Source: docs/protocol.md section 6, Publicity; 个人信息保护法 articles 6 and 28.
"""

import re
from enum import StrEnum

from protocol.codec import Record
from protocol.limits import MAX_NAME_CHARS, MAX_POSTER_DAYS, MAX_POSTER_LINES
from protocol.records.texts import require_texts

_NUMBER = re.compile(r"\d(?:[\s\u3000.·/-]{0,2}\d){6,}[Xx]?")  # of a person, a line, an account
_AMOUNT = re.compile(r"\d{1,7}\.\d{1,2}")
_DAY = re.compile(r"[12]\d{3}[-./]\d{1,2}[-./]\d{1,2}")
_ID_CHARS, _PHONE_CHARS = 15, 10  # from so many digits on
_SHOWN_OF_ID, _SHOWN_OF_PHONE = 4, 2  # at each end


class WindowUnit(StrEnum):
    """What is counted while a poster hangs; the two never mix."""

    DAYS = "d"
    WORKING_DAYS = "wd"


class PosterLine(Record, frozen=True, kw_only=True):
    """One line of a poster."""

    label: str
    text: str

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.label, MAX_NAME_CHARS), (self.text, MAX_NAME_CHARS), least=1)
        if hidden(self.label) != self.label or hidden(self.text) != self.text:
            raise ValueError("a number of a person")


class Poster(Record, frozen=True, kw_only=True):
    """All that a poster says."""

    title: str  # what the item is called where others see it
    days: int  # that it hangs; the day on which it goes up is not counted
    unit: WindowUnit
    lines: tuple[PosterLine, ...]  # all that may be said of the case
    contact: str = ""  # whom to tell an objection
    basis: str = ""  # in law

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.title, MAX_NAME_CHARS), least=1)
        require_texts((self.contact, MAX_NAME_CHARS), (self.basis, MAX_NAME_CHARS))
        if not 0 < self.days <= MAX_POSTER_DAYS or not 0 < len(self.lines) <= MAX_POSTER_LINES:
            raise ValueError("days or lines")


def hidden(text: str) -> str:
    """``text`` with the middle of every number of seven digits or more taken out.

    Days and amounts of money stay.
    """
    return _NUMBER.sub(lambda found: _cut(found[0]), text)


def hidden_name(name: str) -> str:
    """A person's name of which only its first character is shown: 覃某某 is 覃**."""
    return name[:1] + "*" * (len(name) - 1)


def _cut(number: str) -> str:
    if _DAY.fullmatch(number) or _AMOUNT.fullmatch(number):
        return number
    plain = re.sub(r"[^\dXx]", "", number)
    shown = _SHOWN_OF_ID if len(plain) >= _ID_CHARS else _SHOWN_OF_PHONE
    if len(plain) < _PHONE_CHARS:
        return "*" * len(plain)
    return plain[:shown] + "*" * (len(plain) - 2 * shown) + plain[-shown:]
