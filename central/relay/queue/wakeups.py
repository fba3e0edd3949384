"""Wakeups: of the exchanges with each neighbour, rung when something for it was committed."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.store.commits import after_commit
from protocol.envelope.envelope import Lane
from protocol.ids import NodeId
from protocol.ports import Clock

_TRUSTED_S = 2.0  # a ring may be missed: an empty look is not believed for longer


class Wakeup(asyncio.Event):
    """One exchange's wakeup; counts its calls."""

    def __init__(self, forget: Callable[["Wakeup"], None]) -> None:
        super().__init__()
        self.rings = 0
        self._forget = forget

    def set(self) -> None:
        """Ring."""
        self.rings += 1
        super().set()

    def forget(self) -> None:
        """The exchange is over: ring no more."""
        self._forget(self)


class EmptyPollMemory:
    """Spares a look into the store right after one that found nothing, if nothing was woken since.

    An exchange looks once more before it ends.
    """

    def __init__(self, wakeup: Wakeup, clock: Clock) -> None:
        self._wakeup, self._clock = wakeup, clock
        self._found: tuple[int, float, dict[Lane, int]] | None = None

    def noted(self, after: Mapping[Lane, int], rings: int) -> None:
        """Nothing was found behind ``after``; it had been woken so often before."""
        self._found = rings, self._clock.ticks_s(), dict(after)

    def still_holds(self, after: Mapping[Lane, int]) -> bool:
        """Whether there is surely nothing behind ``after``."""
        if self._found is None:
            return False
        rings, at_s, looked = self._found
        fresh = rings == self._wakeup.rings and self._clock.ticks_s() - at_s < _TRUSTED_S
        return fresh and all(lane in looked and at >= looked[lane] for lane, at in after.items())


class Wakeups:
    """Wakes the exchanges that are open now. A missed ring costs one poll, never an item."""

    def __init__(self) -> None:
        self._wakeups: dict[NodeId, set[Wakeup]] = {}

    def listen(self, peer: NodeId) -> Wakeup:
        """A wakeup for one exchange with ``peer``; call its ``forget`` at the end."""
        wakeup = Wakeup(partial(self._drop, peer))
        self._wakeups.setdefault(peer, set()).add(wakeup)
        return wakeup

    def _drop(self, peer: NodeId, wakeup: Wakeup) -> None:
        wakeups = self._wakeups.get(peer, set())
        wakeups.discard(wakeup)
        if not wakeups:
            self._wakeups.pop(peer, None)

    def ring(self, peer: NodeId) -> None:
        """There is something for ``peer``."""
        for wakeup in self._wakeups.get(peer, ()):
            wakeup.set()

    def ring_after_commit(self, session: AsyncSession, peer: NodeId) -> None:
        """Ring for ``peer`` once the transaction of ``session`` is on disk."""
        after_commit(session, partial(self.ring, peer))

    def ring_all(self) -> None:
        """There is something for everybody: a new edition."""
        for peer in list(self._wakeups):
            self.ring(peer)
