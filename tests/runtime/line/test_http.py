"""The same exchange over HTTPS on loopback: real TLS, real streams, real refusals."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from protocol.certificate import certificate_key_hash
from protocol.depot import Depot
from protocol.errors import (
    BusyError,
    KitForeignError,
    LineError,
    MalformedError,
    NotOnRosterError,
    ParentStrangeError,
    UnexpectedError,
    YizhanError,
)
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_ANSWER_BYTES
from protocol.messages import Hello, Idle
from protocol.refusal import refusal_bytes, refusal_of
from protocol.wire import encode
from runtime.line.client import ParentClient
from runtime.line.converse import Conversation, Tally
from runtime.line.http import CONTENT_TYPE, EXCHANGE_PATH, JOIN_PATH, ClientLink
from runtime.line.server import ExchangeResponse, answer_exchange, caller
from runtime.line.tls import client_context, server_context
from runtime.system import SystemClock, SystemRandomness
from tests.builders.certificates import SmallCa
from tests.builders.chance import SeededRandomness
from tests.builders.depots import MemoryDepot
from tests.builders.envelopes import HUB, STATION, keys_of
from tests.builders.patience import until

CA = SmallCa()
OTHER_CA = SmallCa(secret=bytes(32))
HUB_TLS, STATION_TLS = b"h" * 32, b"s" * 32
CLOCK = SystemClock()
NOISE = SeededRandomness(6).token(300_000)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(kw_only=True)
class Parent:
    """A hub that holds exchanges with one depot, and remembers how they ended."""

    depot: Depot = field(default_factory=lambda: MemoryDepot(name="hub", instance=b"instan-h"))
    callers: list[tuple[NodeId, bytes] | None] = field(default_factory=list)
    ends: list[Tally | YizhanError] = field(default_factory=list)
    running: list[Conversation] = field(default_factory=list)
    connections: set[int] = field(default_factory=set)

    async def exchange(self, request: web.Request) -> web.StreamResponse:
        self.callers.append(caller(request))
        self.connections.add(id(request.transport))
        response = ExchangeResponse()
        await response.prepare(request)
        try:
            self.ends.append(
                await answer_exchange(
                    request, response, self.depot, CLOCK, running=self.running.append
                )
            )
        except YizhanError as exc:
            self.ends.append(exc)
        return response


def refuse(error: YizhanError, *, signer: NodeId = HUB, retry_after_s: int = 0) -> Handler:
    """A handler that refuses with ``error``."""

    async def handler(request: web.Request) -> web.StreamResponse:
        refusal = refusal_of(error, node=HUB, at_ms=1, retry_after_s=retry_after_s)
        return web.Response(status=403, body=refusal_bytes(keys_of(signer).signer, refusal))

    return handler


@asynccontextmanager
async def serving(
    folder: Path,
    exchange: Handler,
    join: Handler | None = None,
    *,
    node: str = HUB,
    ca: SmallCa = CA,
    files: tuple[Path, Path] | None = None,
) -> AsyncIterator[str]:
    """The URL of a hub that answers with these handlers."""
    app = web.Application(client_max_size=2**20)
    app.router.add_post(EXCHANGE_PATH, exchange)
    app.router.add_post(JOIN_PATH, join or exchange)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=1.0)
    await runner.setup()
    context = server_context((ca.der,), *(files or ca.files(folder, node, HUB_TLS)))
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"https://{host}:{port}"
    finally:
        await runner.cleanup()


def station_context(folder: Path, ca: SmallCa = CA) -> ssl.SSLContext:
    return client_context((ca.der,), *ca.files(folder, STATION, STATION_TLS))


def make_client(
    url: str, context: ssl.SSLContext, tls_keys: frozenset[bytes] | None = None
) -> ParentClient:
    return ParentClient(
        url=url,
        parent=HUB,
        context=context,
        clock=CLOCK,
        randomness=SystemRandomness(),
        signing_key=lambda: keys_of(HUB).public().signing,
        tls_keys=None if tls_keys is None else lambda: tls_keys,
    )


def make_station(envelopes: int = 0, blobs: int = 0) -> MemoryDepot:
    depot = MemoryDepot(name="station", instance=b"instan-s")
    for n in range(envelopes):
        depot.queue_envelope(b"application %d" % n + NOISE[:600])
    for n in range(blobs):
        depot.queue_blob(b"%d" % n + NOISE)
    return depot


async def test_everything_goes_up_and_down_in_one_post(tmp_path: Path) -> None:
    hub, station = MemoryDepot(name="hub", instance=b"instan-h"), make_station(300, blobs=2)
    for n in range(200):
        hub.queue_envelope(b"result %d" % n)
    parent = Parent(depot=hub)
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


async def test_where_nobody_listens_the_line_is_down(tmp_path: Path) -> None:
    async with make_client("https://127.0.0.1:9", station_context(tmp_path)) as client:
        with pytest.raises(LineError):
            await client.exchange(make_station())
        with pytest.raises(LineError):
            await client.join(b"parcel")


async def test_a_line_that_breaks_loses_nothing_and_the_next_exchange_goes_on(
    tmp_path: Path,
) -> None:
    hub, station = MemoryDepot(name="hub", instance=b"instan-h"), make_station(50, blobs=4)
    parent = Parent(depot=hub)
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


async def post_raw(url: str, context: ssl.SSLContext, body: bytes) -> bytes:
    """A request of bare bytes, and everything that comes back."""
    host, port = url.removeprefix("https://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), ssl=context)
    head = f"POST {EXCHANGE_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    try:
        return await reader.read()
    finally:
        writer.close()


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


# the child's end of the stream by itself


async def test_what_is_sent_becomes_the_request_body_and_ends_with_finish() -> None:
    link = ClientLink()
    body = [piece async for piece in _while_sending(link)]
    assert body == [b"one", b"two"]


async def _while_sending(link: ClientLink) -> AsyncIterator[bytes]:
    async def send() -> None:
        await link.send(b"one")
        await link.send(b"two")
        await link.finish()

    sending = asyncio.create_task(send())
    async for piece in link.body():
        yield piece
    await sending


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
