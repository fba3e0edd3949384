"""A running station looks at itself: its database has one connection, and that is the agent's."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from protocol.errors.desk import DeskError, DeskPortError
from protocol.exchange.pace.backpressure import Backpressure
from protocol.ports import Clock
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Operation, Report
from runtime.doctor.calls import DOCTOR
from runtime.doctor.finding import Found, distinct
from runtime.doctor.frozen import is_small
from runtime.doctor.line import ParentAddress, parent_faults
from runtime.doctor.machine import clock_faults
from runtime.doctor.node import parent_address
from runtime.node.identity import Identity
from station_agent.doctor.inside import inside, roster_of
from station_agent.store.db import Database, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StationDoctor:
    """Answers ``doctor`` of an open station."""

    identity: Identity
    database: Database
    path: Path  # of the database
    clock: Clock
    clock_error_ms: Callable[[], int | None]
    connected: Callable[[], bool]
    backpressure: Backpressure
    desk_trouble: Callable[[], DeskError | None]

    async def look(self, _: Actor, __: Nothing, ___: Report = silent) -> list[Found]:
        """Everything that is wrong."""
        found, parent = await self.database.read(self._looked)
        found += clock_faults(self.clock_error_ms())
        if self.backpressure.left_s > 0:
            found.append(Found("queue.quota-full"))
        if isinstance(self.desk_trouble(), DeskPortError):
            found.append(Found("desk.port-taken"))
        if parent is not None and not self.connected():
            found += await parent_faults(parent)
        return distinct(found)

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(DOCTOR, self.look))

    def _looked(self, tx: Transaction) -> tuple[list[Found], ParentAddress | None]:
        found = self._checked(tx)
        if any(one.code == "database.damaged" for one in found):
            return found, None
        found += inside(tx, self.identity, self.clock.now_ms())
        return found, parent_address(self.identity, roster_of(tx, self.identity))

    def _checked(self, tx: Transaction) -> list[Found]:
        if not is_small(self.path):
            return [Found("database.not-checked", self.path.name)]
        try:
            (row,) = tx.rows("PRAGMA quick_check(1)")
        except sqlite3.DatabaseError as exc:
            return [Found("database.damaged", str(exc)[:100])]
        return [] if row[0] == "ok" else [Found("database.damaged", str(row[0])[:100])]
