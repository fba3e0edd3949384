"""Exchanging at once, and offering again what was deferred: by command."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.done import Done
from runtime.control.owner import Operation, Report
from station_agent.exchange.calls import (
    EXCHANGE,
    RETRY,
    Exchanged,
    Offered,
)
from station_agent.exchange.service import ExchangeService
from station_agent.store import outbox, refusals
from station_agent.store.db import Database

if TYPE_CHECKING:
    from runtime.line.conversation import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeOperations:
    """What a clerk may ask of the line."""

    database: Database
    exchange: ExchangeService

    async def now(self, _: Actor, __: Nothing, report: Report = silent) -> Exchanged:
        """Exchange with the parent once.

        Raises LineError, PeerError and the like.
        """
        total = await self.database.read(outbox.waiting_bytes)

        def tell(tally: "Tally") -> None:
            report(Done(min(tally.bytes_up, total), total))

        tally = await self.exchange.now(tell)
        return Exchanged(
            items_up=tally.items_up,
            items_down=tally.items_down,
            bytes_up=tally.bytes_up,
            bytes_down=tally.bytes_down,
        )

    async def retry(self, _: Actor, __: Nothing, ___: Report = silent) -> Offered:
        """Offer again what the parent refused and this station deferred."""
        offered = await self.database.write(refusals.offer_again)
        self.exchange.new_work()
        return Offered(offered=offered)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(EXCHANGE, self.now), Handler(RETRY, self.retry))
