"""What a rule looks at: one item with the library of materials, or the catalogue as a whole.

Everything is read leniently: what a key of another shape means is for the model to refuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from protocol.catalogue.calendars.due import Limit, read_limit

Raw = Mapping[str, Any]
Fault = tuple[str, str]  # its place in the item, and the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One item, as it stands in a release."""

    code: str
    raw: Raw = field(repr=False)
    library: Mapping[str, Raw] = field(repr=False)  # materials, by id
    today: date

    def text(self, *path: str) -> str:
        """The text at ``path``; empty if there is none."""
        return text_at(self.raw, *path)

    def rows(self, key: str) -> Iterator[tuple[str, Raw]]:
        """The objects of a list, each with its place."""
        return rows_of(self.raw, key)

    def limit(self, *path: str) -> Limit | None:
        """The limit at ``path``; None if there is none."""
        return limit_of(self.text(*path))

    def materials(self) -> Iterator[tuple[str, Raw]]:
        """Every material that is asked for, those of groups too, with what the library says."""
        for place, entry in self.rows("materials"):
            for inner, one in (
                rows_of(entry, "one_of", f"{place}.one_of")
                if "group" in entry
                else [(place, entry)]
            ):
                yield inner, {**self.library.get(text_at(one, "use"), {}), **one}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The whole catalogue."""

    items: tuple[Look, ...]
    library: Mapping[str, Raw] = field(repr=False)
    today: date


def text_at(raw: object, *path: str) -> str:
    """The text at ``path`` in ``raw``; empty if there is none."""
    for key in path:
        raw = raw.get(key) if isinstance(raw, Mapping) else None
    return raw if isinstance(raw, str) else ""


def rows_of(raw: Raw, key: str, place: str = "") -> Iterator[tuple[str, Raw]]:
    """The objects of a list in ``raw``, each with its place."""
    listed = raw.get(key)
    for number, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, Mapping):
            yield f"{place or key}[{number}]", one


def strings_of(raw: Raw, key: str) -> Iterator[tuple[str, str]]:
    """The texts of a list (or the only one) in ``raw``, each with its place."""
    listed = raw.get(key)
    if isinstance(listed, str):
        yield key, listed
    for number, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, str):
            yield f"{key}[{number}]", one


def limit_of(text: str) -> Limit | None:
    """A limit as items write it; None if there is none."""
    try:
        return read_limit(text)
    except ValueError:
        return None


def date_of(text: str) -> date | None:
    """A date as items write it; None if there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
