"""A node renews its keys by line or by stick, loses nothing on the way, and is never locked out."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from central.hub.app import HubNode, open_hub
from central.relay.stick.service import RelayStick
from central.server.config import ServerConfig
from protocol.errors import SignatureError
from protocol.ids import ApplicationId
from protocol.trust.roster import Role, RosterEntry
from runtime.line.tls import server_context
from runtime.node.identity import load_identity
from runtime.node.renewal import ask_for_keys, keep_certificate
from runtime.system import SystemRandomness
from station_agent.app import Station
from station_agent.intake.calls import Submission
from station_agent.intake.sealing import control_draft
from tests.builders.clerk import status_of
from tests.central.county.village import ITEM
from tests.central.nodes import talk
from tests.system.keys.renewing import Place, join_hub

DAY_MS = 86_400_000


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with Place.open(tmp_path) as place:
        yield place


async def submit(station: Station, number: int) -> ApplicationId:
    application = ApplicationId(f"{number:032x}")
    form = '{"name": "样福丽"}'
    await station.intake.submit(Submission(application=application, item=ITEM, form=form, files=[]))
    return application


async def states(station: Station) -> list[str]:
    shown = (await status_of(station))["applications"]
    return [one["state"] for one in shown]


def entry_of(place: Place) -> RosterEntry:
    return place.county.authority.roster().nodes[place.node]


async def test_new_keys_come_by_line_and_old_envelopes_still_count(place: Place) -> None:
    before = load_identity(place.data)
    old = entry_of(place)
    async with place.station() as station:
        await place.exchange(station)
        await station.renewal.ask()
        await submit(station, 1)
        await place.exchange(station)  # the county answers
        assert entry_of(place).former == (before.keys.signer.public_bytes(),)
        assert entry_of(place).former_tls == old.tls
        await submit(station, 2)  # under the old key, and sent when the roster names the new one
        await place.exchange(station)
        await station.renewal.look()
        assert station.renewal.ready.is_set()
        assert await states(station) == ["complete", "complete"]
    async with place.station() as station:
        now = station.identity
        entry = entry_of(place)
        assert entry.keys is not None
        assert now.keys.signer.public_bytes() == entry.keys.signing
        assert now.certificate_path.read_bytes() != before.certificate_path.read_bytes()
        await submit(station, 3)
        await station.renewal.look()  # nothing is due but to show the new keys
        await place.exchange(station)
        await place.exchange(station)
        assert await states(station) == ["complete"] * 3
    assert entry_of(place).former_tls == b""
    assert entry_of(place).tls != old.tls
    ledger = await place.county.county.reconciliation.ledger()
    assert [(one.received, one.control, one.chain.missing, one.chain.forks) for one in ledger] == [
        (3, 2, (), 0)
    ]


async def test_new_keys_come_by_stick_to_a_station_without_a_line(
    place: Place, tmp_path: Path
) -> None:
    stick, office = tmp_path / "stick", RelayStick(place.county.exchanges)
    stick.mkdir()
    before = load_identity(place.data).keys.signer.public_bytes()

    async def carry(station: Station) -> None:
        await station.stick.export(stick, None, lambda _: None)
        await office.take_in(stick, lambda _: None)
        await place.county.county.rosters.idle()
        await office.export(stick, None, lambda _: None)
        await station.stick.take_in(stick, lambda _: None)

    async with place.station() as station:
        await carry(station)  # the catalogue
        await submit(station, 1)
        await station.renewal.ask()
        await carry(station)
        await station.renewal.look()
        assert station.renewal.ready.is_set()
        assert await states(station) == ["complete"]
    async with place.station() as station:
        assert station.identity.keys.signer.public_bytes() != before
        await station.renewal.look()
        await submit(station, 2)
        await carry(station)
        assert await states(station) == ["complete"] * 2
    assert entry_of(place).former_tls == b""


async def test_a_station_back_after_400_days_delivers_at_once_and_renews_itself(
    place: Place,
) -> None:
    async with place.station() as station:
        await place.exchange(station)
        await station.renewal.look()
        await submit(station, 1)
    keys = load_identity(place.data).keys.signer.public_bytes()
    place.county.authority.add(role=Role.STATION, code="451423103202", name="新村", parent=None)
    await place.county.publish_roster()  # the station's roster is old now
    place.pass_days(400)
    place.clock.jump_wall(ms=-20 * 365 * DAY_MS)  # and its battery is empty: it is 2006 there

    async with place.station() as station:
        await place.exchange(station)
        assert await states(station) == ["complete"]
        await station.renewal.look()  # the job of every hour: a year has gone by
        await place.exchange(station)
        await station.renewal.look()
        assert station.renewal.ready.is_set()
        assert load_identity(place.data).keys.signer.public_bytes() == keys
    async with place.station() as station:
        assert station.identity.keys.signer.public_bytes() != keys
        await submit(station, 2)
        await place.exchange(station)
        await station.renewal.look()
        assert not station.renewal.ready.is_set()
        assert await states(station) == ["complete"] * 2


async def test_a_renewal_for_other_keys_than_the_present_ones_changes_nothing(
    place: Place,
) -> None:
    async with place.station() as station:
        await place.exchange(station)
        await station.renewal.ask()
        await place.exchange(station)
        once = entry_of(place)
        await station.renewal.ask()  # the same again: the answer was lost, it thinks
        await place.exchange(station)
        assert entry_of(place) == once
        old = ask_for_keys(replace(station.identity, folder=place.folder), SystemRandomness())
        await station.renewal.sealing.seal(control_draft(old))
        await place.exchange(station)
        assert entry_of(place) == once


async def test_a_certificate_that_fits_no_key_is_kept_out(place: Place) -> None:
    async with place.station() as station:
        await place.exchange(station)
        certificate = place.county.authority.county_certificate()
        with pytest.raises(SignatureError):
            keep_certificate(station.identity, certificate, place.county.authority.roster())
        await station.renewal.ask()
        with pytest.raises(SignatureError):
            keep_certificate(station.identity, certificate, place.county.authority.roster())
        await station.renewal.look()
        assert not station.renewal.ready.is_set()


async def test_a_hub_renews_its_keys_and_takes_them_when_it_starts_anew(place: Place) -> None:
    node = await join_hub(place)
    data = place.folder / "hub"
    before = load_identity(data)

    async def exchange(hub: HubNode) -> None:
        await talk(
            hub.exchanges.store_for(place.county.relay.node),
            place.county.exchanges.store_for(node),
        )
        await place.county.county.rosters.idle()

    async with open_hub(data, ServerConfig()) as hub:
        await exchange(hub)
        await hub.renewal.look()
        assert not hub.renewal.ready.is_set()
        await hub.renewal.ask()
        await exchange(hub)
        await exchange(hub)
        await hub.renewal.look()
        assert hub.renewal.ready.is_set()
        assert load_identity(data).keys.signer == before.keys.signer
    entry = place.county.authority.roster().nodes[node]
    assert entry.keys is not None
    async with open_hub(data, ServerConfig()) as hub:
        assert hub.relay.identity.keys.signer.public_bytes() == entry.keys.signing
        assert hub.relay.identity.certificate_path.exists()
        await hub.renewal.look()
        assert not hub.renewal.ready.is_set()
        server_context(
            (before.ca,), hub.relay.identity.certificate_path, hub.relay.identity.key_path
        )
        await exchange(hub)
