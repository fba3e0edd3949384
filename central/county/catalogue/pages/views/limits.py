"""Limits as a page says them: 5个工作日."""

from collections.abc import Callable

from central.county.catalogue.pages.views.words import UNITS
from protocol.catalogue.calendars.due import Limit, read_limit
from runtime.web.plurals import filled


def limit_words(text: str, words: Callable[[str], str]) -> str:
    """A limit in words; what is none as it stands."""
    found = limit_of(text)
    if found is None:
        return text
    return filled(words(UNITS[found.unit]), {"count": found.count})


def limit_of(text: str) -> Limit | None:
    """A limit, if it is one."""
    try:
        return read_limit(text)
    except ValueError:
        return None
