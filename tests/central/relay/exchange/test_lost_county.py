"""The county's database is another one: what a hub passed on to the old one, it does not hold."""

import hashlib

from protocol.envelope.envelope import read_envelope
from protocol.exchange.messages import PREFIX_BYTES, Offer, Want, blob_name
from protocol.ids import BlobId, BlobRef
from tests.central.nodes import County, NodeRelay, Village, between, talk

BLOB = bytes(range(256)) * 700  # 179 KB: four parts
BLOB_ID = BlobId(hashlib.sha256(BLOB).digest())


async def learn_roster(place: County, *relays: NodeRelay) -> None:
    roster = place.scene.authority.roster()
    for relay in relays:
        if relay.editions.roster.version < roster.version:
            await relay.publish(roster.edition)


async def hand_in(village: Village, hub: NodeRelay, wire: bytes) -> None:
    """The village pushes an envelope and its blob, without asking."""
    village.exchange_store.queue_envelope(wire)
    village.exchange_store.queue_blob(BLOB)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    assert not village.exchange_store.waits


async def held(village: Village, hub: NodeRelay, key: bytes) -> Want:
    """What the hub answers when the village asks."""
    offer = Offer(
        envelopes=(key[:PREFIX_BYTES],), blobs=(blob_name(BlobRef(village.node, BLOB_ID)),)
    )
    return await hub.exchanges.store_for(village.node).holds(offer)


async def test_a_blob_that_was_passed_on_is_asked_for_again(place: County, hub: NodeRelay) -> None:
    village = place.village()
    wire = village.seal(b"payload", blobs=((BLOB_ID, len(BLOB)),))
    async with place.relay(place.county) as county:
        await learn_roster(place, county, hub)
        await hand_in(village, hub, wire)
        await talk(*between(hub, county))
        key = place.delivered.envelopes[0].id
        assert place.delivered.blobs == [BLOB_ID]
        have_all = Want(have_envelopes=b"\x01", have_blob_bytes=(len(BLOB),))
        assert await held(village, hub, key) == have_all

    async with place.relay(place.county, name="another") as county:
        await learn_roster(place, county)
        await talk(*between(hub, county))
        assert await held(village, hub, key) == Want(have_envelopes=b"\0", have_blob_bytes=(0,))
        await hand_in(village, hub, wire)
        assert await held(village, hub, key) == have_all
        await talk(*between(hub, county))
        assert place.delivered.blobs == [BLOB_ID, BLOB_ID]
        assert b"".join(county.queue.files.pieces(BlobRef(village.node, BLOB_ID))) == BLOB
        assert not hub.queue.files.has(BlobRef(village.node, BLOB_ID))
        assert await held(village, hub, key) == have_all


async def test_what_waits_at_the_hub_goes_to_whatever_county_comes(
    place: County, hub: NodeRelay
) -> None:
    village = place.village()
    wire = village.seal(b"payload", blobs=((BLOB_ID, len(BLOB)),))
    async with place.relay(place.county) as county:
        await learn_roster(place, county, hub)
        await talk(*between(hub, county))
    await hand_in(village, hub, wire)
    async with place.relay(place.county, name="another") as county:
        await learn_roster(place, county)
        await talk(*between(hub, county))
        assert [envelope.wire for envelope in place.delivered.envelopes] == [wire]
        assert place.delivered.blobs == [BLOB_ID]


async def test_a_blob_that_comes_again_is_not_kept_by_the_hub(
    place: County, hub: NodeRelay
) -> None:
    """A village that lost the acknowledgement sends it once more to the same county."""
    village = place.village()
    wire = village.seal(b"payload", blobs=((BLOB_ID, len(BLOB)),))
    async with place.relay(place.county) as county:
        await learn_roster(place, county, hub)
        for _ in range(2):
            await hand_in(village, hub, wire)
            await talk(*between(hub, county))
            assert not hub.queue.files.has(BlobRef(village.node, BLOB_ID))
        assert place.delivered.blobs == [BLOB_ID]
        assert len(place.delivered.envelopes) == 1


async def test_a_new_envelope_has_a_blob_asked_for_that_was_passed_on_before(
    place: County, hub: NodeRelay
) -> None:
    """Who took it may have let go of it since; the hub has nothing of it any more."""
    village = place.village()
    announced = ((BLOB_ID, len(BLOB)),)
    async with place.relay(place.county) as county:
        await learn_roster(place, county, hub)
        await hand_in(village, hub, village.seal(b"payload", blobs=announced))
        await talk(*between(hub, county))
        again = village.seal(b"sealed again", blobs=announced)
        key = read_envelope(again).id
        village.exchange_store.queue_envelope(again)
        await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        assert await held(village, hub, key) == Want(have_envelopes=b"\x01", have_blob_bytes=(0,))
        village.exchange_store.queue_blob(BLOB)
        await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        await talk(*between(hub, county))
        assert not hub.queue.files.has(BlobRef(village.node, BLOB_ID))
        assert place.delivered.envelopes[-1].wire == again
