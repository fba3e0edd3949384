"""One village can't fill the hub: what finds no room stays at its station, and goes later."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.limits import quota
from central.relay.limits.disk_space import Reserve
from central.relay.limits.quota import Quota, Quotas, Used
from central.relay.store.models import SpoolRow
from protocol.codec import altered
from protocol.envelope.envelope import Lane, read_envelope
from protocol.exchange.messages import EnvelopeItem, Part
from protocol.ids import BlobId
from protocol.limits import (
    BACKPRESSURE_S,
    CONTROL_QUOTA_BYTES,
    CONTROL_QUOTA_ITEMS,
    MAX_REFUSALS,
    MIN_QUOTA_ITEMS,
)
from protocol.trust.rules import Rules
from tests.builders.lines.links import Line
from tests.central.nodes import County, NodeRelay, Village, between, talk, told


async def villages(place: County, *relays: NodeRelay) -> tuple[Village, Village]:
    two = place.village(), place.village()
    for relay in relays:
        await relay.publish(place.scene.authority.roster().edition)
    return two


async def bring(hub: NodeRelay, village: Village, *wires: bytes) -> list[str | None]:
    """What the hub says of each envelope."""
    exchange_store = hub.exchanges.store_for(village.node)
    items = [EnvelopeItem(wire=wire) for wire in wires]
    refused = dict(await exchange_store.store(os.urandom(8), len(items), items))
    return [refused.get(at) for at in range(len(wires))]


async def test_after_a_start_the_first_look_learns_of_all_what_they_have_here(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """A county's stations return together: one look for each would be a tenth of its exchange."""
    full, other = await villages(place, county, hub)
    third = place.village()
    await hub.publish(place.scene.authority.roster().edition)
    await bring(hub, full, *(full.seal(b"%d" % n) for n in range(3)))
    started = Quotas(hub.store, Quota(bytes=10**6, items=3), lambda: hub.editions.roster)
    mine, more, fresh = (read_envelope(village.seal(b"m")) for village in (other, full, third))
    assert not started.admit(fresh), "nothing is known yet"
    await started.look([mine], [])
    assert not started.admit(more)
    assert started.admit(fresh)


