"""An exchange and a refusal over HTTPS, each with the certificate of its node."""

from pathlib import Path

import pytest
from aiohttp import web

from protocol.errors import (
    BusyError,
    KitForeignError,
    LineError,
    NotOnRosterError,
    ParentStrangeError,
    YizhanError,
)
from protocol.ids import NodeId
from protocol.trust.certificate import certificate_key_hash
from runtime.line.catching_up import ask_for_roster
from runtime.line.conversation import Tally
from runtime.line.tls import client_context
from runtime.system import SystemClock
from tests.builders.envelopes import HUB, STATION
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.runtime.line.posting import (
    CA,
    HUB_TLS,
    OTHER_CA,
    STATION_TLS,
    Parent,
    make_client,
    make_station,
    refuse,
    serving,
    station_context,
)


async def test_everything_goes_up_and_down_in_one_post(tmp_path: Path) -> None:
    hub, station = MemoryExchangeStore(name="hub", instance=b"instan-h"), make_station(300, blobs=2)
    for n in range(200):
        hub.queue_envelope(b"result %d" % n)
    parent = Parent(exchange_store=hub)
    async with (
        serving(tmp_path, parent.exchange) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        assert client.parent == HUB
        tally = await client.exchange(station)
    assert (tally.items_up, tally.items_down) == (300 + 2 * 7, 200)
    assert len(hub.stored) == 302
    assert len(station.stored) == 200
    assert hub.waits == station.waits == {}
    assert hub.partings == station.partings == [True]
    assert isinstance(parent.ends[0], Tally)


async def test_the_parent_knows_who_calls_by_the_certificate(tmp_path: Path) -> None:
    parent = Parent()
    async with serving(tmp_path, parent.exchange) as url:
        async with make_client(url, station_context(tmp_path)) as client:
            await client.exchange(make_station())
        async with make_client(url, client_context((CA.der,))) as client:
            await client.exchange(make_station())
    key_hash = certificate_key_hash(CA.certificate(STATION, STATION_TLS))
    assert parent.callers == [(STATION, key_hash), None]


async def test_a_kept_connection_serves_the_next_exchange_with_few_bytes(tmp_path: Path) -> None:
    parent, station = Parent(), make_station(1)
    async with (
        serving(tmp_path, parent.exchange) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        await client.exchange(station)
        for _ in range(3):
            tally = await client.exchange(station)
            assert tally.bytes_up + tally.bytes_down < 250
    assert len(parent.connections) == 1


async def test_a_refusal_in_words_reaches_the_caller_with_its_pause(tmp_path: Path) -> None:
    station = make_station(3)
    handler = refuse(BusyError("40 exchanges"), retry_after_s=60)
    async with (
        serving(tmp_path, handler) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(BusyError) as caught:
            await client.exchange(station)
    assert (caught.value.quote, caught.value.retry_after_s) == ("40 exchanges", 60)
    assert len(station.waits) == 3
    assert station.partings == [False]


async def test_a_refusal_that_the_parent_did_not_sign_is_a_matter_of_the_line(
    tmp_path: Path,
) -> None:
    handler = refuse(NotOnRosterError(STATION), signer=STATION)
    async with (
        serving(tmp_path, handler) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(LineError, match="HTTP 403"):
            await client.exchange(make_station())


@pytest.mark.parametrize("body", [b"", b"<html>captive portal</html>", bytes(3000)])
async def test_so_is_any_other_answer(tmp_path: Path, body: bytes) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=502, body=body)

    async with (
        serving(tmp_path, handler) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(LineError, match="HTTP 502"):
            await client.exchange(make_station(2))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("joins", [False, True])
async def test_nobody_sends_a_child_elsewhere(tmp_path: Path, status: int, *, joins: bool) -> None:
    """What answers in the parent's place could else lead its children to any address inside."""

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, headers={"Location": f"{url}/elsewhere"})

    async with (
        serving(tmp_path, handler) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(LineError, match=f"HTTP {status}"):
            await (client.join(b"parcel") if joins else client.exchange(make_station()))
        context = station_context(tmp_path)
        with pytest.raises(LineError, match=f"HTTP {status}"):
            await ask_for_roster(url, 1, context=context, clock=SystemClock())


async def test_a_refusal_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(status=500, body=bytes(10**6))

    async with (
        serving(tmp_path, handler) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(YizhanError):
            await client.exchange(make_station())


async def test_a_200_that_is_not_ours_brings_nothing(tmp_path: Path) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"<html>welcome to the hotel</html>")

    station = make_station(2)
    async with (
        serving(tmp_path, handler) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(YizhanError):
            await client.exchange(station)
    assert len(station.waits) == 2


async def test_a_parent_that_is_another_node_of_our_county_is_refused(tmp_path: Path) -> None:
    async def admit(_: web.Request) -> web.Response:
        return web.Response(body=b"admitted")

    parent, station = Parent(), make_station(5)
    async with (
        serving(tmp_path, parent.exchange, admit, node=STATION) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(KitForeignError):
            await client.exchange(station)
        with pytest.raises(KitForeignError):
            await client.join(b"parcel")
    assert len(station.waits) == 5


@pytest.mark.parametrize(("node", "secret"), [(STATION, HUB_TLS), (HUB, b"o" * 32)])
async def test_with_a_roster_both_key_and_name_of_the_parent_must_be_right(
    tmp_path: Path, node: NodeId, secret: bytes
) -> None:
    parent, station = Parent(), make_station(5)
    known = frozenset({certificate_key_hash(CA.certificate(HUB, HUB_TLS))})
    files = CA.files(tmp_path, node, secret)
    async with (
        serving(tmp_path, parent.exchange, files=files) as url,
        make_client(url, station_context(tmp_path), known) as client,
    ):
        with pytest.raises(ParentStrangeError):
            await client.exchange(station)
    assert parent.callers == []  # not even the head of a request went up
    assert len(station.waits) == 5
    async with (
        serving(tmp_path, parent.exchange) as url,
        make_client(url, station_context(tmp_path), known) as client,
    ):
        await client.exchange(station)
    assert station.waits == {}


async def test_a_parent_of_another_county_can_not_be_reached(tmp_path: Path) -> None:
    async with (
        serving(tmp_path, Parent().exchange, ca=OTHER_CA) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(LineError):
            await client.exchange(make_station())
        with pytest.raises(KitForeignError):
            await client.join(b"parcel")
