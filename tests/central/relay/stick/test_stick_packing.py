"""What a hub packs, and what it takes of a stick: editions, forgeries, others' bags."""

import os
from pathlib import Path

import pytest

from central.relay.exchange.neighbours import link_of
from central.relay.ports.role import RelayRole
from protocol.errors import NodeUnknownError
from protocol.exchange.messages import INLINE_BYTES
from protocol.ids import BlobRef, NodeId
from protocol.stick.names import FileKind
from protocol.trust.edition import Edition, sign_head
from protocol.trust.roster import Role
from runtime.sticks.folder import survey
from tests.builders.lines.sticks import files_on
from tests.central.nodes import County, Delivered, NodeRelay, Village, between, talk
from tests.central.relay.carrying import (
    PHOTO,
    PHOTO_ID,
    county,
    export,
    hub,
    learn_roster,
    pack,
    place,
    post,
    publish,
    stick,
    take_in,
    waiting,
)

__all__ = ["county", "hub", "place", "stick"]


async def test_an_export_for_one_station_holds_nothing_of_the_others(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village, other = place.village(), place.village()
    await learn_roster(place, county, hub)
    await post(place, county, village.node, PHOTO)
    await post(place, county, other.node)
    await export(county, stick, village.node)
    assert {bag.name.to for bag in survey(stick).bags} == {village.node, None}
    await export(county, stick, hub.node)  # and what lies below it
    assert {bag.name.to for bag in survey(stick).bags} == {village.node, other.node, None}


async def test_a_hub_packs_for_its_parent_alone_and_leaves_the_other_bags(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    await post(place, county, village.node)
    await talk(*between(hub, county))
    pack(stick, village, village.seal(b"payload"))
    await take_in(hub, stick)
    await export(hub, stick, village.node)
    await export(hub, stick, county.node)
    bags = {str(bag.name) for bag in survey(stick).bags}
    assert {f"{hub.node}-{to}" for to in (village.node, county.node, "all")} <= bags


async def test_there_is_no_way_to_somebody_unknown(county: NodeRelay, stick: Path) -> None:
    with pytest.raises(NodeUnknownError):
        await export(county, stick, NodeId("ff" * 8))
    assert files_on(stick) == []


async def test_an_export_leaves_everything_as_it_was_but_for_a_doubt(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    await talk(*between(hub, county))
    await post(place, county, village.node, PHOTO)
    before = await waiting(county)
    await export(county, stick)
    assert await waiting(county) == before
    assert not county.queue.wakeups._wakeups
    link = await county.store.transact(lambda session: link_of(session, hub.node))
    assert link.dirty, "the next exchange asks before it pushes"


@pytest.mark.parametrize("left", [None, 0, 1000])
async def test_a_blob_that_the_disk_has_lost_is_told_and_the_rest_is_packed(
    place: County, county: NodeRelay, stick: Path, left: int | None
) -> None:
    village = place.village()
    await learn_roster(place, county)
    await post(place, county, village.node, PHOTO, b"small")
    path = county.queue.files.file(BlobRef(county.node, PHOTO_ID))
    assert path
    if left is None:
        path.unlink()
    else:
        os.truncate(path, left)
    packed = await export(county, stick)
    assert (packed.envelopes, packed.blobs) == (1, 1)
    assert list(packed.refused.values()) == ["store.damaged"]


async def test_what_was_settled_meanwhile_leaves_the_stick(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    await post(place, county, village.node, PHOTO)
    await export(county, stick)
    await talk(*between(hub, county))
    assert (await export(county, stick)).envelopes == 0
    assert {bag.name.to for bag in survey(stick).bags} == {None}


async def test_the_newest_catalogue_and_roster_come_down_whole(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    place.village()
    await publish(place, county, 1)
    await publish(place, county, 2)
    await learn_roster(place, county)
    packed = await export(county, stick)
    assert packed.editions == 2
    taken = await take_in(hub, stick)
    assert (taken.editions, taken.refused) == (2, {})
    assert hub.editions.versions() == county.editions.versions()
    assert (await take_in(hub, stick)).skipped == 2
    async with place.relay(place.hub) as reopened:  # it is on disk
        assert reopened.editions.versions() == county.editions.versions()


async def test_a_catalogue_too_large_for_one_frame_comes_in_one_file(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    await publish(place, county, 1, items=200)
    await export(county, stick)
    sizes = [path.stat().st_size for path in files_on(stick, FileKind.EDITION)]
    assert max(sizes) > INLINE_BYTES
    await take_in(hub, stick)
    assert hub.editions.release is not None
    assert county.editions.release is not None
    assert hub.editions.release.entries == county.editions.release.entries


async def test_a_newer_roster_on_the_stick_lets_a_new_station_in(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village = place.village()  # the hub has not heard of it
    pack(stick, village, village.seal(b"payload"))
    taken = await take_in(hub, stick)
    assert set(taken.refused.values()) == {"peer.not-on-roster", "peer.signature"}
    await learn_roster(place, county)
    await export(county, stick)
    taken = await take_in(hub, stick)
    assert (taken.envelopes, taken.editions, taken.refused) == (1, 1, {})


async def test_an_edition_that_the_county_did_not_sign_is_refused(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    await publish(place, county, 1)
    release = county.editions.release
    assert release is not None
    proof = sign_head(place.hub.keys.signer, release.head)
    county.editions._release = Edition(head=release.head, proof=proof, entries=release.entries)
    await export(county, stick)
    taken = await take_in(hub, stick)
    assert "peer.signature" in taken.refused.values()
    assert hub.editions.release is None


async def test_a_forged_envelope_is_refused_whoever_carries_it(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village, other = place.village(), place.village()
    await learn_roster(place, county, hub)
    forged = Village(scene=place.scene, secrets=other.secrets, node=village.node).seal(b"payload")
    pack(stick, village, forged, village.seal(b"true"))
    taken = await take_in(hub, stick)
    assert taken.envelopes == 1
    assert list(taken.refused.values()) == ["peer.signature"]


async def test_any_hub_takes_what_goes_up_and_no_hub_what_only_another_can_deliver(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    machine, _ = place.scene.join(place.scene.add_hub())
    other = place._identity(machine.node, Role.HUB, machine.secrets)
    village = place.village()  # below the first hub
    await learn_roster(place, county, hub)
    await post(place, county, village.node)
    await export(county, stick)
    pack(stick, village, village.seal(b"payload"))
    async with place.relay(other, name="other") as stranger:
        taken = await take_in(stranger, stick)
        assert (taken.envelopes, taken.skipped) == (1, 2)  # the result, and the roster it has
        await talk(*between(stranger, county))
    assert len(place.delivered.envelopes) == 1


async def test_a_node_may_get_its_own_stick_back(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    """Its disk was lost, or somebody was mistaken."""
    village = place.village()
    await learn_roster(place, county, hub)
    pack(stick, village, village.seal(b"payload"))
    await take_in(hub, stick)
    await export(hub, stick)
    assert (await take_in(hub, stick)).envelopes == 0
    async with place.relay(place.hub, name="replaced") as replaced:
        await learn_roster(place, replaced)
        assert (await take_in(replaced, stick)).envelopes == 1
        await talk(*between(replaced, county))
    assert len(place.delivered.envelopes) == 1


async def test_mixed_sticks_serve_both_directions(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    """One stick on market day: two villages up, results down, the catalogue for all."""
    first, second = place.village(), place.village()
    await learn_roster(place, county, hub)
    await publish(place, county, 1)
    await post(place, county, first.node)
    for village in (first, second):
        pack(stick, village, village.seal(b"payload"))
    await export(county, stick)
    taken = await take_in(hub, stick)
    assert (taken.envelopes, taken.editions, taken.refused) == (3, 1, {})
    await export(hub, stick)
    delivered = place.delivered = Delivered()
    county.serve(RelayRole(deliver=delivered))
    await take_in(county, stick)
    assert {envelope.origin for envelope in delivered.envelopes} == {first.node, second.node}
