"""Taking in what arrived, by whichever way: a whole batch in one commit, or item by item.

A batch on which the program fails is tried again one item at a time, so that only the item at
fault is refused.

Source: docs/protocol.md section 8.3.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions
from central.relay.health.counts import RelayCounts
from central.relay.queue.receiver import Batch, Receiver
from central.relay.retry import poison
from central.store.engine import Store
from protocol.errors import PeerInternalError
from protocol.exchange.messages import EditionNews, Item
from protocol.ids import NodeId
from protocol.ports import Clock

log = logging.getLogger(__name__)

Sort = Callable[[Sequence[Item]], Awaitable[Batch]]
Note = Callable[[AsyncSession], Awaitable[None]]
Refused = Sequence[tuple[int, str]]


async def note_nothing(_: AsyncSession) -> None:
    """For what no exchange brought."""


class BatchReceiver:
    """Stores items of one node's relay."""

    def __init__(
        self,
        *,
        receiver: Receiver,
        store: Store,
        editions: Editions,
        clock: Clock,
        counts: RelayCounts,
    ) -> None:
        self._receiver, self._store = receiver, store
        self._editions, self._clock, self._counts = editions, clock, counts

    async def sort(
        self,
        items: Sequence[Item],
        announced: dict[bytes, EditionNews],
        *,
        peer: NodeId | None = None,
    ) -> Batch:
        """As :meth:`central.relay.queue.receiver.Receiver.sort`."""
        return await self._receiver.sort(items, announced, peer=peer)

    async def take(
        self, items: Sequence[Item], *, sort: Sort, note: Note, peer: NodeId | None
    ) -> Refused:
        """Commit ``items`` together with ``note``; index and code of each refused one.

        Args:
            sort: checks and reads them, outside of any transaction; called anew for each try.
            peer: who brought them; None if a stick did.

        Raises:
            StoreError: this node can't store now; nothing was stored.
        """
        try:
            return await self._in_runs(items, sort, note)
        except Exception as fault:
            if not poison.may_be_poison(fault):
                raise
            log.exception("items can't be stored together", extra={"event": "batch.failed-inside"})
        return await self._one_by_one(items, sort, note, peer)

    async def _in_runs(self, items: Sequence[Item], sort: Sort, note: Note) -> Refused:
        refused: list[tuple[int, str]] = []
        for start, end in _runs(items):
            noted = note if end == len(items) else note_nothing
            some = await self._commit(await sort(items[start:end]), noted)
            refused += [(start + at, code) for at, code in some]
        return refused

    async def _one_by_one(
        self, items: Sequence[Item], sort: Sort, note: Note, peer: NodeId | None
    ) -> Refused:
        refused: list[tuple[int, str]] = []
        for at, item in enumerate(items):
            try:
                alone = await self._commit(await sort([item]), note_nothing)
                refused += [(at, code) for _, code in alone]
            except Exception as fault:
                if not poison.may_be_poison(fault):
                    raise
                await self._quarantine(item, fault, peer)
                refused.append((at, PeerInternalError.code))
        await self._store.transact(note)  # last: the count must not run ahead of what is stored
        return refused

    async def _commit(self, batch: Batch, note: Note) -> Refused:
        async def work(session: AsyncSession) -> None:
            await self._receiver.store(session, batch)
            await note(session)

        await self._store.transact(work)
        for edition in batch.editions:
            self._editions.adopt(edition)
        self._counts.took(batch.envelopes, batch.refused)
        return sorted(batch.refused)

    async def _quarantine(self, item: Item, fault: Exception, peer: NodeId | None) -> None:
        log.error(
            "an item can't be stored",
            extra={"event": "item.failed-inside", "item": type(item).__name__, "peer": peer or ""},
            exc_info=fault,
        )
        now_ms = self._clock.now_ms()
        await self._store.transact(
            lambda session: poison.keep(session, item, fault, peer=peer, now_ms=now_ms)
        )


def _runs(items: Sequence[Item]) -> list[tuple[int, int]]:
    """Start and end of each part of a batch: what follows an edition is judged by it.

    Another edition may be its changes, and an envelope may be signed with a key that it names.
    """
    behind = {at for at, item in enumerate(items, 1) if isinstance(item, EditionNews) and item.body}
    return list(pairwise(sorted({0, *behind, len(items)}))) or [(0, 0)]
