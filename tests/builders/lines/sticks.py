"""A node's queue and a node's store in memory, as exports and imports see them."""

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from protocol.envelope.envelope import Envelope, read_envelope
from protocol.errors import BlobUnknownError, DigestError, PeerError, UnexpectedError
from protocol.exchange.messages import (
    PREFIX_BYTES,
    EditionNews,
    EnvelopeItem,
    Item,
    Offer,
    Part,
    Want,
)
from protocol.ids import NodeId
from protocol.stick.names import FOLDER, FileKind
from protocol.trust.edition import Kind
from runtime.control.done import Done
from runtime.sticks.carried import Carried, Progress
from runtime.sticks.folder import survey
from runtime.sticks.packing import Outgoing, pack_stick
from runtime.sticks.reader import StickFile, StickReader
from runtime.sticks.receiver import take_stick
from runtime.sticks.writer import StickWriter
from tests.builders.clock import FakeClock
from tests.builders.envelopes import COUNTY, STATION, keys_of
from tests.builders.lines.exchange_stores import MemoryExchangeStore


class Queue(MemoryExchangeStore):
    """What waits at a node, with real envelopes in it."""

    def add(self, *envelopes: Envelope) -> None:
        for envelope in envelopes:
            item = EnvelopeItem(wire=envelope.wire)
            size = len(envelope.wire)
            self._queue(envelope.id, item, envelope.lane, envelope.origin, size, parts=False)


@dataclass(kw_only=True)
class MemorySink:
    """A store that takes blobs only if an envelope announced them, as real ones do."""

    node: NodeId = COUNTY
    held: dict[Kind, int] = field(default_factory=lambda: {Kind.ROSTER: 1, Kind.RELEASE: 0})
    envelopes: dict[bytes, Envelope] = field(default_factory=dict)
    announced: dict[bytes, int] = field(default_factory=dict)
    blobs: dict[bytes, bytearray] = field(default_factory=dict)
    editions: list[tuple[Kind, int]] = field(default_factory=list)
    stored_bytes: int = 0  # of parts that were new
    repeats: int = 0  # envelopes that came again
    failure: Exception | None = None
    times: list[bytes] = field(default_factory=list)  # of the county

    def takes(self, to: NodeId | None) -> bool:
        return to in (None, self.node)

    def signing_keys(self, node: NodeId) -> Sequence[bytes]:
        return [b"a key that it has now".ljust(32), keys_of(node).signer.public_bytes()]

    async def versions(self) -> Mapping[Kind, int]:
        return self.held

    async def holds(self, offer: Offer) -> Want:
        envelopes = {key[:PREFIX_BYTES] for key in self.envelopes}
        blobs = {key[:PREFIX_BYTES]: len(data) for key, data in self.blobs.items()}
        return Want(
            have_envelopes=bytes(prefix in envelopes for prefix in offer.envelopes),
            have_blob_bytes=tuple(blobs.get(name[-PREFIX_BYTES:], 0) for name in offer.blobs),
        )

    async def store(self, items: Sequence[Item]) -> Sequence[tuple[int, str]]:
        if self.failure is not None:
            raise self.failure
        refused = []
        for at, item in enumerate(items):
            try:
                self._store(item)
            except PeerError as exc:
                refused.append((at, exc.code))
        return refused

    async def take_time(self, signed: bytes) -> bool:
        news = signed not in self.times
        self.times.append(signed)
        return news

    def whole(self) -> set[bytes]:
        """Blobs that are here to the last byte."""
        return {key for key, data in self.blobs.items() if len(data) == self.announced[key]}

    def _store(self, item: Item) -> None:
        match item:
            case EnvelopeItem(wire=wire):
                envelope = read_envelope(wire)
                envelope.check(keys_of(envelope.origin).signer.public_bytes())
                self.repeats += envelope.id in self.envelopes
                self.envelopes[envelope.id] = envelope
                self.announced |= dict(envelope.blobs)
            case Part():
                self._part(item)
            case EditionNews():
                self.held[item.kind] = item.version
                self.editions.append((item.kind, item.version))

    def _part(self, part: Part) -> None:
        if part.blob not in self.announced:
            raise BlobUnknownError
        data = self.blobs.setdefault(part.blob, bytearray())
        if part.offset > len(data) or part.size != self.announced[part.blob]:
            raise UnexpectedError
        fresh = part.data[len(data) - part.offset :]
        data += fresh
        self.stored_bytes += len(fresh)
        if len(data) == part.size and hashlib.sha256(data).digest() != part.blob:
            self.blobs[part.blob] = bytearray()
            raise DigestError


def stick_writer(folder: Path, node: NodeId = STATION, **more: Any) -> StickWriter:
    return StickWriter(folder, node=node, signer=keys_of(node).signer, clock=FakeClock(), **more)


async def export(
    folder: Path,
    *queues: MemoryExchangeStore,
    node: NodeId = STATION,
    to: NodeId = COUNTY,
    only: NodeId | None = None,
    reports: list[Done] | None = None,
) -> Carried:
    """Pack these queues of ``node``; ``only`` for one recipient where that is given."""
    return await pack_stick(
        stick_writer(folder, node),
        [Outgoing(source=queue, to=to) for queue in queues],
        covers=lambda one: only is None or one == only,
        progress=Progress((reports if reports is not None else []).append, 0),
    )


async def bring(folder: Path, sink: MemorySink, **more: Any) -> Carried:
    """Import ``folder`` into ``sink``."""
    return await take_stick(folder, sink, lambda _: None, **more)


def files_on(folder: Path, kind: FileKind | None = None) -> list[Path]:
    """Every item on the stick, in the order of names."""
    suffixes = [f".{one.value}" for one in (FileKind if kind is None else [kind])]
    found = sorted((folder / FOLDER).glob("*/??/*"))
    return [path for path in found if path.suffix in suffixes]


def read_files(folder: Path, kind: FileKind) -> Iterator[StickFile]:
    """The files of one kind, as a reader finds them."""
    reader = StickReader(_fail)
    for bag in survey(folder).bags:
        yield from reader.files(bag, kind)


def _fail(file: str, code: str) -> None:
    raise AssertionError(f"{file}: {code}")


def run(work: Any) -> Any:
    """For property tests, which are no coroutines."""
    return asyncio.run(work)
