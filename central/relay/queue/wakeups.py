"""Bells: one for each neighbour, rung when something for it was committed."""

import asyncio
from collections.abc import Mapping

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from protocol.envelope.envelope import Lane
from protocol.ids import NodeId
from protocol.ports import Clock

_TRUSTED_S = 2.0  # a ring may be missed: an empty look is not believed for longer


class Bell(asyncio.Event):
    """One exchange's bell; counts its rings."""

    def __init__(self) -> None:
        super().__init__()
        self.rings = 0

    def set(self) -> None:
        """Ring."""
        self.rings += 1
        super().set()


class EmptyLook:
    """Spares a look into the store right after one that found nothing, if no bell has rung since.

    An exchange looks once more before it ends.
    """

    def __init__(self, bell: Bell, clock: Clock) -> None:
        self._bell, self._clock = bell, clock
        self._found: tuple[int, float, dict[Lane, int]] | None = None

    def noted(self, after: Mapping[Lane, int], rings: int) -> None:
        """Nothing was found behind ``after``; the bell had rung so often before."""
        self._found = rings, self._clock.ticks_s(), dict(after)

    def still_holds(self, after: Mapping[Lane, int]) -> bool:
        """Whether there is surely nothing behind ``after``."""
        if self._found is None:
            return False
        rings, at_s, looked = self._found
        fresh = rings == self._bell.rings and self._clock.ticks_s() - at_s < _TRUSTED_S
        return fresh and all(lane in looked and at >= looked[lane] for lane, at in after.items())


class Bells:
    """Wakes the exchanges that are open now. A missed ring costs one poll, never an item."""

    def __init__(self) -> None:
        self._bells: dict[NodeId, set[Bell]] = {}

    def listen(self, peer: NodeId) -> Bell:
        """A bell for one exchange with ``peer``; give it back with :meth:`forget`."""
        bell = Bell()
        self._bells.setdefault(peer, set()).add(bell)
        return bell

    def forget(self, peer: NodeId, bell: Bell) -> None:
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
