"""A blob belongs to the node that announced it: what a hostile one says of it harms itself only.

The hostile station is enrolled and signs with its own keys; it has read the victim's header.
"""

import hashlib
import itertools
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.instance.service import begin_anew
from central.relay.queue.spool import wires
from protocol.exchange.messages import EnvelopeItem, Item, Offer, Part, Want, blob_name
from protocol.ids import BlobId, BlobRef, Instance, NodeId
from protocol.limits import PART_BYTES
from tests.central.nodes import County, NodeRelay, Village, between, talk
from tests.central.relay.carrying import learn_roster, pack, post, stick, take_in

__all__ = ["stick"]

PHOTO = hashlib.shake_256(b"photo").digest(2 * PART_BYTES + 100)
PHOTO_ID = BlobId(hashlib.sha256(PHOTO).digest())
SIZES = {"larger": len(PHOTO) + 1, "smaller": len(PHOTO) - 1, "same": len(PHOTO)}


def parts_of(owner: NodeId | str, data: bytes = PHOTO, size: int = len(PHOTO)) -> list[Item]:
    return [
        Part(
            origin=bytes.fromhex(owner),
            blob=PHOTO_ID,
            size=size,
            offset=at,
            data=data[at : at + PART_BYTES],
        )
        for at in range(0, len(data), PART_BYTES)
    ]


async def give(relay: NodeRelay, peer: Village | NodeRelay, *items: Item) -> list[str]:
    """``peer`` sends these in one exchange; the codes of those that were refused."""
    refused = await relay.exchanges.store_for(peer.node).store(b"exchange", len(items), items)
    return [code for _, code in refused]


async def arrives_once(place: County, hub: NodeRelay, county: NodeRelay, victim: Village) -> None:
    """The victim's photograph comes to the county whole, and to nobody else."""
    await talk(victim.exchange_store, hub.exchanges.store_for(victim.node))
    for _ in range(2):
        await talk(*between(hub, county))
    ref = BlobRef(victim.node, PHOTO_ID)
    assert b"".join(county.queue.files.pieces(ref)) == PHOTO
    assert PHOTO_ID in place.delivered.blobs
    assert not victim.exchange_store.waits
    assert not victim.exchange_store.given_up


STEPS = ("victim's envelope", "victim's first part", "hostile envelope", "hostile parts")
ORDERS = [
    order
    for order in itertools.permutations(STEPS)
    if order.index(STEPS[0]) < order.index(STEPS[1])
    and order.index(STEPS[2]) < order.index(STEPS[3])
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(s[0] + s[-1] for s in order))
async def test_another_that_announces_the_same_blob_harms_itself_only(
    place: County, county: NodeRelay, hub: NodeRelay, order: tuple[str, ...], size: str
) -> None:
    victim, hostile = place.village(), place.village()
    await learn_roster(place, county, hub)
    theirs = victim.seal(b"with a photo", blobs=((PHOTO_ID, len(PHOTO)),))
    false = hostile.seal(b"mine", blobs=((PHOTO_ID, SIZES[size]),))
    garbage = bytes(SIZES[size])
    victim.exchange_store.queue_envelope(theirs)
    victim.exchange_store.queue_blob(PHOTO)
    for step in order:
        match step:
            case "victim's envelope":
                assert await give(hub, victim, EnvelopeItem(wire=theirs)) == []
            case "victim's first part":
                assert await give(hub, victim, parts_of(victim.node)[0]) == []
            case "hostile envelope":
                assert await give(hub, hostile, EnvelopeItem(wire=false)) == []
            case _:
                parts = parts_of(hostile.node, garbage, SIZES[size])
                assert await give(hub, hostile, *parts) == ["peer.digest"]
    await arrives_once(place, hub, county, victim)


@pytest.mark.parametrize("data", [PHOTO, bytes(len(PHOTO))], ids=["true", "garbage"])
async def test_nobody_adds_to_anothers_blob(
    place: County, county: NodeRelay, hub: NodeRelay, data: bytes
) -> None:
    victim, hostile = place.village(), place.village()
    await learn_roster(place, county, hub)
    theirs = victim.seal(b"with a photo", blobs=((PHOTO_ID, len(PHOTO)),))
    victim.exchange_store.queue_envelope(theirs)
    victim.exchange_store.queue_blob(PHOTO)
    assert await give(hub, victim, EnvelopeItem(wire=theirs)) == []
    parts = parts_of(victim.node, data)
    assert set(await give(hub, hostile, *parts)) == {"peer.route"}
    assert set(await give(county, hostile, *parts)) == {"peer.blob-unknown"}
    assert await hub.exchanges.store_for(hostile.node).holds(
        Offer(blobs=(blob_name(BlobRef(victim.node, PHOTO_ID)),))
    ) == Want(have_blob_bytes=(0,))
    await arrives_once(place, hub, county, victim)


