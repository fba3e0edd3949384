"""Who may send what to whom: asked before anything is stored, by line and by stick."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.queue.spool import wires
from central.relay.store.models import SpoolRow
from protocol.envelope.envelope import Lane
from protocol.exchange.messages import EnvelopeItem
from tests.central.nodes import County, NodeRelay, Village
from tests.central.relay.carrying import learn_roster, pack, post, stick, take_in
from tests.central.relay.queue.test_ownership import give

__all__ = ["stick"]


async def spooled(relay: NodeRelay) -> int:
    async def work(session: AsyncSession) -> int:
        return int(await session.scalar(select(func.count()).select_from(SpoolRow)) or 0)

    return await relay.store.transact(work)


@pytest.mark.parametrize("lane", [Lane.CONTROL, Lane.URGENT, Lane.APPLICATIONS, Lane.RESULTS])
@pytest.mark.parametrize("way", ["line", "stick"])
async def test_stations_and_hubs_exchange_nothing_with_each_other(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path, *, lane: Lane, way: str
) -> None:
    one, other = place.village(), place.village()
    await learn_roster(place, county, hub)
    sent = [one.seal(b"x", to=to, lane=lane) for to in (other.node, hub.node, one.node)]
    good = one.seal(b"good", lane=lane)
    if way == "line":
        codes = await give(hub, one, *(EnvelopeItem(wire=wire) for wire in (*sent, good)))
        assert codes == ["peer.route"] * 3
        assert await spooled(hub) == 1
        return
    pack(stick, one, *sent, good)
    for relay in (hub, county):
        taken = await take_in(relay, stick)
        assert list(taken.refused.values()) == ["peer.route"] * 3
        assert (taken.envelopes, await spooled(relay)) == (1, 1)


async def test_a_child_passes_on_nothing_of_the_county_and_the_parent_nothing_else(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    result = await post(place, county, village.node)
    down = (await county.store.transact(lambda session: wires(session, [result])))[result]
    up = village.seal(b"an application")
    assert await give(hub, village, EnvelopeItem(wire=down)) == ["peer.route"]
    assert await give(hub, county, EnvelopeItem(wire=up)) == ["peer.route"]
    assert await spooled(hub) == 0
    assert await give(hub, county, EnvelopeItem(wire=down)) == []
    assert await give(hub, village, EnvelopeItem(wire=up)) == []
    assert await give(county, hub, EnvelopeItem(wire=up)) == []


async def test_a_stick_may_bring_both_ways(
    place: County, county: NodeRelay, hub: NodeRelay, stick: Path
) -> None:
    village: Village = place.village()
    await learn_roster(place, county, hub)
    result = await post(place, county, village.node)
    down = (await county.store.transact(lambda session: wires(session, [result])))[result]
    pack(stick, village, down, village.seal(b"up"))
    taken = await take_in(hub, stick)
    assert (taken.envelopes, taken.refused) == (2, {})
