"""What a hub writes: custody, blobs that grow, handing over, editions, sticks."""

import hashlib
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from protocol.catalogue.items.entries import catalogue_entries
from protocol.envelope.envelope import read_envelope
from protocol.exchange.messages import EnvelopeItem, Hello, Item, Part
from protocol.exchange.session import VERSIONS
from protocol.ids import BlobId, BlobRef
from protocol.limits import PART_BYTES
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.reports.health import Health, Heard, sign_health
from runtime.node.identity import Identity
from tests.builders.disks.lasting import lasting_folder
from tests.builders.disks.mains import Mains
from tests.central import nodes as scenery
from tests.central.nodes import County, Delivered, NodeRelay, Village, between, talk
from tests.central.relay.carrying import export, learn_roster, take_in
from tests.faults.action import Action

BLOB = bytes(range(256)) * 700  # three parts
BLOB_ID = BlobId(hashlib.sha256(BLOB).digest())
CATALOGUE = b'{"items": [{"id": "a", "name": "n", "materials": [], "schema": {"type": "object"}}]}'


class Ground:
    """Nodes that have joined, and a hub's folder that knows them: made once, copied often."""

    def __init__(self) -> None:
        self.folder = lasting_folder("ground")
        self.nodes = County(self.folder / "county")
        self.village = self.nodes.village()

    async def copy_to(self, root: Path, identity: Identity) -> None:
        template = self.folder / f"pattern of a {identity.role.value}"
        if not template.exists():
            async with self.nodes.relay(identity, name=str(template)) as relay:
                await learn_roster(self.nodes, relay)
        shutil.copytree(template, root)


async def migrated_already(*_: Any) -> None:
    """The copied databases are: Alembic would take most of the time."""


@cache
def ground() -> Ground:
    return Ground()


@dataclass
class Township:
    """A hub in a folder, a village that seals, and a county that counts what it gets."""

    root: Path
    village: Village
    wires: list[bytes] = field(default_factory=list)
    exchanges: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @asynccontextmanager
    async def hub(self) -> AsyncIterator[NodeRelay]:
        nodes = ground().nodes
        with mock.patch.object(scenery, "migrate", migrated_already):
            async with nodes.relay(nodes.hub, name=str(self.root)) as relay:
                yield relay

    @asynccontextmanager
    async def county(self) -> AsyncIterator[NodeRelay]:
        nodes = ground().nodes
        folder = self.root.parent / "county"
        with mock.patch.object(scenery, "migrate", migrated_already):
            async with nodes.relay(nodes.county, name=str(folder)) as relay:
                yield relay

    @property
    def stick(self) -> Path:
        return self.root / "stick"

    async def offer(self, hub: NodeRelay, *items: Item) -> list[tuple[int, str]]:
        exchange = next(self.exchanges).to_bytes(8, "big")
        return list(
            await hub.exchanges.store_for(self.village.node).store(exchange, len(items), items)
        )

    async def offer_all(self, hub: NodeRelay) -> None:
        """As a station offers again what the county has not confirmed."""
        for item in arrivals(self.wires):
            refused = await self.offer(hub, item)
            assert {code for _, code in refused} <= {"peer.unexpected", "peer.digest"}


async def township(root: Path) -> Township:
    made = ground()
    made.nodes.delivered = Delivered()
    await made.copy_to(root, made.nodes.hub)
    await made.copy_to(root.parent / "county", made.nodes.county)
    village = Village(scene=made.nodes.scene, secrets=made.village.secrets, node=made.village.node)
    wires = [
        village.seal(b"with a file", blobs=((BLOB_ID, len(BLOB)),)),
        village.seal(b"without"),
    ]
    return Township(root=root, village=village, wires=wires)


def arrivals(wires: list[bytes]) -> list[Item]:
    parts = [
        Part(
            origin=bytes.fromhex(read_envelope(wires[0]).origin),
            blob=BLOB_ID,
            size=len(BLOB),
            offset=at,
            data=BLOB[at : at + PART_BYTES],
        )
        for at in range(0, len(BLOB), PART_BYTES)
    ]
    return [*(EnvelopeItem(wire=wire) for wire in wires), *parts]


async def with_custody(root: Path) -> Township:
    place = await township(root)
    async with place.hub() as hub:
        await place.offer_all(hub)
    return place


async def the_county_gets_it_once(place: Township, county: NodeRelay) -> None:
    review_queue = ground().nodes.delivered
    assert sorted(envelope.wire for envelope in review_queue.envelopes) == sorted(place.wires)
    assert review_queue.blobs == [BLOB_ID]
    assert b"".join(county.queue.files.pieces(BlobRef(place.village.node, BLOB_ID))) == BLOB


# custody


