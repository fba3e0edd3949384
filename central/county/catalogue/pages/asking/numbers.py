"""Numbers that an author types for a form: whole ones, decimals, and yuan that are kept in 分."""

import re
from decimal import Decimal

from protocol.text import identifier

_NUMBER = re.compile(r"-?[0-9]{1,13}(\.[0-9]{1,6})?")
_FEN = 100


def number_of(text: str) -> int | float | str:
    """A number; what is none stays a text, so that the checks name it."""
    plain = identifier(text).replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text
    return float(plain) if "." in plain else int(plain)


def fen_of(text: str) -> int | str:
    """Yuan as they were typed, in 分; what is no such amount stays a text."""
    plain = identifier(text).replace(",", "")
    if not _NUMBER.fullmatch(plain):
        return text
    fen = Decimal(plain) * _FEN
    return int(fen) if fen == int(fen) else text


def yuan_of(fen: Decimal) -> str:
    """Yuan without decimals that say nothing."""
    return f"{(fen / _FEN).normalize():f}"
