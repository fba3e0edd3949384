"""What breaks on the way over HTTPS, and what is no exchange."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import web

from protocol.errors import (
    BusyError,
    LineError,
    MalformedError,
    NotOnRosterError,
    UnexpectedError,
    YizhanError,
)
from protocol.exchange.messages import Hello, Idle
from protocol.exchange.wire import encode
from protocol.limits import MAX_JOIN_ANSWER_BYTES
from runtime.line.conversation import Tally
from runtime.line.http import CONTENT_TYPE, ClientLink
from runtime.line.tls import client_context
from tests.builders.envelopes import STATION
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.patience import until
from tests.runtime.line.posting import (
    CA,
    Parent,
    _while_sending,
    make_client,
    make_station,
    post_raw,
    refuse,
    serving,
    station_context,
)


async def test_where_nobody_listens_the_line_is_down(tmp_path: Path) -> None:
    async with make_client("https://127.0.0.1:9", station_context(tmp_path)) as client:
        with pytest.raises(LineError):
            await client.exchange(make_station())
        with pytest.raises(LineError):
            await client.join(b"parcel")


async def test_a_line_that_breaks_loses_nothing_and_the_next_exchange_goes_on(
    tmp_path: Path,
) -> None:
    hub, station = MemoryExchangeStore(name="hub", instance=b"instan-h"), make_station(50, blobs=4)
    parent = Parent(exchange_store=hub)
    first = True

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal first
        if first:
            first = False
            cutting = asyncio.create_task(cut(request))
            response = await parent.exchange(request)
            await cutting
            return response
        return await parent.exchange(request)

    async def cut(request: web.Request) -> None:
        await until(lambda: hub.stored)
        assert request.transport is not None
        request.transport.abort()

    async with (
        serving(tmp_path, handler) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        with pytest.raises(LineError):
            await client.exchange(station)
        await client.exchange(station)
    assert isinstance(parent.ends[0], LineError)
    assert len(hub.stored) == 54
    assert not hub.seen_again
    assert station.waits == {}


async def test_an_exchange_that_lingers_ends_in_order_when_it_is_stopped(tmp_path: Path) -> None:
    parent, station = Parent(), make_station(2)
    async with (
        serving(tmp_path, parent.exchange) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        client.stop()  # nothing runs: nothing happens
        held = asyncio.create_task(client.exchange(station, linger_s=3600))
        await until(lambda: not station.waits)
        client.stop()
        tally = await held
    assert tally.items_up == 2
    assert isinstance(parent.ends[0], Tally)


async def test_a_parent_that_shuts_down_ends_its_exchanges_in_order(tmp_path: Path) -> None:
    parent, station = Parent(), make_station(2)
    async with (
        serving(tmp_path, parent.exchange) as url,
        make_client(url, station_context(tmp_path)) as client,
    ):
        held = asyncio.create_task(client.exchange(station, linger_s=3600))
        await until(lambda: not station.waits)
        parent.running[0].stop()
        await held
    assert station.waits == {}
    assert isinstance(parent.ends[0], Tally)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", LineError),
        (encode(Idle(sent=0, got=0)), UnexpectedError),
        (encode(Hello(instance=b"instance")), UnexpectedError),  # a parent's: no exchange
        (b"\0\0\0\5\1\xc0\xc0\xc0\xc0\xc0", MalformedError),
    ],
)
async def test_a_request_that_does_not_begin_with_a_hello_is_dropped(
    tmp_path: Path, body: bytes, error: type[YizhanError]
) -> None:
    parent = Parent()
    async with serving(tmp_path, parent.exchange) as url:
        await post_raw(url, station_context(tmp_path), body)
    assert isinstance(parent.ends[0], error)


async def test_joining_brings_the_answer_or_the_refusal(tmp_path: Path) -> None:
    async def admit(request: web.Request) -> web.StreamResponse:
        assert request.content_type == CONTENT_TYPE
        return web.Response(body=b"answer to " + await request.read())

    async with (
        serving(tmp_path, admit, admit) as url,
        make_client(url + "/", client_context((CA.der,))) as client,
    ):
        assert await client.join(b"parcel") == b"answer to parcel"
    refusing = refuse(BusyError("12 letters"))
    async with (
        serving(tmp_path, refusing, refusing) as url,
        make_client(url, client_context((CA.der,))) as client,
    ):
        with pytest.raises(BusyError):
            await client.join(b"parcel")


async def test_an_answer_to_a_join_has_a_limit(tmp_path: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        piece = bytes(2**20)
        for _ in range(MAX_JOIN_ANSWER_BYTES // len(piece) + 5):
            await response.write(piece)
        return response

    async with (
        serving(tmp_path, endless, endless) as url,
        make_client(url, client_context((CA.der,))) as client,
    ):
        with pytest.raises(MalformedError):
            await client.join(b"parcel")


async def test_a_client_outside_its_with_block_is_a_fault_of_the_program(tmp_path: Path) -> None:
    client = make_client("https://127.0.0.1:9", station_context(tmp_path))
    with pytest.raises(RuntimeError, match="async with"):
        await client.join(b"parcel")


async def test_what_is_sent_becomes_the_request_body_and_ends_with_finish() -> None:
    link = ClientLink()
    body = [piece async for piece in _while_sending(link)]
    assert body == [b"one", b"two"]


async def test_when_the_line_is_dropped_everybody_who_waits_for_it_goes() -> None:
    link = ClientLink()
    await link.send(b"fills the pipe")
    sending = asyncio.create_task(link.send(b"waits"))
    receiving = asyncio.create_task(link.receive())
    await asyncio.sleep(0)
    link.abort()
    for task in (sending, receiving):
        with pytest.raises(LineError):
            await task
    await link.closed()


async def test_the_first_reason_of_a_failure_is_the_one_that_counts() -> None:
    link = ClientLink()
    link.fail(NotOnRosterError(STATION))
    link.fail(LineError("the line broke"))
    with pytest.raises(NotOnRosterError):
        await link.receive()
    with pytest.raises(NotOnRosterError):
        await link.send(b"data")
