"""Reading what may be anything: an item of a draft that nobody has checked yet."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from protocol.catalogue.documents import Document
from protocol.catalogue.items.names import material_entry


def plain(value: object) -> str:
    """A single value as a text; empty for nothing and for what has parts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def text(raw: Document, key: str) -> str:
    """The text under a key; empty if there is none."""
    return plain(raw.get(key))


def mapping(raw: Document, key: str) -> Document:
    """The object under a key; empty if there is none."""
    found = raw.get(key)
    return found if isinstance(found, dict) else {}


def listed(raw: Document, key: str) -> Sequence[Any]:
    """The list under a key; empty if there is none."""
    found = raw.get(key)
    return found if isinstance(found, list) else ()


def objects(raw: Document, key: str) -> list[Document]:
    """The objects of the list under a key."""
    return [one for one in listed(raw, key) if isinstance(one, dict)]


def parsed(entry: bytes | None) -> dict[str, Any]:
    """An entry of a release; empty if it is not there."""
    found = json.loads(entry) if entry else {}
    return found if isinstance(found, dict) else {}


def library_material(entries: Mapping[str, bytes], name: str) -> Document:
    """What the library says of a material; empty if it does not have it."""
    return parsed(entries.get(material_entry(name)))
