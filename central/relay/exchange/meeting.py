"""Who the neighbour is now, by its Hello; what it may hold, or may have lost.

Source: docs/protocol.md section 9.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.exchange.neighbours import (
    ack_history_of,
    forget_children,
    forget_custody,
    link_of,
    mistrust,
    remember,
)
from central.relay.exchange.peer import Peer
from central.relay.exchange.reports import Reports
from central.relay.instance.high_water_marks import read_mark
from central.relay.ports.role import RollbackCheck
from central.relay.queue.wakeups import Wakeups
from central.relay.retry import deferred
from central.relay.store.models import LinkRow
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
        known, fits = link.instance, ack_history_of(link).fits(hello.seen)
        await self._remember(session, link, hello)
        await self._reports.take(session, hello, anew=known != hello.instance)
        if known is not None and known != hello.instance:
            await forget_custody(session, peer.node, hello.instance)
            return ASK_ALL
        if known is not None and not fits:
            await mistrust(session, peer.node)
            await self._ask_below(session, link)
            return ASK_ALL
        return IN_FLIGHT if is_dirty else 0

    async def _proves_rollback(self, session: AsyncSession, hello: Hello) -> bool:
        mark, check = read_mark(self._editions.roster, hello.mark), self._rollback_check
        if mark is not None and await check.mark_shown(session, hello.mark, mark):
            return True
        return bool(hello.time) and await check.time_shown(session, hello.time)

    async def _remember(self, session: AsyncSession, link: LinkRow, hello: Hello) -> None:
        known = link.instance
        remember(link, ack_history_of(link).after(hello.seen))
        link.instance, link.heard_ms = hello.instance, self._clock.now_ms()
        if self._peer.is_parent and hello.county:
            link.county = hello.county
        if await deferred.meet(session, link, hello, known) or known != hello.instance:
            # more waits for it now than a look before its Hello has found
            self._wakeups.ring_after_commit(session, self._peer.node)
        await session.flush()

    async def _ask_below(self, session: AsyncSession, link: LinkRow) -> None:
        """Whoever can't notice that the peer was set back is told: children, or that child."""
        if self._peer.is_parent:
            await forget_children(session, self._peer.node)
        else:
            link.forgets = True  # it may have pushed nothing since