async def take_custody(place: Township, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            for item in arrivals(place.wires):
                assert await place.offer(hub, item) == []


async def custody_is_kept(place: Township, told: bool) -> None:
    async with place.hub() as hub, place.county() as county:
        if told:  # nobody offers it again
            await talk(*between(hub, county))
            await the_county_gets_it_once(place, county)
            return
        await place.offer_all(hub)
        await place.offer_all(hub)  # a part that was refused for what was lost before it
        await talk(*between(hub, county))
        await the_county_gets_it_once(place, county)


# handing over


async def hand_over(place: Township, mains: Mains) -> None:
    async with place.hub() as hub, place.county() as county:
        with mains.armed():
            await talk(*between(hub, county))


async def it_was_handed_over_once(place: Township, told: bool) -> None:
    async with place.hub() as hub, place.county() as county:
        await talk(*between(hub, county))
        await the_county_gets_it_once(place, county)
        assert not hub.queue.files.has(BlobRef(place.village.node, BLOB_ID))


# roster and release, as they come from above or with the answer to a join


async def adopt(place: Township, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            await hub.publish(release(2))
            await hub.publish(release(3))


def release(version: int) -> Edition:
    entries = catalogue_entries(CATALOGUE.replace(b'"n"', b'"n%d"' % version))
    head = make_head(Kind.RELEASE, version, entries, 0)
    proof = sign_head(ground().nodes.scene.keys.signer, head)
    return Edition(head=head, proof=proof, entries=entries)


async def it_holds_one_whole_release(place: Township, told: bool) -> None:
    async with place.hub() as hub:
        held = hub.editions.release
        assert held is None or held.entries == release(held.version).entries
        assert not told or (held is not None and held.version == 3)
        if held is None or held.version < 4:
            await hub.publish(release(4))
        assert hub.editions.release is not None
        assert hub.editions.release.entries == release(4).entries


# health


def said_health(place: Township) -> Hello:
    node = bytes.fromhex(place.village.node)
    word = sign_health(
        place.village.secrets.node_keys().signer,
        Health(node=node, number=7, program="0.1.0", roster=1, release=0),
    )
    heard = (Heard(node=node, age_s=0, word=word),)
    return Hello(versions=VERSIONS, instance=b"village!", exchange=b"exchange", heard=heard)


async def hear_health(place: Township, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            await hub.exchanges.store_for(place.village.node).meet(said_health(place))


async def the_word_goes_up(place: Township, told: bool) -> None:
    async with place.hub() as hub, place.county() as county:
        if not told:  # the station says it again
            await hub.exchanges.store_for(place.village.node).meet(said_health(place))
        heard = (
            await hub.exchanges.store_for(county.node).greeting()
        ).heard  # with the hub's own word
        words = {one.node: one.word for one in heard}
        (said,) = said_health(place).heard
        assert words[said.node] == said.word


# sticks


async def carry_out(place: Township, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            await export(hub, place.stick)


async def the_stick_is_valid(place: Township, told: bool) -> None:
    async with place.hub() as hub, place.county() as county:
        if (place.stick / "yizhan").exists():
            carried = await take_in(county, place.stick)
            assert set(carried.refused.values()) <= {"stick.incomplete", "stick.unreadable"}
            assert not (told and carried.refused)
        await export(hub, place.stick)
        assert (await take_in(county, place.stick)).refused == {}
        await the_county_gets_it_once(place, county)


async def with_stick(root: Path) -> Township:
    """A stick that another hub's folder packed, for this empty one."""
    (root.parent / "elsewhere").mkdir()
    place = await with_custody(root.parent / "elsewhere" / "hub")
    async with place.hub() as hub:
        await export(hub, root.parent / "stick")
    place = replace(place, root=root)
    await ground().copy_to(root, ground().nodes.hub)
    await ground().copy_to(root.parent / "county", ground().nodes.county)
    return place


async def carry_in(place: Township, mains: Mains) -> None:
    async with place.hub() as hub:
        with mains.armed():
            await take_in(hub, place.root.parent / "stick")


async def it_was_carried_in(place: Township, told: bool) -> None:
    async with place.hub() as hub, place.county() as county:
        if not told:
            assert (await take_in(hub, place.root.parent / "stick")).refused == {}
        await talk(*between(hub, county))
        await the_county_gets_it_once(place, county)


ACTIONS = [
    Action("hub: custody", township, take_custody, custody_is_kept),
    Action("hub: handing over", with_custody, hand_over, it_was_handed_over_once),
    Action("hub: editions", township, adopt, it_holds_one_whole_release),
    Action("hub: health", township, hear_health, the_word_goes_up),
    Action("hub: stick export", with_custody, carry_out, the_stick_is_valid),
    Action("hub: stick import", with_stick, carry_in, it_was_carried_in),
]
