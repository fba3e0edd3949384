"""Which materials of the library an entry of a release uses, without reading it as an item.

Source: docs/catalogue.md.
"""

from typing import Any

import msgspec

from protocol.catalogue.documents import Document
from protocol.catalogue.forms.reading import parse_json
from protocol.catalogue.items.names import material_entry
from protocol.errors import CatalogueError
from protocol.limits import MAX_ENTRY_BYTES

DEPTH = 24  # nesting of a catalogue file, and of its entries


class Asked(msgspec.Struct):
    """As much of an item as says which papers it asks for: the rest is passed over quickly."""

    name: Any = ""
    materials: Any = ()


_ASKED = msgspec.json.Decoder(Asked)


def asked_by(entry: bytes) -> Asked:
    """What an item of a release or draft asks for; one was checked when it went in."""
    return _ASKED.decode(entry)


def parsed_entry(entry: bytes) -> dict[str, Any]:
    """An entry as JSON; empty if it is no object.

    Raises:
        CatalogueError: it is no JSON (a release that passed its digest never does this).
    """
    found = parse_json(entry, limit=MAX_ENTRY_BYTES, depth=DEPTH, error=CatalogueError)
    return found if isinstance(found, dict) else {}


def used_by(entry: bytes) -> tuple[str, ...]:
    """The names of the entries that an item needs beside its own: materials of the library."""
    return tuple(map(material_entry, materials_used(parsed_entry(entry))))


def materials_used(raw: Document) -> tuple[str, ...]:
    """Ids of the materials that a parsed item uses, each once."""
    found: dict[str, None] = {}
    papers = raw.get("materials")
    for paper in papers if isinstance(papers, list) else ():
        members = paper.get("one_of", [paper]) if isinstance(paper, dict) else ()
        for one in members if isinstance(members, list) else ():
            if isinstance(one, dict) and isinstance(one.get("use"), str):
                found[one["use"]] = None
    return tuple(found)
