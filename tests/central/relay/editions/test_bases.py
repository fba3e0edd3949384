"""Base mix-ups: two editions under one number. Changes do not fit, so the whole is asked for."""

import pytest

from central.relay.queue.batches import note_nothing
from protocol.catalogue.items.entries import catalogue_entries
from protocol.envelope.keys import new_signer
from protocol.exchange.messages import EditionNews, Part
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from tests.central.nodes import County, NodeRelay, between, talk
from tests.central.relay.test_relay import learn_roster

_ITEMS = '{"items": [%s]}'
_ITEM = '{"id": "%s", "name": "%s", "materials": [], "schema": {}}'


def release(place: County, version: int, **names: str) -> Edition:
    """Some items and their names, as the county would sign them."""
    rows = ", ".join(_ITEM % (item, name) for item, name in names.items())
    entries = catalogue_entries((_ITEMS % rows).encode())
    head = make_head(Kind.RELEASE, version, entries, 0)
    return Edition(head=head, proof=sign_head(place.scene.keys.signer, head), entries=entries)


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_hub_whose_base_is_another_asks_for_the_whole(
    place: County, county: NodeRelay, *, restarts: bool
) -> None:
    """A county that was put back had published another release 1."""
    async with place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        await hub.publish(release(place, 1, pension="lost", permit="lost", school="lost"))
        await county.publish(release(place, 1, pension="old", permit="old", school="old"))
        wanted = release(place, 2, pension="new", permit="old", school="old")
        await county.publish(wanted)
        await talk(*between(hub, county))
        assert hub.editions.release is not None
        assert hub.editions.release.version == 1  # what came did not fit what it has
        assert hub.editions.trusted() == (hub.editions.roster.version, 0)
        if not restarts:
            await talk(*between(hub, county))
            assert hub.editions.release.entries == wanted.entries
            assert hub.editions.trusted()[1] == 2
    if restarts:  # it has forgotten that it would ask; one exchange more tells it again
        async with place.relay(place.hub) as hub:
            for _ in range(2):
                await talk(*between(hub, county))
            assert hub.editions.release is not None
            assert hub.editions.release.entries == wanted.entries


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("carried", [False, True])
async def test_what_the_county_has_not_signed_makes_nobody_fetch_the_whole(
    place: County, county: NodeRelay, kind: Kind, *, carried: bool
) -> None:
    """Else any child of a hub, or any stick, would have it load a whole catalogue each time."""
    junk = release(place, 2**40, pension="forged")
    proof = sign_head(new_signer(place.scene.randomness), junk.head)
    news = EditionNews(kind=kind, version=2**40, base=0, proof=proof, body=b"junk")
    village = place.village()
    async with place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        await hub.publish(release(place, 1, pension="old"))
        held = hub.editions.versions()
        if carried:
            batch_receiver = hub.exchanges.batch_receiver
            refused = await batch_receiver.take(
                [news],
                sort=lambda items: batch_receiver.sort(items, {}),
                note=note_nothing,
                peer=None,
            )
        else:
            refused = await hub.exchanges.store_for(village.node).store(b"exchange", 1, [news])
        assert [at for at, _ in refused] == [0]
        assert hub.editions.trusted() == held


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_body_is_not_waited_for_that_the_county_has_not_announced(
    place: County, county: NodeRelay, kind: Kind
) -> None:
    """Else whoever speaks for the parent has a hub gather an edition of any size in memory."""
    forged = release(place, 2**40, pension="forged")
    proof = sign_head(new_signer(place.scene.randomness), forged.head)
    news = EditionNews(kind=kind, version=2**40, base=0, proof=proof, blob=b"b" * 32, size=4)
    part = Part(blob=b"b" * 32, size=4, offset=0, data=b"jun")
    async with place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        exchange_store = hub.exchanges.store_for(county.node)
        await exchange_store.greeting()
        refused = await exchange_store.store(b"exchange", 2, [news, part])
        assert [at for at, _ in refused] == [0, 1]
