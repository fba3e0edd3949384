"""Bells: one for each neighbour, rung when something for it was committed."""

import asyncio

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.ids import NodeId


class Bells:
    """Wakes the exchanges that are open now. A missed ring costs one poll, never an item."""

    def __init__(self) -> None:
        self._bells: dict[NodeId, set[asyncio.Event]] = {}

    def listen(self, peer: NodeId) -> asyncio.Event:
        """A bell for one exchange with ``peer``; give it back with :meth:`forget`."""
        bell = asyncio.Event()
        self._bells.setdefault(peer, set()).add(bell)
        return bell

    def forget(self, peer: NodeId, bell: asyncio.Event) -> None:
        """The exchange is over."""
        bells = self._bells.get(peer, set())
        bells.discard(bell)
        if not bells:
            self._bells.pop(peer, None)

    def ring(self, peer: NodeId) -> None:
        """There is something for ``peer``."""
        for bell in self._bells.get(peer, ()):
            bell.set()

    def ring_after_commit(self, session: AsyncSession, peer: NodeId) -> None:
        """Ring for ``peer`` once the transaction of ``session`` is on disk."""
        event.listen(session.sync_session, "after_commit", lambda _: self.ring(peer), once=True)

    def ring_all(self) -> None:
        """There is something for everybody: a new edition."""
        for peer in list(self._bells):
            self.ring(peer)
