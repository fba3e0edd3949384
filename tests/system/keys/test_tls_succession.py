"""Another TLS authority, met by nodes that were away, and by a county that was put back.

Real TLS on loopback, the real programs of county, hub and station on both ends of it.
"""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from central.county.app import open_county
from central.hub.app import open_hub
from central.relay.exchange.upstream import run_until_stopped
from central.server.config import ServerConfig
from central.server.serving import NodeTls
from protocol.errors import (
    ParentStrangeError,
    RekeyError,
    RekeyUnsafeError,
    RekeyWaitingError,
    UsageError,
)
from protocol.trust.certificate import certificate_der, is_issued_by
from runtime.cli.command import silent
from runtime.line.tls import server_context
from runtime.node.identity import load_identity
from station_agent.app import Station
from tests.builders.clerk import status_of
from tests.builders.patience import until
from tests.system.joining.strangers import (
    Impostor,
    TlsKeys,
    answering,
    county_application,
    free_url,
)
from tests.system.keys.renewing import Place, join_hub
from tests.system.keys.test_renewal import submit


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """A station that holds the catalogue."""
    async with Place.open(tmp_path, free_url()) as place:
        async with place.station() as station:
            await place.exchange(station)
        yield place


async def do(place: Place, verb: str, key: str = "tls", **args: Any) -> dict[str, Any]:
    state: dict[str, Any] = await place.county.operations[f"county.rekey-{verb}"](
        {"key": key, **args}, silent
    )
    return state


async def succeed(place: Place, *, drop: bool) -> None:
    await do(place, "announce")
    await do(place, "use", force=True)
    if drop:
        await do(place, "drop", anyway=True)


@asynccontextmanager
async def serving(place: Place) -> AsyncIterator[None]:
    """The county answers, with the certificate and the authorities that it has now."""
    context = NodeTls(place.county.relay).context
    url = place.county.relay.editions.roster.county()[1].url
    async with answering(url, county_application(place), context):
        yield


def issued_by(folder: Path, authority: bytes) -> bool:
    return is_issued_by(certificate_der(load_identity(folder).certificate), authority)


async def states(station: Station) -> list[str]:
    shown = (await status_of(station))["applications"]
    return [one["state"] for one in shown]


async def deliver(place: Place, station: Station) -> None:
    """What waits is complete after two exchanges by line."""
    await station.exchanges.service.now()
    await place.county.county.rosters.idle()
    await station.exchanges.service.now()
    assert set(await states(station)) == {"complete"}


@pytest.mark.parametrize("drop", [False, True])
async def test_a_station_that_was_away_for_400_days_delivers_at_its_first_call(
    place: Place, drop: bool
) -> None:
    async with place.station() as station:
        await submit(station, 1)
    await succeed(place, drop=drop)
    place.pass_days(400)
    async with serving(place), place.station() as station:
        before = station.exchanges.parentage.held.roster.version
        await station.exchanges.service.now()
        assert station.exchanges.parentage.held.roster.version > before
        await deliver(place, station)
        assert issued_by(place.data, place.county.authority.ca_der) is drop


async def test_without_an_old_authority_there_is_nothing_to_drop(place: Place) -> None:
    await succeed(place, drop=True)  # the station has no certificate of the new one yet
    with pytest.raises(RekeyError, match="没有旧的"):
        await do(place, "drop")


async def test_by_line_it_asks_for_a_certificate_once_and_goes_on_with_it(place: Place) -> None:
    await succeed(place, drop=False)
    after = place.county.authority.ca_der
    async with serving(place):
        async with place.station() as station:
            await station.exchanges.service.now()  # brings the roster
            await station.renewal.look()
            await station.renewal.look()
            await station.exchanges.service.now()
            await station.exchanges.service.now()
            assert issued_by(place.data, after)
            assert not station.renewal.ready.is_set()
            await station.renewal.look()
            assert station.renewal.ready.is_set()
            assert (await do(place, "status"))["not_over"] == 1
            place.county_clock.pass_s(
                700
            )  # words of a later start go by a later time of the county
            await station.exchanges.service.now()
            await station.exchanges.service.close()
        with pytest.raises(RekeyWaitingError):
            await do(place, "drop")
        async with place.station() as station:  # it starts anew
            await station.exchanges.service.now()
        assert (await do(place, "status"))["not_over"] == 0
        assert (await do(place, "drop"))["old"] == 0
    with pytest.raises(RekeyError):
        await do(place, "drop")
    async with serving(place), place.station() as station:
        await submit(station, 1)
        await deliver(place, station)
    found = [e for e in place.county.authority.audit.newest(0, 50) if "rekey" in e.action]
    assert {entry.action for entry in found} >= {"county.rekey-drop", "county.rekey-use"}


async def test_a_station_that_has_no_line_gets_it_by_stick(place: Place, tmp_path: Path) -> None:
    await succeed(place, drop=True)
    out, back = tmp_path / "out", tmp_path / "back"
    county = place.county.operations
    await county["county.stick-export"]({"folder": str(out), "for": place.node}, silent)
    async with place.station() as station:
        await station.stick.take_in(out, silent)
        await station.renewal.look()
        await station.stick.export(back, None, silent)
        await county["county.stick-import"]({"folder": str(back)}, silent)
        await county["county.stick-export"]({"folder": str(out), "for": place.node}, silent)
        await station.stick.take_in(out, silent)
        await station.renewal.look()
        assert station.renewal.ready.is_set()
    assert issued_by(place.data, place.county.authority.ca_der)


