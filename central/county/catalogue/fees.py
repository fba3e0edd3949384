"""Answers what an item costs, by the newest release."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from central.county.catalogue.calls import FEE, FeeQuestion
from protocol.catalogue.fees.of_item import item_fee, read_day
from protocol.catalogue.fees.told import ItemFee
from protocol.catalogue.items.names import is_item
from protocol.errors import CatalogueMissingError, ItemUnknownError
from protocol.ports import Clock
from protocol.text import identifier
from protocol.trust.edition import Edition
from protocol.trust.schedule import local_time
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeService:
    """Computes fees; nobody types one."""

    newest: Callable[[], Awaitable[Edition | None]]  # release
    clock: Clock

    async def fee(self, _: Actor, asked: FeeQuestion, __: Report = silent) -> ItemFee:
        """What an item costs.

        Raises:
            CatalogueMissingError: nothing is published.
            ItemUnknownError: the catalogue has no such item.
            UsageError: no date.
            FeeUnknownError, FeeFactsError: as :func:`protocol.catalogue.fees.of_item.item_fee`.
        """
        newest, code = await self.newest(), identifier(asked.item)
        if newest is None:
            raise CatalogueMissingError
        entry = newest.entries.get(code) if is_item(code) else None
        if entry is None:
            raise ItemUnknownError(repr(code[:60]))
        day = read_day(asked.day) if asked.day else local_time(self.clock.now_ms()).date()
        return item_fee(newest.version, code, entry, asked.facts, day)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(FEE, self.fee))
