"""The budget of the way to the parent: the county's and our own, and what is spent of it.

Source: docs/protocol.md section 8.8.
"""

from typing import TYPE_CHECKING

from protocol.exchange.meter import Meter, Spent
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.budget import Budget, Plan
from protocol.trust.trusted_clock import TrustedClock
from station_agent.exchange.receiver import HeldRoster
from station_agent.store import station
from station_agent.store.db import Database

if TYPE_CHECKING:
    from protocol.trust.roster import Roster


class Metering:
    """Holds the one meter of this process; it outlives exchanges, so that no rate starts anew."""

    def __init__(
        self,
        *,
        node: NodeId,
        held: HeldRoster,
        own: Budget | None,
        clock: Clock,
        trusted: TrustedClock,
        database: Database,
        spent: Spent | None,
    ) -> None:
        self._node, self._held, self._own, self._database = node, held, own, database
        self._planned: tuple[Roster, Plan] | None = None
        self.meter = Meter(plan=self._plan, clock=clock, time_ms=trusted.best_ms)
        if spent is not None:
            self.meter.resume(spent)
        self._kept = self.meter.spent

    async def keep(self) -> None:
        """Put on disk what was spent since the last time."""
        spent = self.meter.spent
        if spent != self._kept:
            await self._database.write(lambda tx: station.keep_spent(tx, spent), synced=False)
            self._kept = spent

    def _plan(self) -> Plan:
        roster = self._held.roster
        if self._planned is None or self._planned[0] is not roster:
            entry = roster.nodes.get(self._node)
            self._planned = roster, Plan.of(entry.budget if entry else None, self._own)
        return self._planned[1]
