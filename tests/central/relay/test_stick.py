"""Sticks at hub and county: what they bring has its effect once, and goes on by whichever way."""

import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.state import hub_state
from central.relay.links import link_of
from central.relay.service import Relay
from central.relay.spool import held_blob_bytes
from central.relay.stick import RelayStick
from protocol.catalogue import catalogue_entries
from protocol.edition import Edition, Kind, make_head, sign_head
from protocol.envelope import Lane, read_envelope
from protocol.errors import NodeUnknownError
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.messages import INLINE_BYTES, EnvelopeItem, blob_name
from protocol.roster import Role
from protocol.stick import FileKind, ItemName
from protocol.suites import SuiteNumber
from runtime.sticks.carried import Carried
from runtime.sticks.folder import survey
from runtime.sticks.writer import StickWriter
from tests.builders.links import Line
from tests.builders.sticks import files_on
from tests.central.nodes import County, Tray, Village, between, talk

PHOTO = bytes(range(256)) * 900  # 230 KB: five parts
PHOTO_ID = BlobId(hashlib.sha256(PHOTO).digest())


@pytest.fixture
def place(tmp_path: Path) -> County:
    return County(tmp_path)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


@pytest.fixture
async def county(place: County) -> AsyncIterator[Relay]:
    async with place.relay(place.county) as relay:
        yield relay


@pytest.fixture
async def hub(place: County) -> AsyncIterator[Relay]:
    async with place.relay(place.hub) as relay:
        yield relay


def silent(_: Mapping[str, Any]) -> None:
    return


async def export(relay: Relay, stick: Path, to: NodeId | None = None) -> Carried:
    return await RelayStick(relay).export(stick, to, silent)


async def take_in(relay: Relay, stick: Path) -> Carried:
    return await RelayStick(relay).take_in(stick, silent)


def pack(stick: Path, village: Village, *wires: bytes, blobs: tuple[bytes, ...] = ()) -> None:
    """What a station puts on a stick; see tests/station_agent/test_stick.py for the real one."""
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


async def learn_roster(place: County, *relays: Relay) -> None:
    roster = place.scene.authority.roster()
    for relay in relays:
        if relay.editions.roster.version < roster.version:
            await relay.publish(roster.edition)


async def post(place: County, county: Relay, to: NodeId, *blobs: bytes) -> bytes:
    """The county sends something to a station; its envelope id."""
    office = county.post_office(place.scene.authority.keys_of)
    sizes = [await county.files.add(county.node, [blob]) for blob in blobs]

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


async def waiting(relay: Relay) -> dict[str, int]:
    """How many envelopes and blobs wait for all neighbours together."""
    neighbours = (await hub_state(relay))["neighbours"]
    return {
        kind: sum(one[kind]["waiting"] for one in neighbours if kind in one)
        for kind in ("envelopes", "blobs")
    }


# up


