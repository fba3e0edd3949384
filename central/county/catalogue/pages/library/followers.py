"""Which items refer to a paper of the library, and where they go their own way.

Source: docs/catalogue.md, "Materials".
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from central.county.catalogue.pages.values import objects, plain, text
from protocol.catalogue.documents import Document
from protocol.catalogue.items.names import is_item
from protocol.catalogue.items.uses import Asked, asked_by, materials_used

OWN = ("originals", "copies", "keep", "later", "at_once")
"""What an item may say of a paper itself; the library's word does not reach it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """An item that refers to a paper."""

    code: str
    name: str
    group: str  # one of which is enough; empty: it is asked for alone
    must: bool  # a file of it has to come
    own: tuple[str, ...]  # keys of OWN that the item says itself


def followers(entries: Mapping[str, bytes], material: str) -> list[Follower]:
    """Every item of a release or draft that refers to a paper, by code."""
    found = []
    named = f'"{material}"'.encode()
    for code in sorted(filter(is_item, entries)):
        if named in entries[code]:
            item = asked_by(entries[code])
            found += [
                Follower(
                    code=code,
                    name=plain(item.name),
                    group=group,
                    must=text(one, "attach") == "required",
                    own=tuple(key for key in OWN if one.get(key) not in (None, False)),
                )
                for group, one in _papers(item)
                if one.get("use") == material
            ]
    return found


def use_counts(entries: Mapping[str, bytes]) -> Counter[str]:
    """How many items refer to each paper."""
    items = (asked_by(entries[code]) for code in filter(is_item, entries))
    return Counter(name for item in items for name in materials_used({"materials": item.materials}))


def _papers(item: Asked) -> Iterator[tuple[str, Document]]:
    """Each paper that an item asks for, with the group that it stands in."""
    for paper in objects({"materials": item.materials}, "materials"):
        members = objects(paper, "one_of")
        for one in members or [paper]:
            yield (text(paper, "name") if members else "", one)
