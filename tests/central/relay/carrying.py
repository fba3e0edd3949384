"""A county, a hub and a stick between them; what is packed and taken in."""

import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.queue.spool import held_blob_bytes
from central.relay.stick.service import RelayStick
from protocol.catalogue.items.entries import catalogue_entries
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.suites import SuiteNumber
from protocol.exchange.messages import blob_name
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.stick.names import FileKind, ItemName
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from runtime.control.done import Done
from runtime.sticks.carried import Carried
from runtime.sticks.writer import StickWriter
from tests.central.nodes import County, NodeRelay, Village, told

PHOTO = bytes(range(256)) * 900  # 230 KB: five parts


PHOTO_ID = BlobId(hashlib.sha256(PHOTO).digest())


@pytest.fixture
def place(tmp_path: Path) -> County:
    return County(tmp_path)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
async def county(place: County) -> AsyncIterator[NodeRelay]:
    async with place.relay(place.county) as relay:
        yield relay


@pytest.fixture
async def hub(place: County) -> AsyncIterator[NodeRelay]:
    async with place.relay(place.hub) as relay:
        yield relay


def silent(_: Done) -> None:
    return


async def export(relay: NodeRelay, stick: Path, to: NodeId | None = None) -> Carried:
    return await RelayStick(relay.exchanges).export(stick, to, silent)


async def take_in(relay: NodeRelay, stick: Path) -> Carried:
    return await RelayStick(relay.exchanges).take_in(stick, silent)


def pack(stick: Path, village: Village, *wires: bytes, blobs: tuple[bytes, ...] = ()) -> None:
    """What a station puts on a stick; the real one: tests/station_agent/stick."""
    writer = StickWriter(
        stick,
        node=village.node,
        signer=village.secrets.node_keys().signer,
        clock=village.scene.clock,
    )
    writer.open()
    bag = writer.bag(village.scene.county)
    for wire in wires:
        bag.put(ItemName(FileKind.ENVELOPE, read_envelope(wire).id), wire)
    for blob in blobs:
        ref = BlobRef(village.node, BlobId(hashlib.sha256(blob).digest()))
        bag.put(ItemName.of_blob(ref), blob)
    writer.close(covers=lambda _: True)


def with_photo(village: Village) -> bytes:
    return village.seal(b"with a photo", blobs=((PHOTO_ID, len(PHOTO)),))


async def learn_roster(place: County, *relays: NodeRelay) -> None:
    roster = place.scene.authority.roster()
    for relay in relays:
        if relay.editions.roster.version < roster.version:
            await relay.publish(roster.edition)


async def post(place: County, county: NodeRelay, to: NodeId, *blobs: bytes) -> bytes:
    """The county sends something to a station; its envelope id."""
    office = county.post_office(place.scene.authority.keys_of)
    sizes = [await county.queue.files.add(county.node, [blob]) for blob in blobs]

    async def work(session: AsyncSession) -> bytes:
        return await office.post(
            session,
            to=to,
            lane=Lane.RESULTS,
            payload=b"result",
            suite=SuiteNumber.X25519,
            blobs=tuple(sizes),
        )

    return await county.store.transact(work)


async def waiting(relay: NodeRelay) -> dict[str, int]:
    """How many envelopes and blobs wait for all neighbours together."""
    neighbours = (await told(relay))["neighbours"]
    return {
        kind: sum(one[kind]["waiting"] for one in neighbours if kind in one)
        for kind in ("envelopes", "blobs")
    }


async def publish(place: County, county: NodeRelay, version: int, *, items: int = 1) -> None:
    item = '{"id": "%s", "name": "n", "materials": [], "schema": {}, "more": "%s"}'
    rows = ", ".join(item % (n, os.urandom(300).hex()) for n in range(items))
    entries = catalogue_entries(b'{"items": [%s]}' % rows.encode())
    head = make_head(Kind.RELEASE, version, entries, 0)
    proof = sign_head(place.scene.keys.signer, head)
    await county.publish(Edition(head=head, proof=proof, entries=entries))


async def held(relay: NodeRelay, village: Village) -> int:
    """Bytes of the village's photograph that are there."""
    name = blob_name(BlobRef(village.node, PHOTO_ID))
    found = await relay.store.transact(lambda session: held_blob_bytes(session, [name]))
    return found[name]
