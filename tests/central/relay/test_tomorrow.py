"""A relay of today between programs of tomorrow: it carries what it may, and holds what it must."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.renewal import HubRenewal
from central.relay.health.condition import own_health
from central.relay.ports.role import RelayRole
from central.relay.store.models import DeferredRow, EditionRow
from protocol.codec import altered, pack, unpack_plain
from protocol.envelope.envelope import Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import Context, Signed, key_name
from protocol.envelope.suites import SuiteNumber
from protocol.exchange.messages import EditionNews, EnvelopeItem, Hello
from protocol.limits import MAX_REFUSALS
from protocol.stick.names import HEAD, BagName, Listed, list_name, pack_head, pack_list, read_list
from protocol.trust.edition import Edition, Kind
from tests.builders.tomorrow import of_type, roster_of_tomorrow, upgraded
from tests.central.nodes import County, NodeRelay, Village, between, talk, told
from tests.central.relay.carrying import export, learn_roster, take_in
from tests.central.relay.carrying import pack as pack_stick

CODE = "peer.needs-newer"


def with_header(village: Village, **fields: object) -> bytes:
    """An envelope of a station whose header has more in it."""
    plain = read_envelope(village.seal(b"sealed as ever"))
    header = unpack_plain(plain.header_bytes)
    assert isinstance(header, dict)
    signed = pack([pack(header | fields), plain.sealed])
    signature = village.secrets.node_keys().signer.sign(Context.ENVELOPE, signed)
    return pack(Signed(body=signed, signature=signature))


def tomorrow(place: County, *, must: bool, base: Edition | None = None) -> Edition:
    version = base.version + 1 if base else None
    return roster_of_tomorrow(place.scene.authority, must=must, version=version, curfew="22")


async def conditions(relay: NodeRelay) -> tuple[str, ...]:
    async def work(session: AsyncSession) -> tuple[str, ...]:
        health = await own_health(
            session,
            node=relay.node,
            parent=relay.node,
            editions=relay.editions,
            room=relay.limits.room,
            number=1,
            now_ms=0,
            clock_error_ms=None,
            authority=b"",
        )
        return health.conditions

    return await relay.store.transact(work)


async def test_a_hub_carries_what_it_need_not_understand_byte_for_byte(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wires = [with_header(village, s=9), with_header(village, z="new"), village.seal(b"plain")]
    for wire in wires:
        village.exchange_store.queue_envelope(wire)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    await talk(*between(hub, county))
    assert [envelope.wire for envelope in place.delivered.envelopes] == wires


@pytest.mark.parametrize("fields", [{"z": 1, "must": ["z"]}, {"l": 9}, {"v": 2}])
async def test_what_everybody_on_the_way_must_understand_stays_with_its_sender(
    place: County, county: NodeRelay, hub: NodeRelay, fields: dict[str, object]
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    wire, good = with_header(village, **fields), village.seal(b"good")
    store = hub.exchanges.store_for(village.node)
    items = [EnvelopeItem(wire=wire), EnvelopeItem(wire=good)]
    assert await store.store(b"exchange", 2, items) == [(0, CODE)]
    await talk(*between(hub, county))
    assert [envelope.wire for envelope in place.delivered.envelopes] == [good]


@pytest.mark.parametrize("program", ["0.1.0", "0.2.0"])
async def test_a_newer_program_of_the_next_hop_is_offered_what_the_older_refused(
    place: County, county: NodeRelay, hub: NodeRelay, program: str
) -> None:
    village = place.village()
    await learn_roster(place, county, hub)
    village.exchange_store.queue_envelope(village.seal(b"one"))
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    hello = Hello(instance=await county.instance(), exchange=b"exchange", program="0.1.0")
    for _ in range(MAX_REFUSALS):
        up = hub.exchanges.store_for(county.node)
        await up.meet(hello)
        (waiting,) = (await up.waiting({Lane.APPLICATIONS: 0}, 9))[Lane.APPLICATIONS]
        await up.confirmed([(waiting, CODE)])
    assert (await told(hub))["aside"][0]["code"] == CODE
    await hub.exchanges.store_for(county.node).meet(altered(hello, program=program))

    async def deferred(session: AsyncSession) -> list[bool]:
        return list(await session.scalars(select(DeferredRow.deferred)))

    assert await hub.store.transact(deferred) == [program == "0.1.0"]


async def test_a_roster_of_tomorrow_is_held_passed_on_and_obeyed_after_the_upgrade(
    place: County, county: NodeRelay
) -> None:
    village = place.village()
    async with place.relay(place.hub) as hub:
        await learn_roster(place, county, hub)
        old, first = hub.editions.roster, tomorrow(place, must=True)
        await county.publish(first)
        await talk(*between(hub, county))
        assert (hub.editions.roster, hub.editions.held()[0]) == (old, first.version)
        assert hub.editions.trusted()[0] == first.version  # it is not sent again
        assert (await told(hub))["newer_roster"] == first.version
        news = await hub.store.transact(lambda session: hub.editions.news(session, Kind.ROSTER, 0))
        assert isinstance(news, EditionNews)
        assert (news.version, news.proof) == (first.version, first.proof)
        second = tomorrow(place, must=True, base=first)
        await county.publish(second)
        await talk(*between(hub, county))
        assert hub.editions.held()[0] == second.version
        assert "needs-newer" in await conditions(hub)
        wire = village.seal(b"it works on")
        village.exchange_store.queue_envelope(wire)
        await talk(village.exchange_store, hub.exchanges.store_for(village.node))
        await talk(*between(hub, county))
        assert [envelope.wire for envelope in place.delivered.envelopes] == [wire]
    async with place.relay(place.hub) as hub:  # the same program
        assert hub.editions.roster.version == old.version
        assert hub.editions.held()[0] == second.version
    with upgraded():
        async with place.relay(place.hub) as hub:
            assert hub.editions.roster.version == hub.editions.held()[0] == second.version
            assert hub.editions.roster.edition.entries == second.entries
            assert "needs-newer" not in await conditions(hub)


async def test_the_roster_in_force_outlives_any_number_of_later_ones(place: County) -> None:
    async with place.relay(place.hub) as hub:
        place.village()
        await hub.publish(place.scene.authority.roster().edition)
        old, newest = hub.editions.roster, tomorrow(place, must=True)
        for _ in range(25):
            await hub.publish(newest)
            newest = tomorrow(place, must=True, base=newest)

        async def versions(session: AsyncSession) -> list[int]:
            query = select(EditionRow.version).where(EditionRow.kind == Kind.ROSTER.value)
            return sorted(await session.scalars(query))

        kept = await hub.store.transact(versions)
        assert (kept[0], len(kept)) == (old.version, 21)
    async with place.relay(place.hub) as hub:
        assert hub.editions.roster.version == old.version


async def test_a_roster_of_tomorrow_comes_by_stick_too(
    place: County, county: NodeRelay, hub: NodeRelay, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    await learn_roster(place, county, hub)
    old, edition = hub.editions.roster, tomorrow(place, must=True)
    await county.publish(edition)
    await export(county, stick)
    for _ in range(2):
        taken = await take_in(hub, stick)
        assert taken.refused == {}
        assert (hub.editions.roster, hub.editions.held()[0]) == (old, edition.version)


async def test_a_bag_of_tomorrow_gives_what_today_knows_and_is_not_called_incomplete(
    place: County, county: NodeRelay, tmp_path: Path
) -> None:
    village, stick = place.village(), tmp_path / "stick"
    await learn_roster(place, county)
    wire = village.seal(b"on a stick of tomorrow")
    pack_stick(stick, village, wire)
    (folder,) = (stick / "yizhan").iterdir()
    (old,) = folder.glob("*.lst")
    listed = read_list(old.read_bytes(), bytes.fromhex(old.stem))
    law = Listed(f"ab/{'ab' * 32}.law", 5)
    content = pack_list([*listed, law])
    old.unlink()
    (folder / list_name(content)).write_bytes(content)
    bag = BagName.parse(folder.name)
    assert bag is not None
    (folder / HEAD).write_bytes(
        pack_head(
            village.secrets.node_keys().signer,
            bag,
            made_ms=0,
            files=2,
            size=len(wire) + 5,
            lists=[hashlib.sha256(content).digest()],
        )
    )
    taken = await take_in(county, stick)
    assert (taken.refused, taken.envelopes) == ({}, 1)
    assert [envelope.wire for envelope in place.delivered.envelopes] == [wire]


async def test_what_may_be_ignored_on_a_roster_is_obeyed_and_passed_on_as_it_came(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    await learn_roster(place, county, hub)
    edition = tomorrow(place, must=False)
    await county.publish(edition)
    await talk(*between(hub, county))
    assert hub.editions.roster.version == edition.version
    assert hub.editions.roster.edition.entries == edition.entries
    news = await hub.store.transact(lambda session: hub.editions.news(session, Kind.ROSTER, 0))
    assert isinstance(news, EditionNews)
    assert news.proof == edition.proof


async def test_mail_of_tomorrow_to_a_hub_is_kept_until_it_is_newer(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    await learn_roster(place, county, hub)
    renewal = HubRenewal(hub, place.scene.randomness)
    hub.serve(RelayRole(deliver=renewal))
    wires = [to_hub(place, of_type("census", since_ms=5)), to_hub(place, b"", suite=9)]
    store = hub.exchanges.store_for(county.node)
    assert await store.store(b"exchange", 2, [EnvelopeItem(wire=wire) for wire in wires]) == []
    assert (await told(hub))["stumbled"] == 2
    await renewal.take_up()
    assert (await told(hub))["stumbled"] == 2
    with upgraded():
        await renewal.take_up()
    assert (await told(hub))["stumbled"] == 1  # the suite is still unknown


def to_hub(place: County, payload: bytes, suite: int = 2) -> bytes:
    """The county's envelope to its hub."""
    key = place.hub.keys.opening[SuiteNumber.X25519].public_bytes()
    header = Header(
        version=1,
        suite=2,
        origin=bytes.fromhex(place.scene.county),
        incarnation=b"c" * 8,
        seq=suite,
        to=bytes.fromhex(place.hub.node),
        lane=int(Lane.CONTROL),
        created=(0, None),
        key=key_name(key),
    )
    signer = place.scene.keys.signer
    plain = seal_envelope(payload, header, key, signer)
    signed = pack([pack(altered(plain.header, suite=suite)), plain.sealed])
    return pack(Signed(body=signed, signature=signer.sign(Context.ENVELOPE, signed)))
