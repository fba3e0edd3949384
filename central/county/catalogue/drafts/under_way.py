"""How many applications are under way for items that a draft takes out of the catalogue."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.drafts.calls import UnderWay
from central.store.engine import Store
from protocol.catalogue.changes.difference import Change
from protocol.catalogue.items.names import is_item


class OpenCases(Protocol):
    """Casework, as far as the catalogue asks it."""

    async def open_of(self, session: AsyncSession, items: Collection[str]) -> dict[str, int]:
        """By item, its cases that have no decision yet; an item without any is left out."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Counts the applications of a county."""

    store: Store
    cases: OpenCases

    async def of(self, names: Mapping[str, str]) -> Sequence[UnderWay]:
        """By items and their names, each with the number of its open cases, in their order."""
        if not names:
            return []
        found = await self.store.transact(lambda tx: self.cases.open_of(tx, list(names)))
        return [
            UnderWay(item=code, name=name, applications=found.get(code, 0))
            for code, name in names.items()
        ]

    async def of_removed(self, changes: Sequence[Change]) -> Sequence[UnderWay]:
        """The same for the items that are gone after these changes."""
        gone = {
            one.item: one.name for one in changes if one.kind == "removed" and is_item(one.item)
        }
        return await self.of(gone)
