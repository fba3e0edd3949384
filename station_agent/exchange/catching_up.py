"""Catching up with the county after a parent was met that we do not know, or that turned us away.

The roster and the county's time are asked of whoever answers at the parent's address, and taken in
if they are signed by whom the root names. What has become of the parent, and of this PC, is then
read from the roster.

Source: docs/protocol.md section 8.9.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from protocol.errors import YizhanError
from protocol.exchange.catching_up import asks_for_roster
from protocol.ports import Clock
from protocol.trust.edition import Kind
from runtime.node.identity import Identity
from station_agent.exchange.parent import Target
from station_agent.exchange.receiver import ArrivalService, HeldRoster
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.store.db import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchingUp:
    """Asks for the newest roster when an exchange has shown that ours may be old."""

    identity: Identity
    held: HeldRoster
    arrival: ArrivalService
    timekeeping: Timekeeping
    database: Database
    clock: Clock

    async def look(self, failure: YizhanError, target: Target, alive: Callable[[], None]) -> bool:
        """Whether there is a newer roster, after an exchange with ``target`` failed so."""
        if not target.url or not asks_for_roster(failure):
            return False
        before = self.held.roster.version
        try:
            await self._ask(target.url, alive)
        except YizhanError as exc:
            log.info("no newer roster", extra={"event": "roster.asked", "code": exc.code})
        newer = self.held.roster.version > before
        if newer:
            log.warning("caught up", extra={"event": "roster.caught-up", "peer": target.parent})
        return newer

    async def _ask(self, url: str, alive: Callable[[], None]) -> None:
        # a third of a second to import, and seldom needed
        from runtime.line.catching_up import ask_for_roster  # noqa: PLC0415
        from runtime.line.tls import open_context  # noqa: PLC0415

        whole = Kind.ROSTER in self.arrival.ask_whole
        news, time = await ask_for_roster(
            url,
            0 if whole else self.held.roster.version,
            context=open_context(self.identity.certificate_path, self.identity.key_path),
            clock=self.clock,
            alive=alive,
        )
        if news is not None:
            await self.arrival.take_in([news])
        await self.database.write(lambda tx: self.timekeeping.take(tx, time, hint_ms=None))
