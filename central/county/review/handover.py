"""Welcome: the PC that takes a lost one's place hears what the lost one may not have shown.

Whether a decision had been read nobody knows: it may have been waiting for the lost PC at a hub,
sealed for keys that are gone. So the newest ones are said once more, under the new keys, in one
transaction with the note that they were; after a power cut it is looked at again.

Source: docs/protocol.md section 7.4; docs/adr/0018-a-replaced-pc-keeps-its-id.md.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.cases import Cases
from central.county.casework.service import Casework
from central.county.ports.relay import Nodes
from central.county.review.models import ReplacementRow
from central.store.engine import Store
from central.store.insert import insert_new
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.roster import Role, State

MOST = 1000  # decisions: a village has some hundreds in a year
_AT_ONCE = 50  # in one transaction: sealing them takes a third of a second

MOST_BESIDE = 200  # open cases with documents or a poster, and letters: all in one transaction

Beside = Callable[[AsyncSession, NodeId, int], Awaitable[int]]
"""Tells a station anew what stands beside its decisions, of so many cases or letters at most."""

_JOINED = (State.ACTIVE, State.DRAINING)  # one that is withdrawn again still hears of its cases

log = logging.getLogger(__name__)


class SuccessorHandover:
    """Looks after each new roster whether a successor has joined."""

    def __init__(
        self,
        *,
        store: Store,
        nodes: Nodes,
        cases: Cases,
        casework: Casework,
        beside: Sequence[Beside],
        clock: Clock,
    ) -> None:
        self._store, self._nodes, self._cases = store, nodes, cases
        self._casework, self._beside, self._clock = casework, beside, clock
        self._told: set[tuple[NodeId, bytes]] = set()  # as far as this process knows

    async def look(self) -> None:
        """Tell every successor that has joined and was not told.

        A few decisions in one transaction: sealing holds the database, and others wait for it.
        What a cut leaves untold is told at the next look.
        """
        joined = {
            (node, entry.drained[0].signing[0])
            for node, entry in self._nodes.roster.nodes.items()
            if entry.drained and entry.role is Role.STATION and entry.state in _JOINED
        }
        for station, lost in sorted(joined - self._told):
            work = partial(self._tell_some, station=station, lost=lost)
            while not await self._store.transact(work):
                pass
            self._told.add((station, lost))

    async def _tell_some(self, session: AsyncSession, *, station: NodeId, lost: bytes) -> bool:
        """Tell the next few, newest first; whether those were the last."""
        row = {"station": station, "lost": lost, "told_ms": self._clock.now_ms(), "told": 0}
        await session.execute(insert_new(session, ReplacementRow), [row | {"done": False}])
        noted = await session.get_one(ReplacementRow, (station, lost), with_for_update=True)
        if noted.done:
            return True  # told before, or by another process of this county
        cases = await self._cases.newest_decided(
            session, station, after=noted.last_number or "", limit=_AT_ONCE
        )
        await self._casework.tell_anew(session, [case.key for case in cases])
        noted.told += len(cases)
        noted.done = len(cases) < _AT_ONCE or noted.told >= MOST
        if cases:
            noted.last_number = cases[-1].number
        if noted.done:
            for tell in self._beside:
                await tell(session, station, MOST_BESIDE)
            log.info(
                "a lost PC has a successor",
                extra={"event": "review.handover", "station": station, "results": noted.told},
            )
        return noted.done
