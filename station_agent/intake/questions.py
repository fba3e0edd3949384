"""What a clerk asks of the catalogue: which items there are, one of them, what it costs.

Source: docs/operations.md, "Commands".
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from protocol.catalogue.calendars.due import Limit, due
from protocol.catalogue.fees.of_item import read_day
from protocol.catalogue.fees.told import ItemFee
from protocol.catalogue.items.names import CALENDAR
from protocol.catalogue.items.release import calendar_of
from protocol.trust.schedule import local_time
from station_agent.intake.calls import ItemsFound, ItemShown
from station_agent.intake.finding import Finder
from station_agent.intake.items import fee_of_item, found_item, show_item
from station_agent.store import editions
from station_agent.store.db import Database, Transaction
from station_agent.store.editions import FoundItem


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

    async def found(self, code: str) -> FoundItem:
        """One item as it stands in the release. Raises CatalogueMissingError, ItemUnknownError."""
        today = self.today()
        return await self.database.read(lambda tx: found_item(tx, code, today))

    async def last_day(self, limit: Limit) -> date | None:
        """The last day of a limit that begins today; None: today is not known.

        Where a year's holidays are not known yet, the later guess: nobody is refused for that.
        """
        today = self.today()
        if today is None:
            return None

        def work(tx: Transaction) -> date:
            entries = editions.find_entries(tx, [CALENDAR], editions.day_of(tx, today))
            latest = due(today, limit, calendar_of(entries)).latest
            return latest.date() if isinstance(latest, datetime) else latest

        return await self.database.read(work)

    async def fee(self, code: str, facts: object, on: str) -> ItemFee:
        """What an item costs.

        Args:
            on: a date; empty: today.

        Raises as :func:`station_agent.intake.items.fee_of_item`, and UsageError.
        """
        day = read_day(on) if on else local_time(self.now_ms()).date()
        today = self.today()
        return await self.database.read(lambda tx: fee_of_item(tx, code, facts, day, today))
