"""Finds an item in the release that this station holds, by what people call it.

Source: docs/finding.md.
"""

from typing import Any

from protocol.catalogue.finding.index import Index, index_of
from protocol.catalogue.finding.search import Hit, search
from protocol.trust.edition import Kind
from station_agent.intake.items import list_items
from station_agent.store import editions
from station_agent.store.db import Transaction


class Finder:
    """Keeps the index of one release: 3 MB for 2,000 items, made when somebody first looks."""

    def __init__(self) -> None:
        self._release, self._index = 0, index_of({})

    def items(self, tx: Transaction, text: str) -> dict[str, Any]:
        """Release, and the items that fit ``text``, the best first; without text all, by code.

        Where none fits, ``near`` has the ten nearest.

        Raises:
            CatalogueMissingError: no catalogue has come yet.
        """
        listed = list_items(tx, "")
        if not text.strip():
            return {**listed, "near": []}
        rows = {row["item"]: row for row in listed["items"]}
        found = search(self._of_release(tx, listed["release"]), text)
        return {
            "release": listed["release"],
            "items": [_row(rows[hit.named.item], hit) for hit in found.hits],
            "near": [_row(rows[hit.named.item], hit) for hit in found.near],
        }

    def _of_release(self, tx: Transaction, release: int) -> Index:
        if release != self._release:
            self._index = index_of(editions.entries(tx, Kind.RELEASE))
            self._release = release
        return self._index


def _row(row: dict[str, Any], hit: Hit) -> dict[str, Any]:
    return {**row, "department": hit.named.department, "by": hit.by.name.lower()}
