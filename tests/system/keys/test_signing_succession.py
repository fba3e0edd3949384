"""The county gets another signing key: nothing is lost, nobody is stranded, the old one dies."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.app import open_county
from central.relay.instance.high_water_marks import read_mark
from central.relay.store.models import SpoolRow
from central.server.config import ServerConfig
from protocol.codec import unpack
from protocol.envelope.envelope import read_envelope
from protocol.envelope.keys import Context, SoftwareSigner, sign_record
from protocol.envelope.payloads import Mark, Outcome
from protocol.errors import (
    NodeStoppedError,
    RefusedError,
    RekeyError,
    RekeyUnsafeError,
    SignatureError,
    UsageError,
)
from protocol.exchange.messages import EditionNews, EnvelopeItem
from protocol.exchange.refusal import read_refusal, refusal_bytes, refusal_of
from protocol.ids import Instance
from protocol.trust.edition import Kind, make_head, open_head, sign_head, whole
from protocol.trust.time_statement import sign_time
from runtime.cli.command import silent
from runtime.node.identity import Secrets, signing_seeds
from station_agent.app import Station
from tests.builders.clerk import status_of
from tests.system.keys.renewing import Place
from tests.system.keys.test_renewal import states, submit

SIGNING = {"key": "signing"}


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        yield place


async def do(place: Place, name: str, **args: Any) -> Any:
    return await place.county.operations[name](args, silent)


async def replace(place: Place, **how: bool) -> None:
    """Both steps at once, with nobody listening in between."""
    await do(place, "county.rekey-announce", **SIGNING)
    await do(place, "county.rekey-use", **SIGNING, force=True, **how)


async def decide(place: Place) -> None:
    for case in await place.county.county.casework.page(after="", limit=100):
        if case.shown().outcome is None:
            await place.county.county.flows.decide(
                case.shown().case, outcome=Outcome.APPROVED, note="准予", attach=()
            )


async def exchanges(place: Place, station: Station, count: int = 3) -> None:
    for _ in range(count):
        await place.exchange(station)


async def test_who_has_heard_of_it_notices_nothing(place: Place, tmp_path: Path) -> None:
    async with place.station() as station:
        await exchanges(place, station)
        announced = await do(place, "county.rekey-announce", **SIGNING)
        assert (announced["old"], announced["not_heard"]) == (0, 1)
        await exchanges(place, station)
        with pytest.raises(RekeyUnsafeError):
            await do(place, "county.rekey-use", **SIGNING)
        await do(place, "county.backup", to=str(tmp_path / "backup"))
        used = await do(place, "county.rekey-use", **SIGNING)
        assert (used["in_use"], used["announced"], used["old"]) == (announced["announced"], None, 1)
        await submit(station, 1)
        await place.exchange(station)
        await decide(place)
        await place.exchange(station)
        assert await states(station) == ["decided"]
        roster = station.exchanges.parentage.held.roster
        assert roster.signing_key(place.county.relay.node) == public_of(place)


def public_of(place: Place) -> bytes:
    return place.county.relay.identity.keys.signer.public_bytes()


async def test_who_was_away_meanwhile_gets_the_answers_of_before_and_after(place: Place) -> None:
    async with place.station() as station:
        await exchanges(place, station)
        await submit(station, 1)
        await exchanges(place, station)
        await decide(place)  # signed by the old key; the station is away for 400 days
        await replace(place)
        place.pass_days(400)
        await place.county.jobs.signing.settle()
        assert place.county.authority.roster().county()[1].former == ()
        await submit(station, 2)
        await exchanges(place, station)
        await decide(place)
        await exchanges(place, station)
        assert await states(station) == ["decided", "decided"]


async def test_what_is_refused_for_its_old_signature_is_asked_for_once(place: Place) -> None:
    """A hub had it: the county counts it as passed on, and the station waits for nothing."""
    async with place.station() as station:
        await exchanges(place, station)
        await submit(station, 1)
        await exchanges(place, station)
        await decide(place)
        wire = await place.county.relay.store.transact(_passed_on)
        await replace(place, stolen=True)
        await exchanges(place, station)
        assert not await station.upkeep.inquiry.ask()
        for _ in range(2):
            refused = await station.exchanges.stores().store(
                b"by a hub", 1, [EnvelopeItem(wire=wire)]
            )
            assert refused == [(0, SignatureError.code)]
        assert await states(station) == ["complete"]
        assert await station.upkeep.inquiry.ask()
        await exchanges(place, station)
        assert await states(station) == ["decided"]
        place.pass_days(8)
        await station.exchanges.stores().store(b"by a hub", 1, [EnvelopeItem(wire=wire)])
        assert not await station.upkeep.inquiry.ask(), "whoever forges something costs no inquiry"


async def _passed_on(session: AsyncSession) -> bytes:
    """The newest envelope of the county, which its child has from now on."""
    newest = select(SpoolRow).where(SpoolRow.waiting.is_(True)).order_by(SpoolRow.position.desc())
    row = (await session.scalars(newest.limit(1))).one()
    row.waiting, row.holder = False, b"some hub"
    assert row.wire is not None
    return row.wire


@pytest.mark.parametrize("stolen", [True, False])
async def test_catalogue_and_rosters_go_on_under_the_new_key(place: Place, stolen: bool) -> None:
    async with place.station() as station:
        await exchanges(place, station)
        held = (await status_of(station))["release"]
        await replace(place, stolen=stolen)
        release = await place.county.relay.editions.current(Kind.RELEASE)
        assert release is not None
        open_head(public_of(place), Kind.RELEASE, release.proof)
        await exchanges(place, station)
        assert (await status_of(station))["release"] == release.version == held + 1
    async with place.station() as station:  # what it holds is read at a start, too
        await submit(station, 1)
        await exchanges(place, station)
        assert await states(station) in (["received"], ["complete"])


async def test_a_thief_of_the_old_key_is_believed_by_nobody_once_it_was_replaced_as_stolen(
    place: Place,
) -> None:
    async with place.station() as station:
        await exchanges(place, station)
        await submit(station, 1)
        await submit(station, 2)
        await exchanges(place, station)
        thief = SoftwareSigner(signing_seeds(place.county.relay.identity)[0])
        await decide(place)
        wires = await waiting_wires(place)
        assert wires
        await replace(place, stolen=True)
        await exchanges(place, station, 1)  # only the roster is to be taken before the thief comes
        await nobody_believes(place, station, thief, wires)


@pytest.mark.parametrize("days", [89, 91])
async def test_an_old_key_counts_for_ninety_days_and_no_more(place: Place, days: int) -> None:
    old = public_of(place)
    await replace(place)
    place.pass_days(days)
    await place.county.jobs.signing.settle()
    believed = place.county.relay.editions.roster.county_keys
    assert (old in believed) is (days == 89)
    assert believed[0] == public_of(place)


async def test_a_thief_of_a_key_whose_time_is_over_is_believed_by_nobody(place: Place) -> None:
    async with place.station() as station:
        await exchanges(place, station)
        await submit(station, 1)
        await exchanges(place, station)
        thief = SoftwareSigner(signing_seeds(place.county.relay.identity)[0])
        await decide(place)
        wires = await waiting_wires(place)
        await replace(place)
        place.pass_days(91)
        await place.county.jobs.signing.settle()
        await exchanges(place, station, 1)
        await nobody_believes(place, station, thief, wires)


async def forged_release(place: Place, thief: SoftwareSigner, version: int) -> EditionNews:
    release = await place.county.relay.editions.current(Kind.RELEASE)
    assert release is not None
    head = make_head(Kind.RELEASE, version, release.entries, 1)
    proof, body = sign_head(thief, head), whole(release.entries)
    return EditionNews(
        kind=Kind.RELEASE, version=version, base=0, proof=proof, body=body, blob=b"", size=0
    )


async def waiting_wires(place: Place) -> list[bytes]:
    """What the county has for the station and has not handed over."""

    async def work(session: AsyncSession) -> list[bytes]:
        query = select(SpoolRow.wire).where(
            SpoolRow.destination == place.node, SpoolRow.waiting.is_(True)
        )
        return [wire for wire in await session.scalars(query) if wire]

    return await place.county.relay.store.transact(work)


async def nobody_believes(
    place: Place, station: Station, thief: SoftwareSigner, wires: list[bytes]
) -> None:
    """Each thing that the county signs, signed by the thief instead."""
    roster, relay = station.exchanges.parentage.held.roster, place.county.relay
    assert thief.public_bytes() not in roster.signing_keys(relay.node)
    factory = station.exchanges.stores
    forged = [EnvelopeItem(wire=read_envelope(wire).signed_anew(thief)) for wire in wires]
    refused = await factory.arrival.take_in(forged)
    assert [code for _, code in refused] == [SignatureError.code] * len(forged)
    before = factory.timekeeping.trusted.n
    time = sign_time(thief, instance=Instance(bytes(8)), n=before + 1000, at_ms=place.time_ms)
    assert await station.database.write(
        lambda tx: not factory.timekeeping.take(tx, time, hint_ms=None)
    )
    assert not await relay.store.transact(lambda tx: relay.times.take(tx, time, hint_ms=None))
    news = await forged_release(place, thief, relay.editions.versions()[1] + 1)
    assert await factory.arrival.take_in([news]) == [(0, SignatureError.code)]
    with pytest.raises(SignatureError):
        relay.editions.check(news, news.body)
    mark = Mark(county=bytes.fromhex(relay.node), instance=bytes(8), number=2**40)
    assert read_mark(roster, sign_record(thief, Context.MARK, mark)) is None
    refusal = refusal_bytes(thief, refusal_of(NodeStoppedError(""), node=relay.node, at_ms=1))
    with pytest.raises(SignatureError):
        read_refusal(refusal, roster.present_keys(relay.node))


async def test_each_step_is_taken_once_and_in_order(place: Place) -> None:
    with pytest.raises(RekeyError):
        await do(place, "county.rekey-use", **SIGNING, force=True)
    await do(place, "county.rekey-announce", **SIGNING)
    with pytest.raises(RekeyError):
        await do(place, "county.rekey-announce", **SIGNING)
    opening = await do(place, "county.rekey-announce")  # the other key goes its own way
    assert opening["announced"]
    await do(place, "county.rekey-use", **SIGNING, force=True)
    assert (await do(place, "county.rekey-announce", **SIGNING))["old"] == 1
    with pytest.raises(UsageError):
        await do(place, "county.rekey-use", key="opening", stolen=True, force=True)
    with pytest.raises(RefusedError):
        await do(place, "county.rekey-use", key="rsa")


async def test_a_county_that_starts_anew_signs_with_the_key_that_its_roster_names(
    tmp_path: Path,
) -> None:
    async with Place.open(tmp_path) as place, place.station() as station:
        await exchanges(place, station)
        old = public_of(place)
        await do(place, "county.rekey-announce", **SIGNING)
    async with open_county(tmp_path / "county", ServerConfig()) as county:
        again = Place(folder=tmp_path, county=county, node=place.node)
        assert public_of(again) == old  # announced is not used
        await do(again, "county.rekey-use", **SIGNING, force=True)
        new = public_of(again)
    async with open_county(tmp_path / "county", ServerConfig()) as county:
        again = Place(folder=tmp_path, county=county, node=place.node)
        assert public_of(again) == new != old
        async with again.station() as station:
            await submit(station, 1)
            await exchanges(again, station)
            assert await states(station) in (["received"], ["complete"])


async def test_a_safe_that_was_made_after_the_announcement_holds_the_new_key(
    place: Place, tmp_path: Path
) -> None:
    await do(place, "county.rekey-announce", **SIGNING)
    sealed, *papers = await do(
        place, "provision.keys-export", to=str(tmp_path / "safe"), threshold=2, shares=2
    )
    await do(place, "county.rekey-use", **SIGNING)
    recovered = await do(place, "provision.keys-recover", sealed=sealed, papers=papers)
    secrets = unpack(base64.b64decode(recovered["keys"]), Secrets)
    publics = [SoftwareSigner(seed).public_bytes() for seed in secrets.more_signing]
    assert publics == [public_of(place)]
