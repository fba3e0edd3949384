"""Who the neighbour is now, by its Hello; what it may hold, or may have lost.

Source: docs/protocol.md section 9.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.exchange.neighbours import (
    Link,
    columns_of,
    forget_children,
    forget_custody,
    link_of,
    mistrust,
    set_link,
)
from central.relay.exchange.peer import Peer
from central.relay.exchange.reports import Reports
from central.relay.instance.high_water_marks import read_mark
from central.relay.ports.role import RollbackCheck
from central.relay.queue.wakeups import Wakeups
from central.relay.retry import deferred
from protocol.exchange.messages import Hello
from protocol.exchange.store import ASK_ALL
from protocol.limits import IN_FLIGHT
from protocol.ports import Clock

BEGUN_ANEW = -1  # instead of how many items to ask about


class Meeting:
    """Of one exchange."""

    def __init__(
        self,
        peer: Peer,
        *,
        editions: Editions,
        rollback_check: RollbackCheck,
        reports: Reports,
        wakeups: Wakeups,
        clock: Clock,
    ) -> None:
        self._peer, self._editions, self._rollback_check = peer, editions, rollback_check
        self._reports, self._wakeups, self._clock = reports, wakeups, clock

    async def note(self, session: AsyncSession, hello: Hello, *, is_dirty: bool) -> int:
        """Remember the peer; how many items of each lane to ask about before pushing.

        Args:
            is_dirty: the last exchange broke off.

        BEGUN_ANEW if the peer proved that this node was set back: it is another life now.
        """
        peer = self._peer
        link = await link_of(session, peer.node)
        if not peer.is_parent and await self._proves_rollback(session, hello):
            return BEGUN_ANEW
        await self._remember(session, link, hello)
        is_new = link.instance is not None and link.instance != hello.instance
        await self._reports.take(session, hello, anew=link.instance != hello.instance)
        if is_new:
            await forget_custody(session, peer.node, hello.instance)
            return ASK_ALL
        if link.instance is not None and not link.ack_history.fits(hello.seen):
            await mistrust(session, peer.node)
            await self._ask_below(session)
            return ASK_ALL
        return IN_FLIGHT if is_dirty else 0

    async def _proves_rollback(self, session: AsyncSession, hello: Hello) -> bool:
        mark, check = read_mark(self._editions.roster, hello.mark), self._rollback_check
        if mark is not None and await check.mark_shown(session, hello.mark, mark):
            return True
        return bool(hello.time) and await check.time_shown(session, hello.time)

    async def _remember(self, session: AsyncSession, link: Link, hello: Hello) -> None:
        peer, clock = self._peer, self._clock
        judges = {"roster": hello.roster, "release": hello.release, "program": hello.program}
        values = {"instance": hello.instance, "heard_ms": clock.now_ms(), **judges}
        if peer.is_parent and hello.county:
            values["county"] = hello.county
        await set_link(
            session, peer.node, **columns_of(link.ack_history.after(hello.seen)), **values
        )
        is_new = link.instance != hello.instance
        judged = {name: getattr(link, name) for name in judges}
        again = (is_new or judged != judges) and await deferred.offer_again_to(session, peer.node)
        if again or is_new:  # more waits for it now than a look before its Hello has found
            self._wakeups.ring_after_commit(session, peer.node)

    async def _ask_below(self, session: AsyncSession) -> None:
        """Whoever can't notice that the peer was set back is told: children, or that child."""
        if self._peer.is_parent:
            await forget_children(session, self._peer.node)
        else:
            await set_link(session, self._peer.node, forgets=True)  # it may have pushed nothing
