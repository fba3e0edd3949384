"""The materials of an item as rows of a table: what of each, how it is attached, and when.

Source: docs/catalogue.md, "Materials".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from central.county.catalogue.pages.values import (
    library_material,
    listed,
    mapping,
    objects,
    plain,
    text,
)
from central.county.catalogue.pages.views.form_fields import titles_of, when_words
from central.county.catalogue.pages.views.limits import limit_words
from central.county.catalogue.pages.views.words import COUNTS, SAID
from protocol.catalogue.changes.terms import Language
from protocol.catalogue.documents import Document
from runtime.web.plurals import filled

Words = Callable[[str], str]
Cell = tuple[str, ...]


class Names(NamedTuple):
    """What the fields of the form are called, and in which language they are spoken of."""

    titles: Mapping[str, str]
    language: Language


def paper_rows(
    raw: Document, entries: Mapping[str, bytes], words: Words, language: Language
) -> Iterator[Sequence[Cell]]:
    """A row for each material, and for each group one with its members behind it."""
    names = Names(titles_of(mapping(raw, "schema")), language)
    for paper in objects(raw, "materials"):
        members = objects(paper, "one_of")
        if members:
            said = [f"{words(SAID['one_of'])}：", *_conditions(paper, names, words)]
            covered = any(text(one, "shared") and not one.get("when") for one in members)
            if covered:
                said.append(words(SAID["covered"]))
            upload = words(SAID["shared"]) if covered else _upload(paper, words)
            yield (text(paper, "name"),), (), (upload,), tuple(said)
        for one in members or [paper]:
            yield _row(one, entries, names, words, lead="· " if members else "")


def paper_names(raw: Document, entries: Mapping[str, bytes]) -> dict[str, str]:
    """What each material of an item is called, by its id."""
    every = [
        one for paper in objects(raw, "materials") for one in objects(paper, "one_of") or [paper]
    ]
    return {text(one, "id"): _name(one, _library(one, entries)) for one in every}


def _row(
    one: Document, entries: Mapping[str, bytes], names: Names, words: Words, *, lead: str
) -> Sequence[Cell]:
    library = _library(one, entries)
    whole = {**library, **one}
    counts = [
        filled(words(COUNTS[key]), {"count": plain(whole[key])})
        for key in COUNTS
        if plain(whole.get(key))
    ]
    keep = text(whole, "keep")
    if keep in ("seen", "kept"):
        counts.append(words(SAID[keep]))
    notes = [text(one, "note"), *_conditions(one, names, words), *_instead(whole, names, words)]
    notes += _of_library(library, words)
    name = f"{lead}{_name(one, library)}"
    return (name, text(one, "id")), tuple(counts), (_upload(one, words),), tuple(notes)


def _library(one: Document, entries: Mapping[str, bytes]) -> Document:
    return library_material(entries, text(one, "use")) if text(one, "use") else {}


def _name(one: Document, library: Document) -> str:
    return text(one, "name") or text(library, "name") or text(one, "use") or text(one, "id")


def _upload(one: Document, words: Words) -> str:
    if text(one, "shared"):
        return words(SAID["shared"])
    return words(SAID["required" if text(one, "attach") == "required" else "optional"])


def _conditions(one: Document, names: Names, words: Words) -> list[str]:
    when = when_words(one.get("when"), names.titles, names.language)
    return [f"{words(SAID['when'])}：{when}"] if when else []


def _instead(one: Document, names: Names, words: Words) -> list[str]:
    found = []
    if shared := text(one, "shared"):
        found.append(f"{words(SAID['shared'])}：{shared}")
    if each := text(one, "each"):
        found.append(f"{words(SAID['each'])}（{names.titles.get(each, each)}）")
    if text(one, "instead") == "promise":
        found.append(words(SAID["promise"]))
    if one.get("at_once") is not True and (later := mapping(one, "later")):
        limit = limit_words(text(later, "limit"), words)
        found.append(f"{words(SAID['later'])}（{limit}）：{text(later, 'promise')}")
    return found


def _of_library(library: Document, words: Words) -> list[str]:
    pages = "、".join(map(plain, listed(library, "pages")))
    faults = "；".join(text(one, "say") for one in objects(library, "faults"))
    told = {"pages": pages, "hint": text(library, "hint"), "faults": faults}
    return [f"{words(SAID[key])}：{value}" for key, value in told.items() if value]
