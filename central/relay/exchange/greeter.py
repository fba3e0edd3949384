"""What this node says of itself to one neighbour, before an exchange.

Source: docs/protocol.md section 9.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.exchange.break_off import BreakOff
from central.relay.exchange.neighbours import county_instance, link_of
from central.relay.exchange.peer import Peer
from central.relay.exchange.reports import Reports
from central.relay.exchange.spending import Spending
from central.relay.instance.high_water_marks import highest_mark
from central.relay.instance.service import instance_of
from protocol.exchange.store import Greeting
from protocol.ids import Instance


class Greeter:
    """Of one exchange."""

    def __init__(
        self,
        peer: Peer,
        editions: Editions,
        *,
        reports: Reports,
        break_off: BreakOff,
        spending: Spending,
    ) -> None:
        self._peer, self._editions = peer, editions
        self._reports, self._break_off, self._spending = reports, break_off, spending

    async def greeting(self, session: AsyncSession) -> Greeting:
        """What we hold, and whether the last exchange broke off."""
        peer, link = self._peer, await link_of(session, self._peer.node)
        instance = county = await instance_of(session)
        if peer.parent:
            county = Instance(await county_instance(session, peer.parent) or b"")
        mark = await highest_mark(session, self._editions.roster, county) if peer.is_parent else b""
        roster, release = self._editions.trusted()
        self._break_off.read(link)
        self._spending.resume(link)
        told = await self._reports.tell(session, link)
        return Greeting(
            instance=instance,
            seen=link.seen,
            roster=roster,
            release=release,
            county=county,
            mark=mark,
            roaming_reports=told.roaming_reports,
            heard=told.heard,
            time_n=told.time_n,
            time=told.time,
            shows_time=told.shows_time,
            careful=link.dirty,
        )
