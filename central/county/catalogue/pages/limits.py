"""Limits as a page says them: 5个工作日."""

from collections.abc import Callable

from central.county.catalogue.pages.words import UNITS
from protocol.catalogue.calendars.due import Limit, read_limit


def limit_words(text: str, words: Callable[[str], str]) -> str:
    """A limit in words; what is none as it stands."""
    found = limit_of(text)
    return f"{found.count}{words(UNITS[found.unit])}" if found else text


def limit_of(text: str) -> Limit | None:
    """A limit, if it is one."""
    try:
        return read_limit(text)
    except ValueError:
        return None