async def test_what_goes_over_the_quota_is_refused_until_something_was_passed_on(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village, other = await villages(place, county, hub)
    hub.limits.quotas.quota = Quota(bytes=10**6, items=3)
    wires = [village.seal(b"%d" % n) for n in range(5)]
    assert await bring(hub, village, *wires[:2]) == [None, None]
    assert await bring(hub, village, *wires[2:]) == [None, "line.quota", "line.quota"]
    assert await bring(hub, village, wires[0]) == [None], "what is here takes no more room"
    assert await bring(hub, village, village.seal(b"!", lane=Lane.CONTROL)) == [None]
    assert await bring(hub, other, other.seal(b"o")) == [None], "another village has its own"
    held = {one["origin"]: one["items"] for one in (await told(hub))["held"]}
    assert held == {village.node: 4, other.node: 1}
    await talk(*between(hub, county))
    assert await bring(hub, village, *wires[3:]) == [None, None]


async def test_a_blob_counts_when_it_is_announced_and_may_always_be_finished(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village, _ = await villages(place, county, hub)
    blob = bytes(60_000)
    blob_id = BlobId(hashlib.sha256(blob).digest())
    first = village.seal(b"1", blobs=((blob_id, len(blob)),))
    hub.limits.quotas.quota = Quota(bytes=len(first) + len(blob), items=100)
    assert await bring(hub, village, first, village.seal(b"2")) == [None, "line.quota"]
    exchange_store = hub.exchanges.store_for(village.node)
    parts = [
        Part(
            origin=bytes.fromhex(village.node),
            blob=blob_id,
            size=len(blob),
            offset=at,
            data=blob[at : at + 30_000],
        )
        for at in (0, 30_000)
    ]
    assert await exchange_store.store(b"exchange", 2, parts) == []
    assert await bring(hub, village, village.seal(b"2")) == ["line.quota"], "until it is passed on"
    for _ in range(2):
        await talk(*between(hub, county))
    assert place.delivered.blobs == [blob_id]
    assert await bring(hub, village, village.seal(b"3")) == [None]


async def test_each_announced_blob_is_an_item(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """An envelope of a few hundred bytes may announce a file for each of its own."""
    village, _ = await villages(place, county, hub)
    hub.limits.quotas.quota = Quota(bytes=10**6, items=3)
    blobs = tuple((BlobId(bytes([at]) * 32), 10) for at in range(3))
    three, two = village.seal(b"1", blobs=blobs), village.seal(b"2", blobs=blobs[:2])
    assert await bring(hub, village, three, two) == ["line.quota", None]


async def test_a_restarted_hub_knows_what_it_holds(place: County, county: NodeRelay) -> None:
    async with place.relay(place.hub) as hub:
        village, _ = await villages(place, county, hub)
        assert await bring(hub, village, village.seal(b"1"), village.seal(b"2")) == [None, None]
    async with place.relay(place.hub) as hub:
        hub.limits.quotas.quota = Quota(bytes=10**6, items=3)
        assert await bring(hub, village, village.seal(b"3"), village.seal(b"4")) == [
            None,
            "line.quota",
        ]


async def rule(place: County, hub: NodeRelay, rules: Rules) -> None:
    """The county signs rules, and the hub gets the new roster."""
    authority = place.scene.authority
    authority.change(
        place.scene.county,
        lambda roster: altered(roster.nodes[place.scene.county], rules=rules),
    )
    await hub.publish(authority.roster().edition)


async def test_a_smaller_quota_on_the_roster_holds_at_once_and_a_larger_one_of_the_hub_does_not(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village, _ = await villages(place, county, hub)
    wires = [village.seal(b"%d" % n) for n in range(MIN_QUOTA_ITEMS + 3)]
    assert await bring(hub, village, *wires[:-2]) == [None] * (MIN_QUOTA_ITEMS + 1)
    hub.limits.quotas.quota = Quota(items=10**6)
    await rule(place, hub, Rules(quota_items=MIN_QUOTA_ITEMS))
    assert await bring(hub, village, wires[-1]) == ["line.quota"]
    assert (await told(hub))["quota"]["items"] == MIN_QUOTA_ITEMS
    await talk(*between(hub, county))
    assert await bring(hub, village, wires[-1]) == [None], "nothing was lost"
    hub.limits.quotas.quota = Quota(items=1)
    assert await bring(hub, village, wires[-2]) == ["line.quota"], "the hub's own is stricter"


async def limit_pages(relay: NodeRelay, count: int) -> None:
    """The database may not grow over so many pages."""

    async def work(session: AsyncSession) -> None:
        await session.execute(text(f"PRAGMA max_page_count = {count}"))

    await relay.store.transact(work)


class Disk(Reserve):
    """A disk whose room the test sets."""

    def __init__(self) -> None:
        super().__init__(Path("/"))
        self.short = False

    @property
    def is_short(self) -> bool:
        return self.short


async def test_a_county_without_room_is_left_alone_for_a_while(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """It refuses nothing for good, and what it sends down goes on."""
    village, _ = await villages(place, county, hub)
    disk = Disk()
    county.limits = replace(county.limits, room=disk)
    await bring(hub, village, village.seal(b"1"))
    disk.short = True
    await talk(*between(hub, county))
    disk.short = False
    for _ in range(MAX_REFUSALS):
        await talk(*between(hub, county))
    assert not place.delivered.envelopes, "it is left alone"
    assert (await told(hub))["aside"] == []
    place.scene.clock.tick(BACKPRESSURE_S + 1)
    await talk(*between(hub, county))
    assert len(place.delivered.envelopes) == 1


async def test_a_disk_that_can_t_be_written_refuses_and_loses_nothing(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village, _ = await villages(place, county, hub)
    wires = [village.seal(os.urandom(20_000)) for _ in range(10)]
    await limit_pages(hub, 1)  # as many as there are
    said = await bring(hub, village, *wires)
    await limit_pages(hub, 10**6)
    assert set(said) == {"line.no-room"}
    assert await bring(hub, village, *wires) == [None] * 10
    await talk(*between(hub, county))
    assert {envelope.wire for envelope in place.delivered.envelopes} == set(wires)


def test_of_a_small_disk_a_twentieth_is_kept(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    assert disk.f_bavail > disk.f_blocks // 20, "this test needs a disk that is not full"
    assert not Reserve(tmp_path, 2**62).is_short
    assert not Reserve(tmp_path, 0).is_short


async def test_control_has_a_quota_of_its_own_to_the_byte_and_to_the_item(
    place: County, county: NodeRelay, hub: NodeRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    village, other = await villages(place, county, hub)
    wires = [village.seal(b"c", lane=Lane.CONTROL) for _ in range(CONTROL_QUOTA_ITEMS + 1)]
    said: list[str | None] = []
    for at in range(0, len(wires), 128):
        said += await bring(hub, village, *wires[at : at + 128])
    assert said == [None] * CONTROL_QUOTA_ITEMS + ["line.control-quota"]
    assert await bring(hub, village, village.seal(b"an application")) == [None]
    assert await bring(hub, other, other.seal(b"c", lane=Lane.CONTROL)) == [None]

    hub.limits.quotas.quota = Quota(bytes=10**6, items=1)
    assert await bring(hub, village, village.seal(b"another")) == ["line.quota"]
    for _ in range(3):
        await talk(*between(hub, county))
    assert await bring(hub, village, wires[-1]) == [None], "nothing was lost"

    one, two = (village.seal(os.urandom(900), lane=Lane.CONTROL) for _ in range(2))
    for room, code in (
        (len(one) + len(two), None),
        (len(one) + len(two) - 1, "line.control-quota"),
    ):
        await talk(*between(hub, county))
        monkeypatch.setattr(quota, "CONTROL", Used(bytes=room, items=10))
        fresh = [village.seal(os.urandom(900), lane=Lane.CONTROL) for _ in range(2)]
        assert [len(wire) for wire in fresh] == [len(one), len(two)]
        assert await bring(hub, village, *fresh) == [None, code]


def test_the_usual_quota_of_control_envelopes_is_that_of_the_limits() -> None:
    assert Used(bytes=CONTROL_QUOTA_BYTES, items=CONTROL_QUOTA_ITEMS) == quota.CONTROL


async def test_one_origin_s_full_quota_holds_up_no_other(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """Not even where more of its items wait than one look takes in."""
    full, other = await villages(place, county, hub)
    await bring(hub, full, *(full.seal(b"%d" % n) for n in range(150)))
    await bring(hub, other, *(other.seal(b"%d" % n) for n in range(2)))
    exchange_store, lane = hub.exchanges.store_for(county.node), Lane.APPLICATIONS
    await exchange_store.greeting()

    async def origins() -> list[str]:
        found = await exchange_store.waiting({lane: 0, Lane.CONTROL: 0}, 128)
        return [one.origin for one in found.get(lane, ())]

    assert set(await origins()) == {full.node}
    (first, *_) = (await exchange_store.waiting({lane: 0}, 1))[lane]
    await exchange_store.confirmed([(first, "line.quota")])
    assert await origins() == [other.node] * 2
    await exchange_store.confirmed([(first, "line.no-room")])
    assert await origins() == []
    place.scene.clock.tick(BACKPRESSURE_S + 1)
    assert set(await origins()) == {full.node}


async def test_one_origin_s_many_items_hold_up_no_other(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    """The line breaks after a quarter of what waits, and the other's stood behind all of it."""
    many, other = await villages(place, county, hub)
    await talk(*between(hub, county))
    wires = [many.seal(os.urandom(400)) for _ in range(700)]
    await bring(hub, many, *wires)
    await bring(hub, other, *(other.seal(b"%d" % n) for n in range(2)))
    await talk(*between(hub, county), Line(cut_up=sum(map(len, wires)) // 4))

    async def origins(session: AsyncSession) -> list[str]:
        return list((await session.scalars(select(SpoolRow.origin))).all())

    came = await county.store.transact(origins)
    assert came.count(other.node) == 2
    assert 0 < came.count(many.node) < 350
