"""Sticks of hub and county: up and down, past a hub, together with lines."""

import os
from pathlib import Path

import pytest

from central.relay.stick.service import RelayStick
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import BlobRef
from protocol.stick.names import FileKind
from runtime.sticks.folder import survey
from tests.builders.lines.links import Line
from tests.builders.lines.sticks import files_on
from tests.central.nodes import County, NodeRelay, between, talk
from tests.central.relay.carrying import (
    PHOTO,
    PHOTO_ID,
    county,
    export,
    held,
    hub,
    learn_roster,
    pack,
    place,
    post,
    stick,
    take_in,
    waiting,
    with_photo,
)

__all__ = ["county", "hub", "place", "stick"]


async def test_from_the_village_over_the_hub_to_the_county(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
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
    assert [envelope.wire for envelope in place.delivered.envelopes] == [wire]
    assert place.delivered.blobs == [PHOTO_ID]
    assert b"".join(county.queue.files.pieces(BlobRef(village.node, PHOTO_ID))) == PHOTO
    assert await waiting(hub) == {"envelopes": 1, "blobs": 1}, "only the county's word confirms"


async def test_past_the_hub_straight_to_the_county(
    place: County, county: NodeRelay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county)
    pack(stick, village, with_photo(village), blobs=(PHOTO,))
    taken = await take_in(county, stick)
    assert (taken.envelopes, taken.blobs, taken.refused) == (1, 1, {})
    assert place.delivered.blobs == [PHOTO_ID]


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
    assert len(place.delivered.envelopes) == 6
    assert place.delivered.blobs == [PHOTO_ID]


async def test_a_stick_that_comes_late_does_not_revive_what_was_passed_on(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
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
    assert await RelayStick(hub.exchanges)._sink.store([EnvelopeItem(wire=wire)]) == []
    assert await waiting(hub) == {"envelopes": 0, "blobs": 0}
    assert not hub.queue.files.has(BlobRef(village.node, PHOTO_ID))
    await talk(*between(hub, county))
    assert len(place.delivered.envelopes) == 1


async def test_a_stick_brings_back_what_a_replaced_county_has_lost(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
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
        assert len(place.delivered.envelopes) == 1
        assert (await take_in(hub, stick)).envelopes == 1
        await talk(*between(hub, replaced))
    assert [envelope.wire for envelope in place.delivered.envelopes] == [wire, wire]


async def test_the_line_comes_back_after_a_stick_and_nothing_is_sent_twice(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
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
    assert len(place.delivered.envelopes) == 20
    assert await waiting(hub) == {"envelopes": 0, "blobs": 0}
    assert line.up.carried < 1000, "ids only, no envelope"


async def test_a_blob_begun_by_line_is_completed_by_stick(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire = with_photo(village)
    village.exchange_store.queue_envelope(wire)
    village.exchange_store.queue_blob(PHOTO)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node), Line(cut_up=120_000))
    begun = await held(hub, village)
    assert 0 < begun < len(PHOTO)
    pack(stick, village, blobs=(PHOTO,))
    taken = await take_in(hub, stick)
    assert (taken.blobs, taken.refused) == (1, {})
    await talk(*between(hub, county))
    assert place.delivered.blobs == [PHOTO_ID]
    assert b"".join(county.queue.files.pieces(BlobRef(village.node, PHOTO_ID))) == PHOTO
    await talk(
        village.exchange_store, hub.exchanges.store_for(village.node)
    )  # the line is there again
    assert not village.exchange_store.waits


async def test_a_blob_begun_by_stick_is_completed_by_line(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
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
    village.exchange_store.queue_envelope(wire)
    village.exchange_store.queue_blob(PHOTO)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    await talk(*between(hub, county))
    assert [envelope.wire for envelope in place.delivered.envelopes] == [wire]
    assert place.delivered.blobs == [PHOTO_ID]


async def test_a_blob_whose_envelope_went_by_line_comes_by_stick_to_the_county(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    village.exchange_store.queue_envelope(with_photo(village))
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    await talk(*between(hub, county))
    pack(stick, village, blobs=(PHOTO,))
    assert (await take_in(county, stick)).blobs == 1
    assert place.delivered.blobs == [PHOTO_ID]


async def test_a_blob_that_nobody_announced_is_refused_and_stays_on_the_stick(
    place: County, hub: NodeRelay, stick: Path
) -> None:
    village = place.village()
    await learn_roster(place, hub)
    pack(stick, village, blobs=(PHOTO,))
    taken = await take_in(hub, stick)
    assert list(taken.refused.values()) == ["peer.blob-unknown"]
    assert len(files_on(stick)) == 1


async def test_results_and_their_files_travel_down_by_stick(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path, tmp_path: Path
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
