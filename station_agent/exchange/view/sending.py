"""What waits for the parent, and the items to push."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.envelope.envelope import Lane
from protocol.errors import DamagedError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EnvelopeItem, Item, Part
from protocol.exchange.pace.backpressure import Backpressure
from protocol.ids import BlobId, NodeId
from station_agent.exchange.view.progress import Progress
from station_agent.store import outbox, refusals
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.outbox import Page

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Of one exchange."""

    node: NodeId
    database: Database
    blobs: BlobFiles
    backpressure: Backpressure
    progress: Progress

    def waiting(
        self, tx: Transaction, after: Mapping[Lane, int], limit: int
    ) -> dict[Lane, list[Waiting]]:
        """In each lane of ``after``, behind the position there."""
        asked_all = self.progress.asked_all
        pages = {lane: Page(after=at, limit=limit, doubted=asked_all) for lane, at in after.items()}
        return {lane: self._waiting(tx, lane, page) for lane, page in pages.items()}

    def _waiting(self, tx: Transaction, lane: Lane, page: Page) -> list[Waiting]:
        if not self.backpressure.takes(lane, self.node):
            return []
        if lane is not Lane.BLOBS:
            return outbox.waiting_envelopes(tx, self.node, lane, page)
        found = outbox.waiting_blobs(tx, self.node, page)
        if self.progress.asking:
            return [blob.waiting for blob in found]
        ready = []
        for blob in found:
            if not blob.announced and blob.envelope not in self.progress.sent:
                break  # its envelope goes first; the ones behind it must not be overlooked
            ready.append(blob.waiting)
        return ready

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The item to send for each; None for one that has gone or may not go yet."""
        lost: list[BlobId] = []

        def work(tx: Transaction) -> list[Item | None]:
            wires = outbox.wires(tx, [item.key for item in waiting if not item.parts])
            return [
                self._part(tx, entry, part_bytes, lost)
                if entry.parts
                else self._envelope(entry, wires.get(entry.key))
                for entry in waiting
            ]

        items = await self.database.read(work)
        if lost:
            await self.database.write(lambda tx: _give_up(tx, lost))
        return items

    def _envelope(self, entry: Waiting, wire: bytes | None) -> EnvelopeItem | None:
        if wire is None:
            return None
        self.progress.pushed(entry.key)
        return EnvelopeItem(wire=wire)

    def _part(
        self, tx: Transaction, entry: Waiting, part_bytes: int, lost: list[BlobId]
    ) -> Part | None:
        blob = BlobId(entry.key)
        if entry.offset >= entry.size or blob in self.progress.refused:
            return None
        if not outbox.may_go(tx, blob, self.progress.sent):
            return None
        data = self.blobs.read(entry.ref, entry.offset, part_bytes)
        if not data:
            lost.append(blob)
            return None
        return Part(
            origin=bytes.fromhex(self.node),
            blob=blob,
            size=entry.size,
            offset=entry.offset,
            data=data,
        )


def _give_up(tx: Transaction, blobs: Sequence[BlobId]) -> None:
    for blob in blobs:
        refusals.give_up_blob(tx, blob, DamagedError.code)
        log.error(
            "blob missing", extra={"event": "exchange-store.blob-missing", "blob": blob.hex()}
        )
