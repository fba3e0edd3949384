"""The checks of an item while it is edited: the same as at publishing, for this one item."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from central.county.catalogue.pages.values import parsed
from central.county.catalogue.rules import Entries
from protocol.catalogue.findings import Finding, findings_of
from protocol.catalogue.items.entries import CheckedCatalogue, check_catalogue
from protocol.catalogue.items.names import MATERIAL
from protocol.errors import CatalogueError

_ORDER = ("error", "warning", "hint")


@dataclass(frozen=True, slots=True)
class Checking:
    """Checks one item at a time."""

    look: Callable[[Entries], Awaitable[Sequence[Finding]]]  # what lint says of a catalogue

    async def check(self, raw: Mapping[str, Any], entries: Mapping[str, bytes]) -> list[Finding]:
        """What is wrong with an item, the worst first; doubts only where nothing is wrong.

        Args:
            entries: of the release or draft that it is to stand in, for its library.
        """
        try:
            checked = await asyncio.to_thread(_checked, raw, entries)
        except CatalogueError as exc:
            return list(findings_of(exc))
        found = list(checked.findings)
        if not checked.errors:
            found += await self.look(checked.entries)
        own = [one for one in dict.fromkeys(found) if one.item]
        return sorted(own, key=lambda one: _ORDER.index(one.level))


def _checked(raw: Mapping[str, Any], entries: Mapping[str, bytes]) -> CheckedCatalogue:
    library = {
        name.removeprefix(MATERIAL): parsed(entry)
        for name, entry in entries.items()
        if name.startswith(MATERIAL)
    }
    document = {"items": [raw], "materials": library}
    return check_catalogue(json.dumps(document, ensure_ascii=False).encode())
