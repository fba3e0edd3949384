"""A station's stick, the county's office that answers by it, and its commands."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from protocol.envelope.envelope import Envelope
from protocol.exchange.messages import EditionNews, Item, Offer, Want
from protocol.ids import ApplicationId, BlobId, BlobRef, NodeId
from protocol.stick.names import FileKind, ItemName, pack_edition
from protocol.trust.edition import Kind
from runtime.cli.program import run_program
from runtime.control.done import Done
from runtime.sticks.carried import Carried
from runtime.sticks.receiver import take_stick
from runtime.sticks.writer import StickWriter
from station_agent.app import Station
from station_agent.cli import cli
from tests.builders.clerk import result_of
from tests.builders.clock import FakeClock
from tests.station_agent.county import COUNTY, STATION
from tests.station_agent.parent import ParentExchangeStore
from tests.station_agent.village import Village


class Office:
    """Somebody at the other end of the stick: the hub, or the county itself (protocol's Sink)."""

    def __init__(self, village: Village) -> None:
        self._village, self._exchange_store = village, ParentExchangeStore(village.parent)
        self.times: list[bytes] = []

    def takes(self, to: NodeId | None) -> bool:
        return to in (COUNTY, None)

    def signing_keys(self, node: NodeId) -> Sequence[bytes]:
        return [self._village.county.station_keys.signer.public_bytes()]

    async def versions(self) -> Mapping[Kind, int]:
        return dict.fromkeys(Kind, 100)

    async def holds(self, offer: Offer) -> Want:
        return await self._exchange_store.holds(offer)

    async def store(self, items: Sequence[Item]) -> Sequence[tuple[int, str]]:
        return await self._exchange_store.store(b"no-exchg", len(items), items)

    async def take_time(self, signed: bytes) -> bool:
        self.times.append(signed)
        return True


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def silent(_: Done) -> None:
    return


async def export(station: Station, stick: Path) -> Carried:
    return await station.stick.export(stick, None, silent)


async def take_in(station: Station, stick: Path) -> Carried:
    return await station.stick.take_in(stick, silent)


async def at_the_office(village: Village, stick: Path) -> Carried:
    """Import there."""
    return await take_stick(stick, Office(village), silent)


def pack(
    village: Village,
    stick: Path,
    *envelopes: Envelope,
    blobs: Mapping[BlobId, bytes] | None = None,
    editions: Sequence[EditionNews] = (),
    to: NodeId = STATION,
    node: NodeId = COUNTY,
) -> None:
    """What the county (or a hub that passes it on) puts on a stick."""
    keys = village.county.keys if node == COUNTY else village.county.station_keys
    writer = StickWriter(stick, node=node, signer=keys.signer, clock=FakeClock())
    writer.open()
    for envelope in envelopes:
        writer.bag(to).put(ItemName(FileKind.ENVELOPE, envelope.id), envelope.wire)
    for blob, data in (blobs or {}).items():
        writer.bag(to).put(ItemName.of_blob(BlobRef(COUNTY, blob)), data)
    for news in editions:
        data = pack_edition(news, news.body)
        writer.bag(None).put(ItemName(FileKind.EDITION, hashlib.sha256(data).digest()), data)
    writer.close(covers=lambda _: True)


async def result_files(station: Station, application: ApplicationId, tmp_path: Path) -> list[bytes]:
    """What the clerk finds in the folder of the result."""
    folder = tmp_path / "results"
    await result_of(station, application, folder, None)
    return await asyncio.to_thread(lambda: [path.read_bytes() for path in folder.iterdir()])


def run(*args: object) -> int:
    return run_program(cli, ["stick", *map(str, args)])


@pytest.fixture
def prepared(village: Village) -> Village:
    """A station with one application of 50 KB in its queue."""

    async def prepare() -> None:
        async with village.open() as station:
            await village.submit(station, ("photo", village.file(50_000)))

    asyncio.run(prepare())
    return village