async def test_a_station_that_hears_of_the_drop_by_stick_is_let_in_by_line_at_once(
    place: Place, tmp_path: Path
) -> None:
    async with place.station() as station, serving(place):
        await submit(station, 1)
        await station.exchanges.service.now()  # it holds a connection to the county, which ends now
    await succeed(place, drop=True)
    args = {"folder": str(tmp_path), "for": place.node}
    await place.county.operations["county.stick-export"](args, silent)
    async with place.station() as station, serving(place):
        await station.stick.take_in(tmp_path, silent)
        held = station.exchanges.parentage.held.roster
        assert held.version == place.county.authority.roster().version
        await deliver(place, station)
        assert issued_by(place.data, place.county.authority.ca_der)
        await station.exchanges.service.close()


@pytest.mark.parametrize("drop", [False, True])
async def test_a_hub_that_was_away_comes_over_too(place: Place, drop: bool) -> None:
    await join_hub(place)
    await succeed(place, drop=drop)
    async with serving(place), open_hub(place.folder / "hub", ServerConfig()) as hub:
        stopped, watching = asyncio.Event(), asyncio.create_task(hub.renewal.watch())
        running = asyncio.create_task(run_until_stopped(hub.upstream, stopped))
        try:
            await asyncio.wait_for(hub.renewal.ready.wait(), 60)
        finally:
            watching.cancel()
            stopped.set()
            await running
        assert issued_by(place.folder / "hub", place.county.authority.ca_der)


async def test_what_a_dropped_authority_has_issued_is_believed_by_no_station(
    place: Place, tmp_path: Path
) -> None:
    """Not for a thief's key, and not even for the county's own."""
    thief = TlsKeys(
        authority=place.county.authority._issuer.present,
        node=place.county.relay.node,
        url=place.county.relay.identity.county.url,
        folder=tmp_path / "thief",
    )
    node = place.folder / "county" / "node"
    shutil.copytree(node, tmp_path / "old")
    await succeed(place, drop=True)
    async with serving(place), place.station() as station:
        await station.exchanges.service.now()  # it comes over, and has the roster
        assert issued_by(place.data, place.county.authority.ca_der)
        await station.exchanges.service.close()
    here = place.county.authority.ca_der
    old = server_context((here,), tmp_path / "old" / "tls.pem", tmp_path / "old" / "tls.key")
    async with place.station() as station:
        await submit(station, 1)
        for context in (thief.context(here), old):
            impostor = Impostor()
            async with answering(thief.url, impostor.application(), context):
                with pytest.raises(ParentStrangeError):
                    await station.exchanges.service.now()
            assert impostor.exchanges == 0
        assert await states(station) == ["saved"]


async def test_a_county_that_was_put_back_to_before_the_announcement_strands_nobody(
    place: Place, tmp_path: Path
) -> None:
    first = place.county.authority.ca_der
    shutil.copytree(place.folder / "county", tmp_path / "copy")
    await succeed(place, drop=True)
    async with serving(place), place.station() as station:
        await station.exchanges.service.now()
        assert issued_by(place.data, place.county.authority.ca_der)
        await submit(station, 1)
        await station.exchanges.service.close()
    async with open_county(tmp_path / "copy", ServerConfig()) as county:
        await county.move_ahead(100)
        again = replace(place, county=county)
        assert county.authority.ca_der == first
        async with serving(again), place.station() as station:
            await deliver(again, station)
            assert issued_by(place.data, first)
        await succeed(again, drop=True)
        async with serving(again), place.station() as station:
            await submit(station, 2)
            await deliver(again, station)
            assert issued_by(place.data, county.authority.ca_der)


async def test_a_backup_has_the_announced_one_and_nothing_less_will_do(
    place: Place, tmp_path: Path
) -> None:
    await do(place, "announce")
    with pytest.raises(RekeyUnsafeError):
        await do(place, "use")
    with pytest.raises(RekeyError):
        await do(place, "announce")
    await place.county.operations["county.backup"]({"to": str(tmp_path / "backup")}, silent)
    assert (await do(place, "use"))["old"] == 1


@pytest.mark.parametrize("key", ["opening", "signing"])
async def test_the_other_keys_are_not_dropped(place: Place, key: str) -> None:
    with pytest.raises(UsageError):
        await do(place, "drop", key=key, anyway=True)


async def test_the_county_shows_its_certificate_after_a_cut_between_both_writes(
    place: Place,
) -> None:
    authority = place.county.authority
    authority.succession.announce(authority.succession.prepare(), 1)
    authority.succession.use(stolen=False)
    assert not issued_by(place.folder / "county", authority.ca_der)
    after = authority.ca_der
    async with open_county(place.folder / "county", ServerConfig()):
        assert issued_by(place.folder / "county", after)


async def test_a_running_server_goes_by_the_newest_roster(place: Place) -> None:
    tls, contexts = NodeTls(place.county.relay), list[ssl.SSLContext]()
    tls.follow(contexts.append)
    first = tls.context
    await place.county.publish_roster()
    assert contexts == []
    await succeed(place, drop=True)
    await until(lambda: len(contexts) == 3)
    assert first not in contexts
    counted = [len(context.get_ca_certs()) for context in (first, *contexts)]
    assert counted == [1, 2, 2, 1]
