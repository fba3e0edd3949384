"""Sticks of a village PC: what the county has not settled goes out, what is for us comes in.

Source: docs/protocol.md section 11.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from protocol.envelope.envelope import Lane
from protocol.envelope.keys import Signer
from protocol.errors import StoreError
from protocol.errors.training import TrainingError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EnvelopeItem, Item, Offer, Part, Want
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.edition import Kind
from runtime.control.owner import Report
from runtime.sticks.carried import Carried, Progress
from runtime.sticks.packing import Outgoing, pack_stick
from runtime.sticks.receiver import take_stick
from runtime.sticks.writer import StickWriter
from station_agent.exchange.receiver import ArrivalService, HeldRoster
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.exchange.view.store import StationExchangeStore
from station_agent.store import station, unsettled
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.station import Unacknowledged


class StickService:
    """Export and import, one at a time."""

    def __init__(
        self,
        *,
        node: NodeId,
        signer: Signer,
        held: HeldRoster,
        database: Database,
        blobs: BlobFiles,
        arrival: ArrivalService,
        new_exchange_store: Callable[[], StationExchangeStore],
        timekeeping: Timekeeping,
        clock: Clock,
        training: bool = False,
    ) -> None:
        self._node, self._signer, self._held, self._clock = node, signer, held, clock
        self._training = training
        self._database, self._blobs = database, blobs
        self._sink = _StationSink(
            node=node,
            held=held,
            database=database,
            arrival=arrival,
            new_exchange_store=new_exchange_store,
            timekeeping=timekeeping,
        )
        self._one = asyncio.Lock()

    async def export(self, folder: Path, to: NodeId | None, report: Report) -> Carried:  # noqa: ARG002 - all is for the county
        """Pack everything that the county has not settled.

        The parent may get it by the stick, so the next exchange asks before it pushes.

        Raises:
            StickFullError, StickError: the stick does not take it all.
            TrainingError: this folder is for training; nothing was written.
        """
        if self._training:
            raise TrainingError
        county, _ = self._held.roster.county()
        stick = StickWriter(folder, node=self._node, signer=self._signer, clock=self._clock)
        source = _Unsettled(node=self._node, database=self._database, blobs=self._blobs)
        async with self._one:
            total = await self._database.read(unsettled.total_bytes)
            if total:
                with suppress(StoreError):  # a dying disk: then the next exchange sends it twice
                    await self._database.write(
                        lambda tx: station.mark_unacknowledged(tx, Unacknowledged.ALL)
                    )
            return await pack_stick(
                stick,
                [Outgoing(source=source, to=county)],
                covers=lambda _: True,
                progress=Progress(report, total),
            )

    async def take_in(self, folder: Path, report: Report) -> Carried:
        """Store what is for this station, and newer editions.

        Raises:
            StickMissingError, StickHostileError: nothing was taken.
            StoreError: this PC can't store now; what came before is stored.
            TrainingError: this folder is for training; nothing was read.
        """
        if self._training:
            raise TrainingError
        async with self._one:
            return await take_stick(folder, self._sink, report)


class _Unsettled:
    """The queue as a stick sees it (protocol's Source)."""

    def __init__(self, *, node: NodeId, database: Database, blobs: BlobFiles) -> None:
        self._node, self._database, self._blobs = node, database, blobs

    async def waiting(
        self, after: Mapping[Lane, int], limit: int
    ) -> Mapping[Lane, Sequence[Waiting]]:
        def work(tx: Transaction) -> dict[Lane, list[Waiting]]:
            return {lane: self._waiting(tx, lane, after[lane], limit) for lane in after}

        return await self._database.read(work)

    def _waiting(self, tx: Transaction, lane: Lane, after: int, limit: int) -> list[Waiting]:
        if lane is Lane.BLOBS:
            return unsettled.blobs(tx, self._node, after=after, limit=limit)
        return unsettled.envelopes(tx, self._node, lane, after=after, limit=limit)

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        def parts() -> list[Item | None]:
            return [self._part(entry, part_bytes) for entry in waiting]

        if waiting and waiting[0].parts:
            return await asyncio.to_thread(parts)
        keys = [entry.key for entry in waiting]
        wires = await self._database.read(lambda tx: unsettled.wires(tx, keys))
        return [EnvelopeItem(wire=wire) if (wire := wires.get(key)) else None for key in keys]

    def _part(self, entry: Waiting, part_bytes: int) -> Part | None:
        data = self._blobs.read(entry.ref, entry.offset, part_bytes)
        if not data:
            return None
        return Part(
            origin=bytes.fromhex(self._node),
            blob=entry.key,
            size=entry.size,
            offset=entry.offset,
            data=data,
        )


class _StationSink:
    """The station's store, for things that no exchange brings (protocol's Sink)."""

    def __init__(
        self,
        *,
        node: NodeId,
        held: HeldRoster,
        database: Database,
        arrival: ArrivalService,
        new_exchange_store: Callable[[], StationExchangeStore],
        timekeeping: Timekeeping,
    ) -> None:
        self._node, self._held, self._database = node, held, database
        self._arrival, self._new_exchange_store = arrival, new_exchange_store
        self._timekeeping = timekeeping

    def takes(self, to: NodeId | None) -> bool:
        return to is None or to == self._node

    def signing_keys(self, node: NodeId) -> Sequence[bytes]:
        return self._held.roster.signing_keys(node)

    async def versions(self) -> Mapping[Kind, int]:
        return await self._database.read(
            lambda tx: {kind: self._arrival.version(tx, kind) for kind in Kind}
        )

    async def holds(self, offer: Offer) -> Want:
        return await self._new_exchange_store().holds(offer)

    async def store(self, items: Sequence[Item]) -> Sequence[tuple[int, str]]:
        return await self._arrival.take_in(items)

    async def take_time(self, signed: bytes) -> bool:
        return await self._database.write(
            lambda tx: self._timekeeping.take(tx, signed, hint_ms=None)
        )
