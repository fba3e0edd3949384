"""Whole numbers as addresses and forms carry them."""

MAX_WHOLE = 2**53 - 1  # what JSON, both databases and a browser's script all hold exactly


def whole_number(text: str, *, most: int = MAX_WHOLE) -> int | None:
    """A number from 0 to ``most`` in ASCII digits, with or without zeros before it; else None."""
    digits = text.lstrip("0")
    if not (text.isascii() and text.isdecimal()) or len(digits) > len(str(most)):
        return None
    number = int(digits or "0")
    return number if number <= most else None
