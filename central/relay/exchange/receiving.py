"""What comes from one neighbour: committed with the count that our next Hello names."""

import logging
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.bodies import EditionBodies
from central.relay.exchange.neighbours import set_link
from central.relay.exchange.peer import Peer
from central.relay.limits.disk_space import Reserve
from central.relay.queue.batches import BatchReceiver, Refused
from central.relay.queue.receiver import Batch
from protocol.errors import DiskFullError, NoRoomError
from protocol.exchange.messages import Item

log = logging.getLogger(__name__)


class Receiving:
    """Of one exchange."""

    def __init__(
        self, peer: Peer, *, batch_receiver: BatchReceiver, bodies: EditionBodies, room: Reserve
    ) -> None:
        """``bodies`` puts together what comes from our parent as blobs."""
        self._peer, self._batch_receiver = peer, batch_receiver
        self._bodies, self._room = bodies, room

    async def store(self, exchange: bytes, upto: int, items: Sequence[Item]) -> Refused:
        """Commit ``items``, of which the last has the number ``upto``; what was refused."""
        peer = self._peer

        async def note(session: AsyncSession) -> None:
            await set_link(session, peer.node, seen_exchange=exchange, seen_number=upto)

        no_room = [(at, NoRoomError.code) for at in range(len(items))]
        if not peer.is_parent and self._room.is_short:
            return no_room
        try:
            return await self._batch_receiver.take(
                items, sort=self._sort, note=note, peer=peer.node
            )
        except DiskFullError as exc:
            log.error("the disk is full", extra={"event": "disk.full", "detail": exc.detail})  # noqa: TRY400
            return no_room

    async def _sort(self, items: Sequence[Item]) -> Batch:
        announced = self._bodies.announced if self._peer.is_parent else {}
        batch = await self._batch_receiver.sort(items, announced, peer=self._peer.node)
        self._bodies.collect(batch)
        return batch
