"""Standing: whether the county has withdrawn or replaced this PC, and what the clerk may still do.

Known from the newest roster that this PC holds, and from the parent's signed refusal, because who
is turned away gets no newer roster by the line. Nothing here removes anything: the queue stays.

Source: docs/protocol.md section 7.4.
"""

from dataclasses import dataclass
from typing import Any

from protocol.errors import (
    NodeReplacedError,
    NodeRetiredError,
    NodeStoppedError,
    NodeSuspendedError,
    YizhanError,
    from_code,
)
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.revocation import closed_to
from station_agent.services.arrival import HeldRoster
from station_agent.store import station
from station_agent.store.db import Database, Transaction

_TURNED_AWAY = (NodeReplacedError, NodeRetiredError, NodeStoppedError, NodeSuspendedError)
_FOR_GOOD = (NodeReplacedError.code, NodeStoppedError.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingService:
    """What the county has said of this PC."""

    node: NodeId
    signing: bytes  # the public key that this PC signs with
    held: HeldRoster
    database: Database
    clock: Clock

    async def heard(self, exc: YizhanError) -> None:
        """Remember a refusal that is about us; until somebody serves us again."""
        if isinstance(exc, _TURNED_AWAY):
            code, now_ms = exc.code, self.clock.now_ms()
            await self.database.write(lambda tx: station.turned_away(tx, code, now_ms))

    def closed(self, tx: Transaction) -> YizhanError | None:
        """Why no new application may be sealed here; None if one may."""
        code = self._code(tx)
        if code is None or (code != self._by_roster() and code not in _FOR_GOOD):
            return None
        return from_code(code, "")

    def shown(self, tx: Transaction) -> dict[str, Any] | None:
        """For ``status``: code, words, and when the parent last said so; None if all is well."""
        code = self._code(tx)
        if code is None:
            return None
        _, at_ms = station.told(tx)
        return {"code": code, "words": from_code(code, "").zh, "at_ms": at_ms}

    def _code(self, tx: Transaction) -> str | None:
        told, _ = station.told(tx)
        return told or self._by_roster()

    def _by_roster(self) -> str | None:
        error = closed_to(self.held.roster.nodes.get(self.node), self.signing)
        return error.code if error else None
