"""What the next hop refuses is set aside after three times, and offered again when it may help."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.record import LogRecord
from central.hub.reporting import HubReporter
from central.relay.ports.role import Deferred, RelayRole
from central.relay.retry.deferred import note_program
from central.relay.retry.operation import Retrying
from protocol.catalogue.items.entries import catalogue_entries
from protocol.envelope.envelope import Lane, read_envelope
from protocol.envelope.payloads import Notices, read_payload
from protocol.envelope.suites import SuiteNumber
from protocol.errors import UsageError
from protocol.ids import BlobId
from protocol.limits import AGAIN_S, MAX_REFUSALS
from protocol.trust.edition import Edition, Kind, make_head, sign_head
from protocol.trust.reports.notice import read_notice
from runtime.cli.command import silent
from tests.central.nodes import County, NodeRelay, Village, between, talk, told
from tests.central.relay.retry.test_poison import Stumbling

CATALOGUE = b'{"items": [{"id": "a", "name": "n", "materials": [], "schema": {"type": "object"}}]}'


@dataclass(kw_only=True)
class Book:
    """A reporter that keeps what it is told."""

    told: list[tuple[bytes, str]] = field(default_factory=list)

    async def report(self, session: AsyncSession, items: Sequence[Deferred]) -> None:
        self.told += [(one.item, one.code) for one in items]


@pytest.fixture
def delivered(county: NodeRelay) -> Stumbling:
    delivered = Stumbling()
    county.serve(RelayRole(deliver=delivered))
    return delivered


async def village_of(place: County, *relays: NodeRelay) -> Village:
    village = place.village()
    for relay in relays:
        await relay.publish(place.scene.authority.roster().edition)
    return village


async def refuse_for_good(
    village: Village, hub: NodeRelay, county: NodeRelay, delivered: Stumbling
) -> tuple[bytes, bytes]:
    """The wires of an envelope that the county refuses until it is set aside, and of another."""
    bad, good = village.seal(b"bad"), village.seal(b"good")
    delivered.over.add(bad)
    for wire in (bad, good):
        village.exchange_store.queue_envelope(wire)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    for _ in range(MAX_REFUSALS):
        await talk(*between(hub, county))
    return bad, good


async def deferred_at(hub: NodeRelay) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await told(hub))["aside"]
    return listed


async def test_after_three_refusals_it_is_set_aside_and_the_parent_is_told_of_it(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    book = Book()
    hub.serve(RelayRole(reporter=book))
    village = await village_of(place, county, hub)
    bad, good = await refuse_for_good(village, hub, county, delivered)
    assert [e.wire for e in delivered.envelopes] == [good]
    (one,) = await deferred_at(hub)
    assert (one["kind"], one["origin"]) == ("envelope", village.node)
    assert (one["refused_by"], one["code"]) == (county.node, "peer.internal")
    assert one["refusals"] == MAX_REFUSALS
    assert [code for _, code in book.told] == ["peer.internal"]

    hub_depot, county_depot = between(hub, county)
    await talk(hub_depot, county_depot)
    assert (await deferred_at(hub))[0]["refusals"] == MAX_REFUSALS, "it is not offered any more"
    greeting = await hub.exchanges.store_for(county.node).greeting()
    assert not greeting.careful, "a refused item leaves nothing in doubt"
    assert bad not in [e.wire for e in delivered.envelopes]


async def test_an_operator_s_word_offers_it_again(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    village = await village_of(place, county, hub)
    bad, _ = await refuse_for_good(village, hub, county, delivered)
    delivered.over.clear()
    item = (await deferred_at(hub))[0]["item"]
    retry = Retrying("hub", hub, LogRecord()).handlers()["hub.retry"]
    assert await retry({"item": "ab" * 32}, silent) == {"offered": 0}
    with pytest.raises(UsageError):
        await retry({"item": "none"}, silent)
    assert await retry({"item": item}, silent) == {"offered": 1}
    await talk(*between(hub, county))
    assert bad in [e.wire for e in delivered.envelopes]
    assert await deferred_at(hub) == []


async def test_a_newer_roster_or_release_over_there_offers_it_again(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    village = await village_of(place, county, hub)
    bad, _ = await refuse_for_good(village, hub, county, delivered)
    delivered.over.clear()
    entries = catalogue_entries(CATALOGUE)
    head = make_head(Kind.RELEASE, 1, entries, 0)
    proof = sign_head(place.scene.keys.signer, head)
    await county.publish(Edition(head=head, proof=proof, entries=entries))
    await talk(*between(hub, county))
    assert bad in [e.wire for e in delivered.envelopes]


async def test_an_upgraded_hub_offers_it_again(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    village = await village_of(place, county, hub)
    await refuse_for_good(village, hub, county, delivered)
    async with place.relay(place.hub) as same:
        assert len(await deferred_at(same)) == 1
    await hub.store.transact(lambda session: note_program(session, "9.9"))
    assert await deferred_at(hub) == []


async def test_a_replaced_county_is_offered_it_at_once(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    village = await village_of(place, county, hub)
    bad, _ = await refuse_for_good(village, hub, county, delivered)
    async with place.relay(place.county, name="second") as replaced:
        await talk(*between(hub, replaced))
    assert bad in [e.wire for e in place.delivered.envelopes]


async def test_a_day_later_it_is_offered_again_whatever_the_clock_did(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    village = await village_of(place, county, hub)
    await refuse_for_good(village, hub, county, delivered)
    place.scene.clock.jump_wall(ms=AGAIN_S * 1000 - 1)
    await hub.offer_old_again()
    assert len(await deferred_at(hub)) == 1
    place.scene.clock.jump_wall(ms=-AGAIN_S * 2000)  # the battery was changed
    await hub.offer_old_again()
    assert await deferred_at(hub) == []
    await talk(*between(hub, county))
    assert await deferred_at(hub) == [], "it is counted from the beginning"
    for _ in range(MAX_REFUSALS - 1):
        await talk(*between(hub, county))
    assert len(await deferred_at(hub)) == 1


async def test_a_blob_that_is_refused_is_set_aside_too(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    village = await village_of(place, county, hub)
    blob = bytes(range(256)) * 600  # four parts, all refused in one exchange
    blob_id = BlobId(hashlib.sha256(blob).digest())
    wire = village.seal(b"with a file", blobs=((blob_id, len(blob)),))
    delivered.over.add(wire)
    village.exchange_store.queue_envelope(wire)
    village.exchange_store.queue_blob(blob)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    for _ in range(MAX_REFUSALS):
        await talk(*between(hub, county))
    assert {(one["kind"], one["code"], one["refusals"]) for one in await deferred_at(hub)} == {
        ("envelope", "peer.internal", MAX_REFUSALS),
        ("blob", "peer.blob-unknown", MAX_REFUSALS),
    }
    delivered.over.clear()
    await hub.offer_again()
    await talk(*between(hub, county))
    assert delivered.blobs == [blob_id]
    assert await deferred_at(hub) == []


async def test_the_hub_tells_the_county_of_it_in_a_signed_notice_once(
    place: County, county: NodeRelay, hub: NodeRelay, delivered: Stumbling
) -> None:
    hub.serve(RelayRole(reporter=HubReporter(hub)))
    village = await village_of(place, county, hub)
    bad, _ = await refuse_for_good(village, hub, county, delivered)
    await talk(*between(hub, county))
    for _ in range(MAX_REFUSALS + 1):
        await hub.offer_again()
        await talk(*between(hub, county))
    (told,) = [e for e in delivered.envelopes if e.origin == hub.node]
    assert told.lane is Lane.CONTROL
    payload = read_payload(told.open(place.scene.keys.opening[SuiteNumber.XWING]))
    assert isinstance(payload, Notices)
    (signed,) = payload.signed
    notice = read_notice(signed, county.editions.roster.signing_key)
    stuck = read_envelope(bad)
    assert (notice.by, notice.station, notice.item) == (hub.node, village.node, stuck.id)
    assert (notice.incarnation, notice.seq) == (stuck.incarnation, stuck.header.seq)
    assert notice.code == "peer.internal"
