"""Division codes as a catalogue file writes them."""

import re
from typing import TypeVar

T = TypeVar("T")
_DIVISION = re.compile(r"\d{9}(\d{3})?", re.ASCII)
_TOWNSHIP_DIGITS = 9


def is_division(code: str) -> bool:
    """Whether this is the code of a township (9 digits) or a village (12)."""
    return bool(_DIVISION.fullmatch(code))


def places_of(code: str) -> tuple[str, ...]:
    """Under which codes something may be said of a place: its own, and its township's.

    A township has 9 digits, or 12 with zeros at the end.
    """
    township = code[:_TOWNSHIP_DIGITS]
    return tuple(dict.fromkeys((code, township, f"{township}000")))
