"""What a rule looks at: one item with the library of materials, or the catalogue as a whole.

Everything is read leniently: what a key of another shape means is for the model to refuse.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.documents import Document

Fault = tuple[str, str]  # its place in the item, and the reason

_OF_MATERIAL = ("name", "hint", "shared", "promise")


@dataclass(frozen=True, kw_only=True)
class Look:
    """One item, as it stands in a release; what many rules look at is gathered once."""

    code: str
    raw: Document = field(repr=False)
    library: Mapping[str, Document] = field(repr=False)  # materials, by id
    today: date

    def text(self, *path: str) -> str:
        """The text at ``path``; empty if there is none."""
        return text_at(self.raw, *path)

    def rows(self, key: str) -> Iterator[tuple[str, Document]]:
        """The objects of a list, each with its place."""
        return rows_of(self.raw, key)

    def limit(self, *path: str) -> Limit | None:
        """The limit at ``path``; None if there is none."""
        return limit_of(self.text(*path))

    @cached_property
    def materials(self) -> tuple[tuple[str, Document], ...]:
        """Every material that is asked for, those of groups too, with what the library says."""
        return tuple(
            (inner, {**self.library.get(text_at(one, "use"), {}), **one})
            for place, entry in self.rows("materials")
            for inner, one in (
                rows_of(entry, "one_of", f"{place}.one_of")
                if "group" in entry
                else [(place, entry)]
            )
        )

    @cached_property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Every text that a citizen or clerk reads, with its place; what quotes a law is none."""
        return tuple(_words(self.raw))


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The whole catalogue."""

    items: tuple[Look, ...]
    library: Mapping[str, Document] = field(repr=False)
    today: date


def text_at(raw: object, *path: str) -> str:
    """The text at ``path`` in ``raw``; empty if there is none."""
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw if isinstance(raw, str) else ""


def rows_of(raw: Document, key: str, place: str = "") -> Iterator[tuple[str, Document]]:
    """The objects of a list in ``raw``, each with its place."""
    listed = raw.get(key)
    for number, one in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(one, dict):
            yield f"{place or key}[{number}]", one


def strings_of(raw: Document, key: str) -> Iterator[tuple[str, str]]:
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


def _words(raw: Document) -> Iterator[tuple[str, str]]:
    yield from _texts("", raw, ("name",))
    yield from strings_of(raw, "aliases")
    yield from strings_of(raw, "conditions")
    for place, question in rows_of(raw, "questions"):
        yield from _texts(place, question, ("ask", "say"))
    for place, material in rows_of(raw, "materials"):
        yield from _texts(place, material, _OF_MATERIAL)
        for inner, one in rows_of(material, "one_of", f"{place}.one_of"):
            yield from _texts(inner, one, _OF_MATERIAL)
    for place, node in rows_of(raw, "flow"):
        yield from _texts(place, node, ("name", "procedure"))
    for place, pair in rows_of(raw, "faq"):
        yield from _texts(place, pair, ("question", "answer"))
    yield from _of_the_form(raw.get("schema"))


def _of_the_form(schema: object) -> Iterator[tuple[str, str]]:
    if not isinstance(schema, dict):
        return
    fields = schema.get("properties")
    for name, one in fields.items() if isinstance(fields, dict) else []:
        if isinstance(one, dict):
            yield from _texts(f"schema.properties.{name}", one, ("title", "description"))
    for place, rule in rows_of(schema, "rules", "schema.rules"):
        yield from _texts(place, rule, ("message",))


def _texts(place: str, raw: Document, keys: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for key in keys:
        if text := text_at(raw, key):
            yield f"{place}.{key}" if place else key, text
