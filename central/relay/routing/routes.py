"""Routes: which neighbour is next for what is addressed to a node.

The roster is a tree, and the way leads along it. A station that may use other paths tells where
it exchanges now; the top of the tree keeps its newest word and sends there. What comes down never
goes up again: if its recipient does not stand below, it waits until the recipient calls.

Source: docs/protocol.md sections 7.2 and 9.5; docs/adr/0011-visits.md.
"""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.queue.wakeups import Wakeups
from central.relay.routing.rerouting import reroute
from central.relay.store.models import RouteRow
from protocol.ids import NodeId
from protocol.trust.reports.roaming import RoamingReport
from protocol.trust.roster import Roster


def hop(
    roster: Roster, here: NodeId, to: NodeId, *, at: NodeId | None = None, above: bool = False
) -> NodeId | None:
    """The neighbour of ``here`` on the way to ``to``; None if there is no way.

    Args:
        at: where ``to`` exchanges now, if it has said so.
        above: it comes from the parent of ``here``, so it does not go back there.
    """
    if at is not None and roster.may_call(to, at):
        if at == here:
            return to
        step = roster.next_hop(here, at)
    else:
        step = roster.next_hop(here, to)
    if above and step is not None and step == roster.nodes[here].parent:
        return to
    return step


class Routes:
    """The ways from one node, and the words of stations that change them."""

    def __init__(self, *, node: NodeId, editions: Editions, wakeups: Wakeups) -> None:
        self._node, self._editions, self._wakeups = node, editions, wakeups

    async def hop(self, session: AsyncSession, to: NodeId, *, above: bool = False) -> NodeId | None:
        """The neighbour that is next for what is addressed to ``to``; None if there is no way."""
        at = await self._visited(session, to)
        return hop(self._editions.roster, self._node, to, at=at, above=above)

    async def take(self, session: AsyncSession, roaming_report: RoamingReport) -> None:
        """Send what is for a station to where it says that it is, unless it has moved on.

        Args:
            report: signed with the present key of its station.
        """
        station = roaming_report.reporter
        row, key = await session.get(RouteRow, station), self._editions.roster.signing_name(station)
        if row is not None and row.key == key and row.number >= roaming_report.number:
            return
        values = {"at": roaming_report.host, "number": roaming_report.number, "key": key}
        if row is None:
            await session.execute(insert(RouteRow).values(station=station, **values))
        else:
            await session.execute(
                update(RouteRow).where(RouteRow.station == station).values(**values)
            )
        await self._lead(session, station)

    async def close_paths(self, session: AsyncSession) -> None:
        """Lead back what goes to where a station is no longer allowed; after each new roster."""
        roster = self._editions.roster
        for row in (await session.scalars(select(RouteRow))).all():
            station = NodeId(row.station)
            if not roster.may_call(station, NodeId(row.at)):
                await session.delete(row)
                await session.flush()
                await self._lead(session, station)

    async def _lead(self, session: AsyncSession, station: NodeId) -> None:
        next_hop = await self.hop(session, station)
        if next_hop is not None:
            await reroute(session, station, next_hop)
            self._wakeups.ring_after_commit(session, next_hop)

    async def _visited(self, session: AsyncSession, to: NodeId) -> NodeId | None:
        nodes = self._editions.roster.nodes
        if to not in nodes or not nodes[to].others or nodes[self._node].parent:
            return None
        row = await session.get(RouteRow, to, populate_existing=True)
        return NodeId(row.at) if row is not None else None
