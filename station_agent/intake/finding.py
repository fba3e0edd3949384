"""Finds an item in the release that this station holds, by what people call it.

Source: docs/finding.md.
"""

from datetime import date
from typing import Any

from protocol.catalogue.changes.planned import NEVER
from protocol.catalogue.finding.index import Index, index_of
from protocol.catalogue.finding.search import Hit, search
from station_agent.intake.items import list_items
from station_agent.store import editions
from station_agent.store.db import Transaction


class Finder:
    """Keeps the index of one release: 3 MB for 2,000 items, made when somebody first looks."""

    def __init__(self) -> None:
        self._of, self._index = (0, NEVER), index_of({})

    def items(self, tx: Transaction, text: str, today: date | None) -> dict[str, Any]:
        """Release, and the items that fit ``text``, the best first; without text all, by code.

        Where none fits, ``near`` has the ten nearest.

        Args:
            today: by trusted time; None: that is not known, and nothing planned counts.

        Raises:
            CatalogueMissingError: no catalogue has come yet.
        """
        listed = list_items(tx, "", today)
        if not text.strip():
            return {**listed, "near": []}
        rows = {row["item"]: row for row in listed["items"]}
        found = search(self._index_of(tx, listed["release"], today), text)
        return {
            "release": listed["release"],
            "items": [_row(rows[hit.named.item], hit) for hit in found.hits],
            "near": [_row(rows[hit.named.item], hit) for hit in found.near],
        }

    def _index_of(self, tx: Transaction, release: int, today: date | None) -> Index:
        of = release, editions.day_of(tx, today)
        if of != self._of:
            self._index, self._of = index_of(editions.release_on(tx, today)), of
        return self._index


def _row(row: dict[str, Any], hit: Hit) -> dict[str, Any]:
    return {**row, "department": hit.named.department, "by": hit.by.name.lower()}
