"""What a relay takes in, holds and refuses, in numbers by lane and code."""

from central.relay.health.figures import relay_figures
from runtime.metrics.families import render
from tests.central.nodes import County, NodeRelay, between, talk


async def rows(relay: NodeRelay) -> dict[str, str]:
    text = render(await relay_figures(relay))
    found = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name.removeprefix("yizhan_"): value for name, value in found}


async def test_an_application_is_counted_where_it_waits(
    place: County, hub: NodeRelay, county: NodeRelay
) -> None:
    village = place.village()
    await hub.publish(place.scene.authority.roster().edition)
    await county.publish(place.scene.authority.roster().edition)
    wire = village.seal(b"application")
    village.exchange_store.queue_envelope(wire)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    found = await rows(hub)
    assert found['envelopes_received_total{lane="applications"}'] == "1"
    assert found['queue_envelopes{lane="applications"}'] == "1"
    assert found['queue_bytes{lane="applications"}'] == str(len(wire))
    assert not any(str(village.node) in name for name in found)
    await talk(*between(hub, county))
    assert 'queue_envelopes{lane="applications"}' not in await rows(hub)
    assert (await rows(county))['envelopes_received_total{lane="applications"}'] == "1"


async def test_a_forged_one_is_counted_by_why_it_was_refused(place: County, hub: NodeRelay) -> None:
    village = place.village()
    await hub.publish(place.scene.authority.roster().edition)
    wire = bytearray(village.seal(b"application"))
    wire[-1] ^= 1
    village.exchange_store.queue_envelope(bytes(wire))
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    found = await rows(hub)
    assert found['items_refused_total{code="peer.signature"}'] == "1"
    assert 'envelopes_received_total{lane="applications"}' not in found