async def test_from_the_village_over_the_hub_to_the_county(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire = with_photo(village)
    pack(stick, village, wire, blobs=(PHOTO,))
    taken = await take_in(hub, stick)
    assert (taken.envelopes, taken.blobs, taken.refused) == (1, 1, {})
    assert await waiting(hub) == {"envelopes": 1, "blobs": 1}
    packed = await export(hub, stick)
    assert (packed.envelopes, packed.blobs) == (1, 1)
    taken = await take_in(county, stick)
    assert taken.refused == {}
    assert [envelope.wire for envelope in place.tray.envelopes] == [wire]
    assert place.tray.blobs == [PHOTO_ID]
    assert b"".join(county.files.pieces(BlobRef(village.node, PHOTO_ID))) == PHOTO
    assert await waiting(hub) == {"envelopes": 1, "blobs": 1}, "only the county's word confirms"


async def test_past_the_hub_straight_to_the_county(
    place: County, county: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county)
    pack(stick, village, with_photo(village), blobs=(PHOTO,))
    taken = await take_in(county, stick)
    assert (taken.envelopes, taken.blobs, taken.refused) == (1, 1, {})
    assert place.tray.blobs == [PHOTO_ID]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_repeated_import_has_no_further_effect(
    place: County, stick: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    url = ""
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").empty_database()
    village = place.village()
    async with place.relay(place.county, url) as county:
        await learn_roster(place, county)
        wires = [village.seal(b"%d" % n) for n in range(5)]
        pack(stick, village, *wires, with_photo(village), blobs=(PHOTO,))
        first = await take_in(county, stick)
        again = await take_in(county, stick)
        await export(county, stick)
    assert (first.envelopes, first.blobs, first.skipped) == (6, 1, 0)
    assert (again.envelopes, again.blobs, again.skipped, again.size) == (0, 0, 7, 0)
    assert len(place.tray.envelopes) == 6
    assert place.tray.blobs == [PHOTO_ID]


async def test_a_stick_that_comes_late_does_not_revive_what_was_passed_on(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire = with_photo(village)
    pack(stick, village, wire, blobs=(PHOTO,))
    await take_in(hub, stick)
    await talk(*between(hub, county))
    assert await waiting(hub) == {"envelopes": 0, "blobs": 0}
    taken = await take_in(hub, stick)
    assert (taken.envelopes, taken.blobs, taken.skipped) == (0, 0, 2)
    # also not by a program that does not ask first
    assert await RelayStick(hub)._sink.store([EnvelopeItem(wire=wire)]) == []
    assert await waiting(hub) == {"envelopes": 0, "blobs": 0}
    assert not hub.files.has(BlobRef(village.node, PHOTO_ID))
    await talk(*between(hub, county))
    assert len(place.tray.envelopes) == 1


async def test_a_stick_brings_back_what_a_replaced_county_has_lost(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire = village.seal(b"payload")
    pack(stick, village, wire)
    await take_in(hub, stick)
    await talk(*between(hub, county))
    async with place.relay(place.county, name="second") as replaced:
        await learn_roster(place, replaced, hub)
        await talk(*between(hub, replaced))
        assert len(place.tray.envelopes) == 1
        assert (await take_in(hub, stick)).envelopes == 1
        await talk(*between(hub, replaced))
    assert [envelope.wire for envelope in place.tray.envelopes] == [wire, wire]


async def test_the_line_comes_back_after_a_stick_and_nothing_is_sent_twice(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    """The hub asks first, because the stick may have been faster."""
    village = place.village()
    await learn_roster(place, county, hub)
    await talk(*between(hub, county))
    wires = [village.seal(os.urandom(2000)) for _ in range(20)]
    pack(stick, village, *wires)
    await take_in(hub, stick)
    await export(hub, stick)
    await take_in(county, stick)
    line = Line()
    await talk(*between(hub, county), line)
    assert len(place.tray.envelopes) == 20
    assert await waiting(hub) == {"envelopes": 0, "blobs": 0}
    assert line.up.carried < 1000, "ids only, no envelope"


# half by line, half by stick


async def test_a_blob_begun_by_line_is_completed_by_stick(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire = with_photo(village)
    village.depot.queue_envelope(wire)
    village.depot.queue_blob(PHOTO)
    await talk(village.depot, hub.depot_for(village.node), Line(cut_up=120_000))
    begun = await held(hub, village)
    assert 0 < begun < len(PHOTO)
    pack(stick, village, blobs=(PHOTO,))
    taken = await take_in(hub, stick)
    assert (taken.blobs, taken.refused) == (1, {})
    await talk(*between(hub, county))
    assert place.tray.blobs == [PHOTO_ID]
    assert b"".join(county.files.pieces(BlobRef(village.node, PHOTO_ID))) == PHOTO
    await talk(village.depot, hub.depot_for(village.node))  # the line is there again
    assert not village.depot.waits


async def test_a_blob_begun_by_stick_is_completed_by_line(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    """The stick brought the envelope only; its photograph was cut off."""
    village = place.village()
    await learn_roster(place, county, hub)
    wire = with_photo(village)
    pack(stick, village, wire, blobs=(PHOTO,))
    (path,) = files_on(stick, FileKind.BLOB)
    path.write_bytes(PHOTO[:100_000])
    taken = await take_in(hub, stick)
    assert taken.envelopes == 1
    assert set(taken.refused.values()) == {"peer.digest"}
    village.depot.queue_envelope(wire)
    village.depot.queue_blob(PHOTO)
    await talk(village.depot, hub.depot_for(village.node))
    await talk(*between(hub, county))
    assert [envelope.wire for envelope in place.tray.envelopes] == [wire]
    assert place.tray.blobs == [PHOTO_ID]


async def test_a_blob_whose_envelope_went_by_line_comes_by_stick_to_the_county(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    village.depot.queue_envelope(with_photo(village))
    await talk(village.depot, hub.depot_for(village.node))
    await talk(*between(hub, county))
    pack(stick, village, blobs=(PHOTO,))
    assert (await take_in(county, stick)).blobs == 1
    assert place.tray.blobs == [PHOTO_ID]


async def test_a_blob_that_nobody_announced_is_refused_and_stays_on_the_stick(
    place: County, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, hub)
    pack(stick, village, blobs=(PHOTO,))
    taken = await take_in(hub, stick)
    assert list(taken.refused.values()) == ["peer.blob-unknown"]
    assert len(files_on(stick)) == 1


# down


async def test_results_and_their_files_travel_down_by_stick(
    place: County, county: Relay, hub: Relay, stick: Path, tmp_path: Path
) -> None:
    village, other = place.village(), place.village()
    await learn_roster(place, county, hub)
    result = await post(place, county, village.node, PHOTO)
    await post(place, county, other.node)
    packed = await export(county, stick)
    assert (packed.envelopes, packed.blobs, packed.editions) == (2, 1, 1)
    addressed = {bag.name.to: bag.files for bag in survey(stick).bags}
    assert addressed == {village.node: 2, other.node: 1, None: 2}  # roster and time
    taken = await take_in(hub, stick)
    assert (taken.envelopes, taken.blobs, taken.refused) == (2, 1, {})
    second = tmp_path / "second"
    await export(hub, second)
    bags = {bag.name.to: bag for bag in survey(second).bags}
    assert set(bags) == {village.node, other.node, None}
    found = sorted(path.name for path in bags[village.node].path.glob("??/*"))
    assert found == sorted([f"{result.hex()}.env", f"{PHOTO_ID.hex()}-{county.node}.blb"])


async def test_an_export_for_one_station_holds_nothing_of_the_others(
    place: County, county: Relay, hub: Relay, stick: Path
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
    place: County, county: Relay, hub: Relay, stick: Path
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


async def test_there_is_no_way_to_somebody_unknown(county: Relay, stick: Path) -> None:
    with pytest.raises(NodeUnknownError):
        await export(county, stick, NodeId("ff" * 8))
    assert files_on(stick) == []


async def test_an_export_leaves_everything_as_it_was_but_for_a_doubt(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    await talk(*between(hub, county))
    await post(place, county, village.node, PHOTO)
    before = await waiting(county)
    await export(county, stick)
    assert await waiting(county) == before
    assert not county.bells._bells
    link = await county.store.transact(lambda session: link_of(session, hub.node))
    assert link.dirty, "the next exchange asks before it pushes"


@pytest.mark.parametrize("left", [None, 0, 1000])
async def test_a_blob_that_the_disk_has_lost_is_told_and_the_rest_is_packed(
    place: County, county: Relay, stick: Path, left: int | None
) -> None:
    village = place.village()
    await learn_roster(place, county)
    await post(place, county, village.node, PHOTO, b"small")
    path = county.files.path(BlobRef(county.node, PHOTO_ID))
    if left is None:
        path.unlink()
    else:
        os.truncate(path, left)
    packed = await export(county, stick)
    assert (packed.envelopes, packed.blobs) == (1, 1)
    assert list(packed.refused.values()) == ["store.damaged"]


async def test_what_was_settled_meanwhile_leaves_the_stick(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    await post(place, county, village.node, PHOTO)
    await export(county, stick)
    await talk(*between(hub, county))
    assert (await export(county, stick)).envelopes == 0
    assert {bag.name.to for bag in survey(stick).bags} == {None}


# editions


async def publish(place: County, county: Relay, version: int, *, items: int = 1) -> None:
    item = '{"id": "%s", "name": "n", "materials": [], "schema": {"title": "%s"}}'
    rows = ", ".join(item % (n, os.urandom(300).hex()) for n in range(items))
    entries = catalogue_entries(b'{"items": [%s]}' % rows.encode())
    head = make_head(Kind.RELEASE, version, entries, 0)
    proof = sign_head(place.scene.keys.signer, head)
    await county.publish(Edition(head=head, proof=proof, entries=entries))


async def test_the_newest_catalogue_and_roster_come_down_whole(
    place: County, county: Relay, hub: Relay, stick: Path
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
    place: County, county: Relay, hub: Relay, stick: Path
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
    place: County, county: Relay, hub: Relay, stick: Path
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
    place: County, county: Relay, hub: Relay, stick: Path
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


# whom a stick is for


async def test_a_forged_envelope_is_refused_whoever_carries_it(
    place: County, county: Relay, hub: Relay, stick: Path
) -> None:
    village, other = place.village(), place.village()
    await learn_roster(place, county, hub)
    forged = Village(scene=place.scene, secrets=other.secrets, node=village.node).seal(b"payload")
    pack(stick, village, forged, village.seal(b"true"))
    taken = await take_in(hub, stick)
    assert taken.envelopes == 1
    assert list(taken.refused.values()) == ["peer.signature"]


async def test_any_hub_takes_what_goes_up_and_no_hub_what_only_another_can_deliver(
    place: County, county: Relay, hub: Relay, stick: Path
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
    assert len(place.tray.envelopes) == 1


async def test_a_node_may_get_its_own_stick_back(
    place: County, county: Relay, hub: Relay, stick: Path
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
    assert len(place.tray.envelopes) == 1


async def test_mixed_sticks_serve_both_directions(
    place: County, county: Relay, hub: Relay, stick: Path
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
    tray = place.tray = Tray()
    county.deliver_to(tray)
    await take_in(county, stick)
    assert {envelope.origin for envelope in tray.envelopes} == {first.node, second.node}


async def held(relay: Relay, village: Village) -> int:
    """Bytes of the village's photograph that are there."""
    name = blob_name(BlobRef(village.node, PHOTO_ID))
    found = await relay.store.transact(lambda session: held_blob_bytes(session, [name]))
    return found[name]
