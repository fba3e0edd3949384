"""How the station is doing now: line, budget, disk, clock, standing; and the code for a helper.

Nothing here takes a password: nothing of a person is told.

Source: docs/operations.md, "Line and stick".
"""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.errors import (
    NodeDrainingError,
    NodeReplacedError,
    NodeRetiredError,
    NodeStoppedError,
    NodeSuspendedError,
    PeerError,
)
from protocol.exchange.meter import Meter
from protocol.trust.reports.health import Health
from protocol.trust.reports.situation import Line, Standing, Trouble, situation
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from station_agent.status.calls import SITUATION, SituationShown
from station_agent.store import station
from station_agent.store.db import Database, Transaction
from station_agent.store.station import StationState

CLOCK_OFF_MS = 5 * 60 * 1000  # from here on people are told to set the clock
_DAY_MS = 86_400_000
_STANDINGS: dict[type[PeerError], Standing] = {
    NodeDrainingError: Standing.DRAINING,
    NodeSuspendedError: Standing.SUSPENDED,
    NodeStoppedError: Standing.STOPPED,
    NodeRetiredError: Standing.RETIRED,
    NodeReplacedError: Standing.REPLACED,
}
_CONDITIONS = {one.value: one for one in Trouble}


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationService:
    """Looks at one station."""

    database: Database
    look: Callable[[Transaction, StationState], Health]
    connected: Callable[[], bool]
    revoked: Callable[[], type[PeerError] | None]
    closed: Callable[[], PeerError | None]
    meter: Meter
    now_ms: Callable[[], int]  # the best that is known

    async def situation(self, _: Actor, __: Nothing, ___: Report = silent) -> SituationShown:
        """How it is doing now."""
        health, exchanged_ms = await self.database.read(self._looked)
        line, standing = self._line(exchanged_ms), self._standing()
        troubles = frozenset(
            _CONDITIONS[one] for one in health.conditions if one in _CONDITIONS
        ) | self._clock(health)
        found = situation(
            troubles=troubles,
            standing=standing,
            line=line,
            waiting=health.waiting,
            oldest_s=health.oldest_s,
        )
        opens_s = self.meter.opens_in_s()
        return SituationShown(
            code=found.code(),
            troubles=[one.value for one in Trouble if one in troubles],
            standing=standing.value,
            line=line.value,
            exchanged_ms=exchanged_ms,
            waiting=health.waiting,
            waiting_bytes=health.waiting_bytes,
            oldest_s=health.oldest_s,
            free_mib=health.free_mib,
            clock_error_ms=health.clock_error_ms,
            shut={lane.name.lower(): held.value for lane, held in self.meter.shut().items()},
            opens_in_s=None if opens_s is None else round(opens_s),
        )

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(SITUATION, self.situation))

    def _looked(self, tx: Transaction) -> tuple[Health, int | None]:
        state = station.read_state(tx)
        return self.look(tx, state), state.line.left_ms

    def _line(self, exchanged_ms: int | None) -> Line:
        if self.connected():
            return Line.CONNECTED
        if exchanged_ms is None:
            return Line.NEVER
        return Line.RECENT if abs(self.now_ms() - exchanged_ms) <= _DAY_MS else Line.AWAY

    def _standing(self) -> Standing:
        revoked, closed = self.revoked(), self.closed()
        error = revoked or (type(closed) if closed else None)
        return _STANDINGS.get(error, Standing.ACTIVE) if error else Standing.ACTIVE

    def _clock(self, health: Health) -> frozenset[Trouble]:
        error_ms = health.clock_error_ms
        off = error_ms is not None and abs(error_ms) >= CLOCK_OFF_MS
        return frozenset({Trouble.CLOCK_WRONG}) if off else frozenset()