async def test_a_blob_that_two_announce_stays_the_others_when_one_is_passed_on(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """The hostile one has the true bytes, off a stick: when they are passed on, a file goes."""
    victim, hostile = place.village(), place.village()
    await learn_roster(place, county, hub)
    for village in (hostile, victim):
        wire = village.seal(b"with a photo", blobs=((PHOTO_ID, len(PHOTO)),))
        assert await give(hub, village, EnvelopeItem(wire=wire), *parts_of(village.node)) == []
        assert hub.queue.files.has(BlobRef(village.node, PHOTO_ID))
    await hub.queue.files.drop(BlobRef(hostile.node, PHOTO_ID))
    assert hub.queue.files.has(BlobRef(victim.node, PHOTO_ID))
    for _ in range(2):
        await talk(*between(hub, county))
    assert b"".join(county.queue.files.pieces(BlobRef(victim.node, PHOTO_ID))) == PHOTO
    assert not hub.queue.files.has(BlobRef(victim.node, PHOTO_ID))


async def test_a_hostile_stick_brings_nobody_elses_blob_down(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    victim, hostile = place.village(), place.village()
    await learn_roster(place, county, hub)
    theirs = victim.seal(b"with a photo", blobs=((PHOTO_ID, len(PHOTO)),))
    victim.exchange_store.queue_envelope(theirs)
    victim.exchange_store.queue_blob(PHOTO)
    assert await give(hub, victim, EnvelopeItem(wire=theirs)) == []
    false = hostile.seal(b"mine", blobs=((PHOTO_ID, len(PHOTO) + 1),))
    pack(stick, hostile, false, blobs=(PHOTO,))
    taken = await take_in(hub, stick)
    assert set(taken.refused.values()) == {"peer.unexpected"}, "its own is as it announced it"
    await arrives_once(place, hub, county, victim)


async def test_another_hub_adds_nothing_to_a_blob_at_the_county(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    victim = place.village()
    machine, _ = place.scene.join(place.scene.add_hub())
    await learn_roster(place, county, hub)
    theirs = victim.seal(b"with a photo", blobs=((PHOTO_ID, len(PHOTO)),))
    assert await give(county, hub, EnvelopeItem(wire=theirs)) == []
    other = county.exchanges.store_for(machine.node)
    refused = await other.store(b"exchange", 1, parts_of(victim.node, bytes(len(PHOTO)))[:1])
    assert refused == [(0, "peer.route")]
    assert await give(county, hub, *parts_of(victim.node)) == []
    late = await other.store(b"exchange", 3, parts_of(victim.node))
    assert late == [], "what is whole has no second effect: an old hub is rid of its copy"
    assert b"".join(county.queue.files.pieces(BlobRef(victim.node, PHOTO_ID))) == PHOTO


async def came(county: NodeRelay, victim: Village, result: bytes) -> bool:
    """Whether the village has the very envelope, once."""
    wire = (await county.store.transact(lambda session: wires(session, [result])))[result]
    return victim.exchange_store.stored.count(hashlib.sha256(wire).digest()) == 1


async def test_a_result_and_its_file_are_offered_again_to_a_hub_that_lost_them(
    place: County, county: NodeRelay
) -> None:
    victim = place.village()
    async with place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        result = await post(place, county, victim.node, PHOTO)
        for _ in range(2):
            await talk(*between(hub, county))
        assert hub.queue.files.has(BlobRef(county.node, PHOTO_ID))
    async with place.relay(place.hub, name="another-disk") as hub:
        await learn_roster(place, hub)
        for _ in range(3):
            await talk(*between(hub, county))
        pieces = hub.queue.files.pieces(BlobRef(county.node, PHOTO_ID))
        assert b"".join(pieces) == PHOTO
        await talk(victim.exchange_store, hub.exchanges.store_for(victim.node))
    assert await came(county, victim, result)
    assert victim.exchange_store.blobs[PHOTO_ID] == PHOTO


async def test_a_restored_county_offers_a_result_s_file_again(place: County) -> None:
    """Its database is of before the hub took the file; the hub has it, or not."""
    victim = place.village()
    async with place.relay(place.county) as county, place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        result = await post(place, county, victim.node, PHOTO)
        for _ in range(2):
            await talk(*between(hub, county))
        await talk(victim.exchange_store, hub.exchanges.store_for(victim.node))
        victim.exchange_store.lose_disk()
        victim.exchange_store.stored.clear()
        victim.exchange_store.blobs.clear()

        async def restored(session: AsyncSession) -> None:
            await begin_anew(session, Instance(b"restored"), ())

        await county.store.transact(restored)
        async with place.relay(place.hub, name="another-disk") as other:
            await learn_roster(place, other)
            for _ in range(3):
                await talk(*between(other, county))
            await talk(victim.exchange_store, other.exchanges.store_for(victim.node))
        assert await came(county, victim, result)
    assert victim.exchange_store.blobs[PHOTO_ID] == PHOTO
