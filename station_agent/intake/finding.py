"""Finds an item in the release that this station holds, by what people call it.

Source: docs/finding.md.
"""

from collections.abc import Sequence
from datetime import date

from protocol.catalogue.changes.planned import NEVER
from protocol.catalogue.finding.index import Index, index_of
from protocol.catalogue.finding.search import Hit, search
from protocol.trust.edition import Kind
from station_agent.intake.calls import ItemListed, ItemsFound
from station_agent.intake.items import list_items
from station_agent.store import editions
from station_agent.store.db import Transaction


class Finder:
    """Keeps the index of one release: 3 MB for 2,000 items, made when somebody first looks."""

    def __init__(self) -> None:
        self._of, self._index = (0, NEVER), index_of({})

    def items(self, tx: Transaction, text: str, today: date | None) -> ItemsFound:
        """Release, and the items that fit ``text``, the best first; without text all, by code.

        Where none fits, ``near`` has the ten nearest.

        Args:
            today: by trusted time; None: that is not known, and nothing planned counts.

        Raises:
            CatalogueMissingError: no catalogue has come yet.
        """
        release = editions.version(tx, Kind.RELEASE)
        if not text.strip() or not release:
            return ItemsFound(release=release, items=list_items(tx, today), near=[])
        found = search(self._index_of(tx, release, today), text)
        return ItemsFound(
            release=release,
            items=_rows(tx, found.hits, today),
            near=_rows(tx, found.near, today),
        )

    def _index_of(self, tx: Transaction, release: int, today: date | None) -> Index:
        of = release, editions.day_of(tx, today)
        if of != self._of:
            self._index, self._of = index_of(editions.release_on(tx, today)), of
        return self._index


def _rows(tx: Transaction, hits: Sequence[Hit], today: date | None) -> list[ItemListed]:
    """What a list shows of each item, with its department and by what it was found."""
    by_code = {hit.named.item: hit for hit in hits}
    return [_found(row, by_code[row.item]) for row in list_items(tx, today, list(by_code))]


def _found(row: ItemListed, hit: Hit) -> ItemListed:
    return ItemListed(
        item=row.item,
        name=row.name,
        materials=row.materials,
        required=row.required,
        department=hit.named.department,
        by=hit.by.name.lower(),
    )
