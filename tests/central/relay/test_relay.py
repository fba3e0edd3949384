"""Custody and forwarding on real databases: what a hub takes, it passes on exactly once."""

import hashlib

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from central.relay.health.calls import HubState
from central.relay.health.state import hub_state
from protocol.catalogue.items.entries import catalogue_entries
from protocol.ids import BlobId, BlobRef
from protocol.json_values import from_json, to_json
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from provisioning.lifecycle import changes
from tests.builders.lines.links import Line
from tests.central.nodes import County, NodeRelay, Village, between, talk, told

CATALOGUE = b'{"items": [{"id": "a", "name": "n", "materials": [], "schema": {"type": "object"}}]}'


async def test_an_envelope_and_its_blob_pass_through_the_hub(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    blob = bytes(range(256)) * 700  # 179 KB: four parts
    blob_id = BlobId(hashlib.sha256(blob).digest())
    wire = village.seal(b"payload", blobs=((blob_id, len(blob)),))
    village.exchange_store.queue_envelope(wire)
    village.exchange_store.queue_blob(blob)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    assert not village.exchange_store.waits
    assert not place.delivered.envelopes
    await talk(*between(hub, county))
    assert [envelope.wire for envelope in place.delivered.envelopes] == [wire]
    assert place.delivered.blobs == [blob_id]
    assert b"".join(county.queue.files.pieces(BlobRef(village.node, blob_id))) == blob
    assert not hub.queue.files.has(BlobRef(village.node, blob_id)), (
        "the hub keeps no copy once the county has it"
    )


async def test_an_envelope_that_comes_twice_is_delivered_once(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire = village.seal(b"payload")
    for _ in range(2):
        village.exchange_store.queue_envelope(wire)
        await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        await talk(*between(hub, county))
    assert [envelope.wire for envelope in place.delivered.envelopes] == [wire]


async def test_a_forged_envelope_is_refused_and_nothing_is_stored(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village, other = place.village(), place.village()
    await learn_roster(place, county, hub)
    forged = Village(scene=place.scene, secrets=other.secrets, node=village.node).seal(b"payload")
    village.exchange_store.queue_envelope(forged)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    await talk(*between(hub, county))
    assert set(village.exchange_store.given_up.values()) == {"peer.signature"}
    assert not place.delivered.envelopes


async def test_a_part_that_nobody_announced_is_refused(place: County, hub: NodeRelay) -> None:
    village = place.village()
    village.exchange_store.queue_blob(b"x" * 1000)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    assert set(village.exchange_store.given_up.values()) == {"peer.blob-unknown"}


async def test_parts_of_a_blob_that_was_passed_on_have_no_second_effect(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    blob = bytes(range(256)) * 300
    blob_id = BlobId(hashlib.sha256(blob).digest())
    wire = village.seal(b"payload", blobs=((blob_id, len(blob)),))
    village.exchange_store.queue_envelope(wire)
    village.exchange_store.queue_blob(blob)
    await finish(village, hub, county)
    village.exchange_store.queue_blob(blob)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    assert not village.exchange_store.waits
    assert not village.exchange_store.given_up
    assert not hub.queue.files.has(BlobRef(village.node, blob_id))
    async with place.relay(place.county, name="second") as replaced:
        await learn_roster(place, replaced, hub)
        await talk(*between(hub, replaced))
        village.exchange_store.queue_envelope(wire)
        village.exchange_store.queue_blob(blob)
        await finish(village, hub, replaced)
    assert place.delivered.blobs == [blob_id, blob_id], "a county that lost it gets it again"


async def test_a_replaced_county_gets_again_what_stations_offer_again(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """The hub has dropped its copy; the station pushes again once it hears of the new county."""
    village = place.village()
    await learn_roster(place, county, hub)
    wire = village.seal(b"payload")
    village.exchange_store.queue_envelope(wire)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    await talk(*between(hub, county))
    async with place.relay(place.county, name="second") as replaced:
        await learn_roster(place, replaced, hub)
        await talk(*between(hub, replaced))
        village.exchange_store.queue_envelope(wire)
        await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        await talk(*between(hub, replaced))
    assert [envelope.wire for envelope in place.delivered.envelopes] == [wire, wire]


async def test_a_release_goes_down_whole_and_then_as_changes(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    await learn_roster(place, county, hub)
    for version in (1, 2, 3):
        entries = catalogue_entries(CATALOGUE.replace(b'"n"', b'"n%d"' % version))
        head = make_head(Kind.RELEASE, version, entries, 0)
        proof = sign_head(place.scene.keys.signer, head)
        await county.publish(Edition(head=head, proof=proof, entries=entries))
        await talk(*between(hub, county))
        assert hub.editions.release is not None
        assert hub.editions.release.version == version
        assert hub.editions.release.entries == entries


async def test_what_a_lost_pc_had_sealed_is_still_passed_on(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    for wire in (village.seal(b"before"), village.seal(b"after")):
        village.exchange_store.queue_envelope(wire)
        await learn_roster(place, county, hub)
        await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        if not place.scene.authority.roster().nodes[village.node].drained:
            place.scene.authority.invitations.replace(
                village.node, lambda roster: changes.replaced(roster, village.node, None)
            )
    await talk(*between(hub, county))
    assert len(place.delivered.envelopes) == 2
    assert not village.exchange_store.given_up


async def test_the_hub_tells_counts_ages_and_sizes_and_no_content(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire = village.seal(b"payload")
    village.exchange_store.queue_envelope(wire)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    up = next(n for n in (await told(hub))["neighbours"] if n["node"] == county.node)
    assert up["envelopes"]["waiting"] == 1
    assert up["envelopes"]["bytes"] == len(wire)
    assert "blobs" not in up, "what is not there is left out"
    state = await hub_state(hub)
    assert from_json(to_json(state), HubState) == state, "a command reads what the hub has told"


cuts = st.lists(st.integers(400, 60_000), max_size=4)


@given(cuts_below=cuts, cuts_above=cuts, restart=st.booleans())
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=5,  # each makes an authority and two databases
    phases=(Phase.generate,),
)
async def test_whatever_is_cut_everything_arrives_once(
    tmp_path_factory: pytest.TempPathFactory,
    cuts_below: list[int],
    cuts_above: list[int],
    restart: bool,
) -> None:
    place = County(tmp_path_factory.mktemp("county"))
    village = place.village()
    blob = bytes(range(251)) * 400
    blob_id = BlobId(hashlib.sha256(blob).digest())
    wires = [village.seal(b"%d" % number) for number in range(5)]
    wires.append(village.seal(b"with a file", blobs=((blob_id, len(blob)),)))
    for wire in wires:
        village.exchange_store.queue_envelope(wire)
    village.exchange_store.queue_blob(blob)
    async with place.relay(place.county) as county:
        async with place.relay(place.hub) as hub:
            await learn_roster(place, county, hub)
            for cut in cuts_below:
                await talk(
                    village.exchange_store, hub.exchanges.store_for(village.node), Line(cut_up=cut)
                )
                await talk(*between(hub, county), Line(cut_down=cut // 8))
            for cut in cuts_above:
                await talk(*between(hub, county), Line(cut_up=cut))
            if not restart:
                await finish(village, hub, county)
        if restart:
            async with place.relay(place.hub) as hub:
                await learn_roster(place, county, hub)
                await finish(village, hub, county)
        assert sorted(e.wire for e in place.delivered.envelopes) == sorted(wires)
        assert place.delivered.blobs == [blob_id]
        assert b"".join(county.queue.files.pieces(BlobRef(village.node, blob_id))) == blob


async def finish(village: Village, hub: NodeRelay, county: NodeRelay) -> None:
    """Whole lines from now on."""
    for _ in range(2):
        await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        await talk(*between(hub, county))


async def learn_roster(place: County, county: NodeRelay, hub: NodeRelay) -> None:
    """County and hub know everybody who has joined by now."""
    roster = place.scene.authority.roster()
    for relay in (county, hub):
        if relay.editions.roster.version < roster.version:
            await relay.publish(roster.edition)
