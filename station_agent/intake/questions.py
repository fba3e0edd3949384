"""What a clerk asks of the catalogue: which items there are, one of them, what it costs.

Source: docs/operations.md, "Commands".
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from protocol.catalogue.fees.of_item import read_day
from protocol.catalogue.fees.told import ItemFee
from protocol.trust.schedule import local_time
from station_agent.intake.calls import ItemsFound, ItemShown
from station_agent.intake.finding import Finder
from station_agent.intake.items import fee_of_item, show_item
from station_agent.store.db import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemQuestions:
    """Answers by the release that this station holds."""

    database: Database
    division: str  # of this station
    today: Callable[[], date | None]  # by trusted time; None: that is not known
    now_ms: Callable[[], int]  # the best that is known
    finder: Finder = field(default_factory=Finder)

    async def items(self, text: str) -> ItemsFound:
        """The items that fit ``text``, or all. Raises CatalogueMissingError."""
        today = self.today()
        return await self.database.read(lambda tx: self.finder.items(tx, text, today))

    async def item(self, code: str) -> ItemShown:
        """One item. Raises CatalogueMissingError, ItemUnknownError."""
        today = self.today()
        return await self.database.read(lambda tx: show_item(tx, code, today, self.division))

    async def fee(self, code: str, facts: object, on: str) -> ItemFee:
        """What an item costs.

        Args:
            on: a date; empty: today.

        Raises as :func:`station_agent.intake.items.fee_of_item`, and UsageError.
        """
        day = read_day(on) if on else local_time(self.now_ms()).date()
        today = self.today()
        return await self.database.read(lambda tx: fee_of_item(tx, code, facts, day, today))
