"""The checks of what is edited: the same as at publishing, for the one thing that it concerns."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from central.county.catalogue.pages.library.followers import followers
from central.county.catalogue.pages.values import parsed
from central.county.catalogue.rules import Entries
from protocol.catalogue.changes.versions import content_of
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding, Level, findings_of
from protocol.catalogue.items.entries import CheckedCatalogue, check_catalogue
from protocol.catalogue.items.names import MATERIAL
from protocol.errors import CatalogueError

_ORDER = ("error", "warning", "hint")
_TRIED = 30  # items that are looked at again for a paper; saving looks at all


@dataclass(frozen=True, slots=True)
class Checking:
    """Checks one thing at a time."""

    look: Callable[[Entries], Awaitable[Sequence[Finding]]]  # what lint says of a catalogue

    async def check(self, raw: Document, entries: Entries) -> list[Finding]:
        """What is wrong with an item, the worst first; doubts only where nothing is wrong.

        Args:
            entries: of the release or draft that it is to stand in, for its library.
        """
        document = {"items": [raw], "materials": library_of(entries)}
        found = await self.whole(document)
        return _sorted(one for one in found if one.item or not one.place)  # not of the library

    async def check_paper(self, material: str, raw: Document, entries: Entries) -> list[Finding]:
        """What is wrong with a paper of the library, and what items say that refer to it."""
        every = await asyncio.to_thread(followers, entries, material)
        users = [one.code for one in every[:_TRIED]]
        items = [content_of(entries[code]) for code in dict.fromkeys(users)]
        library = library_of(entries)
        before = set(await self.whole({"items": items, "materials": library}))
        found = await self.whole({"items": items, "materials": library | {material: raw}})
        place = f"materials.{material}"
        own = [_moved(one, place) for one in found if _is_at(one, place)]
        if any(one.level is Level.ERROR for one in own):
            return _sorted(own)  # every item that refers to it is wrong then
        others = (one for one in found if one.item and one not in before)
        return _sorted([*own, *others, *(one for one in found if not (one.item or one.place))])

    async def whole(self, document: Document) -> list[Finding]:
        """Everything about a file, each once."""
        try:
            checked = await asyncio.to_thread(_checked, document)
        except CatalogueError as exc:
            return list(findings_of(exc))
        found = list(checked.findings)
        if not checked.errors:
            found += await self.look(checked.entries)
        return list(dict.fromkeys(found))


def library_of(entries: Entries) -> dict[str, Any]:
    """The library of materials, as a file writes it."""
    return {
        name.removeprefix(MATERIAL): parsed(entry)
        for name, entry in entries.items()
        if name.startswith(MATERIAL)
    }


def _checked(document: Document) -> CheckedCatalogue:
    return check_catalogue(json.dumps(document, ensure_ascii=False).encode())


def _sorted(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: _ORDER.index(one.level))


def _is_at(finding: Finding, own: str) -> bool:
    """Whether a finding is of the paper itself."""
    more = finding.place.removeprefix(own)
    return not finding.item and more != finding.place and more[:1] in ("", ".", "[")


def _moved(finding: Finding, own: str) -> Finding:
    """A finding of the paper itself by its place in it."""
    if not _is_at(finding, own):
        return finding
    return replace(finding, place=finding.place.removeprefix(own).removeprefix("."))
