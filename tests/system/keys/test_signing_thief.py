"""What whoever had stolen a signing key said before it was replaced does not outlive it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.app import HubNode, open_hub
from central.relay.queue.batches import note_nothing
from central.relay.store.models import SpoolRow
from central.server.config import ServerConfig
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.keys import SoftwareSigner
from protocol.envelope.suites import SuiteNumber
from protocol.exchange.messages import EnvelopeItem
from protocol.ids import EnvelopeId, Instance
from protocol.trust.edition import Kind
from protocol.trust.roster import Role
from protocol.trust.time_statement import sign_time
from runtime.node.identity import pending_secrets, signing_seeds
from runtime.system import SystemRandomness
from tests.builders.clerk import status_of
from tests.central.nodes import talk
from tests.system.keys.renewing import Place, _joined, join_hub
from tests.system.keys.test_renewal import states, submit
from tests.system.keys.test_signing_succession import exchanges, forged_release, replace


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        yield place


async def test_what_a_thief_said_before_does_not_outlive_the_key(place: Place) -> None:
    """A date ten years ahead, and a catalogue whose number no honest one ever reaches."""
    ahead_ms = place.time_ms + 3650 * 86_400_000
    async with place.station() as station, hub_of(place) as hub:
        await exchanges(place, station)
        thief = SoftwareSigner(signing_seeds(place.county.relay.identity)[0])
        time = sign_time(thief, instance=Instance(bytes(8)), n=2**40, at_ms=ahead_ms)
        news = await forged_release(place, thief, 2**30)
        timekeeping, arrival = (
            station.exchanges.stores.timekeeping,
            station.exchanges.stores.arrival,
        )
        assert await station.database.write(lambda tx: timekeeping.take(tx, time, hint_ms=None))
        assert await arrival.take_in([news]) == []
        await hub.relay.store.transact(lambda tx: hub.relay.times.take(tx, time, hint_ms=None))
        await hub.relay.publish(hub.relay.editions.check(news, news.body))
        assert (hub.relay.times.trusted.n, hub.relay.editions.versions()[1]) == (2**40, 2**30)

        await replace(place, stolen=True)
        await exchanges(place, station)
        await talk_up(place, hub)

        release = await place.county.relay.editions.current(Kind.RELEASE)
        assert release is not None
        for trusted in (timekeeping.trusted, hub.relay.times.trusted):
            assert 0 < trusted.n < 2**40
            now_ms = trusted.now_ms()
            assert now_ms is not None
            assert abs(now_ms - place.time_ms) < 60_000
        assert (await status_of(station))["release"] == release.version
        assert hub.relay.editions.versions()[1] == release.version
    async with hub_of(place) as hub:  # nor does a start bring it back
        assert hub.relay.editions.versions()[1] == release.version
    async with place.station() as station:
        await submit(station, 1)
        await exchanges(place, station)
        assert await states(station) in (["received"], ["complete"])


async def test_a_hub_takes_the_new_signature_of_what_waits_there(place: Place) -> None:
    async with hub_of(place) as hub:
        relay = place.county.relay
        await talk_up(place, hub)
        old = relay.identity.keys.signer.public_bytes()
        wire = await sent_through(place, hub)
        envelope = read_envelope(wire)
        envelope.check(old)
        await replace(place, stolen=True)
        await talk_up(place, hub)
        fresh = envelope.signed_anew(relay.identity.keys.signer)
        for one, kept in ((wire, wire), (fresh, fresh), (wire, fresh)):  # the old never comes back
            await hub.exchanges.batch_receiver.take(
                [EnvelopeItem(wire=one)],
                sort=lambda items: hub.exchanges.batch_receiver.sort(items, {}, peer=relay.node),
                note=note_nothing,
                peer=relay.node,
            )
            assert await held_wire(hub, envelope.id) == kept


async def sent_through(place: Place, hub: HubNode) -> bytes:
    """Something of the county for a station below the hub, which has not called yet."""
    invitation = place.county.authority.add(
        role=Role.STATION, code="451423103299", name="新村", parent=hub.relay.node
    )
    data = place.folder / "below"
    pending_secrets(data, SystemRandomness())
    node = await _joined(data, place.county, invitation, Role.STATION)
    await talk_up(place, hub)
    post = place.county.relay.post_office(place.county.authority.keys_of)

    async def work(session: AsyncSession) -> EnvelopeId:
        return await post.post(
            session, to=node, lane=Lane.RESULTS, payload=b"x", suite=SuiteNumber.X25519
        )

    envelope = await place.county.relay.store.transact(work)
    await talk_up(place, hub)
    wire = await held_wire(hub, envelope)
    assert wire is not None
    return wire


async def held_wire(hub: HubNode, envelope: EnvelopeId) -> bytes | None:
    query = select(SpoolRow.wire).where(SpoolRow.envelope_id == envelope)

    async def work(session: AsyncSession) -> bytes | None:
        return await session.scalar(query)

    return await hub.relay.store.transact(work)


@asynccontextmanager
async def hub_of(place: Place) -> AsyncIterator[HubNode]:
    if not (place.folder / "hub" / "node").exists():
        await join_hub(place)
    async with open_hub(place.folder / "hub", ServerConfig()) as hub:
        yield hub


async def talk_up(place: Place, hub: HubNode) -> None:
    for _ in range(3):
        await talk(
            hub.exchanges.store_for(place.county.relay.node),
            place.county.exchanges.store_for(hub.relay.node),
            time_ms=place.time_ms,
        )
        await place.county.county.rosters.idle()
