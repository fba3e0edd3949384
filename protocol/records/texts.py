"""What every record of a desk asks of its words and days."""

import re
from datetime import date

from protocol.ids import DIVISION_DIGITS
from protocol.limits import MAX_COUNT

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def require_texts(*texts: tuple[str, int], least: int = 0) -> None:
    """Raise ValueError unless each text has at most so many characters, and ``least`` or more."""
    for text, most in texts:
        if not least <= len(text) <= most:
            raise ValueError(f"a text of {len(text)} characters, {least} to {most} are allowed")


def require_day(text: str) -> None:
    """Raise ValueError unless ``text`` is a day, as 2027-01-31."""
    if not _DAY.fullmatch(text):
        raise ValueError("not a day")
    date.fromisoformat(text)


def require_division(code: str) -> None:
    """Raise ValueError unless ``code`` is empty or that of a village, 12 digits."""
    if code and not (len(code) == DIVISION_DIGITS and code.isascii() and code.isdecimal()):
        raise ValueError("village")


def require_counted(n: int, at_ms: int) -> None:
    """Raise ValueError unless a time can be one, and a number counts from 1."""
    if not 0 <= at_ms < MAX_COUNT or not 0 < n < MAX_COUNT:
        raise ValueError("time or number")
