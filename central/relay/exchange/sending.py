"""What waits for one neighbour, and the items to push."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.break_off import BreakOff
from central.relay.exchange.edition_offer import EditionOffer
from central.relay.exchange.peer import Peer
from central.relay.ports.blobs import BlobStore
from central.relay.queue import spool
from central.relay.queue.wakeups import EmptyPollMemory, Wakeup
from central.store.engine import Store
from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EnvelopeItem, Hello, Item, Part
from protocol.exchange.pace.backpressure import Backpressure
from protocol.ports import Clock


class Sending:
    """Of one exchange."""

    def __init__(
        self,
        peer: Peer,
        *,
        store: Store,
        files: BlobStore,
        editions: EditionOffer,
        backpressure: Backpressure,
        break_off: BreakOff,
        wakeup: Wakeup,
        clock: Clock,
    ) -> None:
        self._peer, self._store, self._files = peer, store, files
        self._editions, self._backpressure = editions, backpressure
        self._break_off, self.wakeup = break_off, wakeup
        self._empty = EmptyPollMemory(wakeup, clock)

    def meet(self, hello: Hello) -> None:
        """What the peer holds already."""
        self._editions.meet(hello)

    async def waiting(
        self, after: Mapping[Lane, int], limit: int, without: Mapping[Lane, AbstractSet[str]]
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """As :meth:`protocol.exchange.store.ExchangeStore.waiting`."""
        shut = {lane: self._backpressure.shut(lane) | without.get(lane, set()) for lane in after}
        lanes = {lane: at for lane, at in after.items() if "" not in shut[lane]}
        rings = self.wakeup.rings
        if self._empty.still_holds(lanes):
            return {}

        async def work(session: AsyncSession) -> dict[Lane, Sequence[Waiting]]:
            found = await spool.waiting(session, self._peer.node, lanes, limit, shut)
            if self._peer.roams:
                found = {lane: [replace(w, doubted=True) for w in found[lane]] for lane in found}
            if Lane.CATALOGUE in lanes:
                found[Lane.CATALOGUE] = await self._editions.waiting(session, lanes[Lane.CATALOGUE])
            return found

        found = await self._store.transact(work)
        if self._store.dialect == "sqlite" and not (
            without or any(found.values())
        ):  # other processes wake nobody here
            self._empty.noted(lanes, rings)
        return found

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The items to push; blobs and edition bodies piece by piece."""

        async def work(session: AsyncSession) -> dict[bytes, bytes]:
            await self._break_off.note(session)
            return await spool.wires(session, [w.key for w in waiting if not w.parts])

        wires = await self._store.transact(work)
        self._break_off.noted()
        return [await self._item(item, wires, part_bytes) for item in waiting]

    async def _item(self, item: Waiting, wires: dict[bytes, bytes], part_bytes: int) -> Item | None:
        if item.lane is Lane.CATALOGUE:
            return await self._editions.item(item, part_bytes)
        if not item.parts:
            wire = wires.get(item.key)
            return EnvelopeItem(wire=wire) if wire is not None else None
        try:
            data = await self._files.read(item.ref, item.offset, part_bytes)
        except FileNotFoundError:
            return None
        if not data:
            return None  # the file is shorter than it was
        origin = bytes.fromhex(item.origin)
        return Part(origin=origin, blob=item.key, size=item.size, offset=item.offset, data=data)
