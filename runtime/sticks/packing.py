"""Export: walks what waits for a neighbour, as an exchange does, and packs it into bags.

Nothing is confirmed by it: that is done by receipts, or by a later exchange.

Source: docs/protocol.md section 11.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from protocol.envelope.envelope import Lane
from protocol.errors import DamagedError, DigestError, TooLargeError, YizhanError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EditionNews, EnvelopeItem, Item, Part
from protocol.ids import NodeId
from protocol.limits import BATCH_ITEMS, PART_BYTES
from protocol.stick.names import FileKind, ItemName, pack_edition
from runtime.sticks.carried import Carried, Progress
from runtime.sticks.writer import BagWriter, StickWriter

_PARTS = 16  # of a blob, read at once: 768 KiB

Covers = Callable[[NodeId | None], bool]


class Source(Protocol):
    """What an export asks of a store; every protocol.exchange.store.ExchangeStore is one."""

    async def waiting(
        self, after: Mapping[Lane, int], limit: int
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """What waits in each lane of ``after`` behind the position there, oldest first."""
        ...

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The item to send for each; None for one that has gone meanwhile."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What waits at a node for one neighbour."""

    source: Source
    to: NodeId  # whom it is for in the end, where an item does not say


async def pack_stick(
    stick: StickWriter,
    outgoing: Sequence[Outgoing],
    *,
    covers: Covers,
    progress: Progress,
    time: bytes = b"",
) -> Carried:
    """Write everything that waits, then the manifests.

    Args:
        time: the county's newest signed time; empty: none.
        covers: which recipients this export is for; None stands for everybody.

    Raises:
        StickFullError, StickUnwritableError: what was written so far can be imported.
        StickHostileError: something on the stick stands in the way.
    """
    packing = _Packing(stick, covers, progress)
    await asyncio.to_thread(stick.open)
    try:
        await packing.time(time)
        for one in outgoing:
            await packing.walk(one)
    except YizhanError:
        with suppress(YizhanError):
            await asyncio.to_thread(stick.sign)
        raise
    await asyncio.to_thread(stick.close, covers=covers)
    return packing.carried


class _Packing:
    """One export."""

    def __init__(self, stick: StickWriter, covers: Covers, progress: Progress) -> None:
        self._stick, self._covers, self._progress = stick, covers, progress
        self._announced: dict[bytes, EditionNews] = {}  # with a body that comes in parts
        self._editions: set[bytes] = set()  # done: every neighbour has the same
        self.carried = Carried()

    async def time(self, signed: bytes) -> None:
        """For everybody, whoever is first to read it."""
        if signed and self._covers(None):
            await self._put(None, ItemName(FileKind.TIME, hashlib.sha256(signed).digest()), signed)

    async def walk(self, outgoing: Outgoing) -> None:
        """Lane by lane; an envelope before its blobs, because a store may ask for that."""
        for lane in Lane:
            after = 0
            while found := await _next_of(outgoing.source, lane, after):
                after = found[-1].position
                await self._pack(outgoing, found)

    async def _pack(self, outgoing: Outgoing, found: Sequence[Waiting]) -> None:
        wanted = [item for item in found if self._wants(item, outgoing)]
        whole = [item for item in wanted if not item.parts]
        items = await outgoing.source.read(whole, PART_BYTES)
        for waiting, item in zip(whole, items, strict=True):
            if isinstance(item, EnvelopeItem):
                name = ItemName(FileKind.ENVELOPE, waiting.key)
                await self._put(_to(waiting, outgoing), name, item.wire)
            elif isinstance(item, EditionNews) and item.body:
                await self._put_edition(item, item.body)
            elif isinstance(item, EditionNews):
                self._announced[item.blob] = item
        for waiting in wanted:
            if waiting.parts and waiting.lane is Lane.CATALOGUE:
                await self._edition_body(outgoing.source, waiting)
            elif waiting.parts:
                await self._blob(outgoing, waiting)

    def _wants(self, item: Waiting, outgoing: Outgoing) -> bool:
        if item.lane is not Lane.CATALOGUE:
            return self._covers(_to(item, outgoing))
        if item.key in self._editions:
            return False
        self._editions.add(item.key)
        return True

    async def _put(self, to: NodeId | None, name: ItemName, data: bytes) -> None:
        written = await asyncio.to_thread(self._stick.bag(to).put, name, data)
        self._note(name.kind, len(data), written=written)

    async def _put_edition(self, news: EditionNews, body: bytes) -> None:
        data = await asyncio.to_thread(pack_edition, news, body)
        name = ItemName(FileKind.EDITION, hashlib.sha256(data).digest())
        await self._put(None, name, data)

    async def _edition_body(self, source: Source, waiting: Waiting) -> None:
        news, body = self._announced.get(waiting.key), bytearray()
        async for data in _pieces(source, waiting):
            body += data
        if news is not None and len(body) == waiting.size:  # else a newer one took its place
            await self._put_edition(news, bytes(body))

    async def _blob(self, outgoing: Outgoing, waiting: Waiting) -> None:
        name = ItemName.of_blob(waiting.ref)
        if waiting.size > FileKind.BLOB.max_bytes:
            self.carried.refuse(str(name), TooLargeError.code)
            return
        bag = self._stick.bag(_to(waiting, outgoing))
        if await asyncio.to_thread(bag.keep, name, waiting.size, waiting.key):
            self._note(FileKind.BLOB, waiting.size, written=False)
            return
        code = await self._write_blob(bag, name, outgoing.source, waiting)
        if code is None:
            self._note(FileKind.BLOB, waiting.size, written=True)
        else:
            self.carried.refuse(str(name), code)

    async def _write_blob(
        self, bag: BagWriter, name: ItemName, source: Source, waiting: Waiting
    ) -> str | None:
        """Why it can't be packed."""
        digest, size = hashlib.sha256(), 0
        growing = await asyncio.to_thread(bag.grow, name, waiting.size)
        try:
            async for data in _pieces(source, waiting):
                await asyncio.to_thread(growing.add, data)
                digest.update(data)
                size += len(data)
        except BaseException:
            growing.abandon()
            raise
        if size != waiting.size or digest.digest() != waiting.key:
            await asyncio.to_thread(growing.abandon)
            return DigestError.code if size == waiting.size else DamagedError.code
        await asyncio.to_thread(growing.finish)
        return None

    def _note(self, kind: FileKind, size: int, *, written: bool) -> None:
        if written:
            self.carried.count(kind, size)
        else:
            self.carried.skip()
        self._progress.add(size)


def _to(item: Waiting, outgoing: Outgoing) -> NodeId:
    return NodeId(item.to) if item.to else outgoing.to


async def _next_of(source: Source, lane: Lane, after: int) -> Sequence[Waiting]:
    return (await source.waiting({lane: after}, BATCH_ITEMS)).get(lane, ())


async def _pieces(source: Source, waiting: Waiting) -> AsyncIterator[bytes]:
    """All of a blob, also what the neighbour holds: a stick may go somewhere else."""
    step = _PARTS * PART_BYTES
    for start in range(0, waiting.size, step):
        offsets = range(start, min(start + step, waiting.size), PART_BYTES)
        parts = [replace(waiting, offset=offset) for offset in offsets]
        items = await source.read(parts, PART_BYTES)
        data = [item.data for item in items if isinstance(item, Part)]
        yield b"".join(data)
        if len(data) < len(parts):
            return  # it has gone meanwhile
