"""A parent that serves on loopback and its child, for tests over HTTPS."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from protocol.errors import (
    YizhanError,
)
from protocol.exchange.refusal import refusal_bytes, refusal_of
from protocol.exchange.store import ExchangeStore
from protocol.ids import NodeId
from runtime.line.client import ParentClient
from runtime.line.conversation import Conversation, Tally
from runtime.line.http import EXCHANGE_PATH, JOIN_PATH, ROSTER_PATH, ClientLink
from runtime.line.server import ExchangeResponse, answer_exchange, caller
from runtime.line.tls import client_context, server_context
from runtime.system import SystemClock, SystemRandomness
from tests.builders.certificates import SmallCa
from tests.builders.chance import SeededRandomness
from tests.builders.envelopes import HUB, STATION, keys_of
from tests.builders.lines.exchange_stores import MemoryExchangeStore

CA = SmallCa()


OTHER_CA = SmallCa(secret=bytes(32))


HUB_TLS, STATION_TLS = b"h" * 32, b"s" * 32


CLOCK = SystemClock()


NOISE = SeededRandomness(6).token(300_000)


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(kw_only=True)
class Parent:
    """A hub that holds exchanges with one depot, and remembers how they ended."""

    exchange_store: ExchangeStore = field(
        default_factory=lambda: MemoryExchangeStore(name="hub", instance=b"instan-h")
    )
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
                    request, response, self.exchange_store, CLOCK, running=self.running.append
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
    app.router.add_post(ROSTER_PATH, exchange)
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


def make_station(envelopes: int = 0, blobs: int = 0) -> MemoryExchangeStore:
    exchange_store = MemoryExchangeStore(name="station", instance=b"instan-s")
    for n in range(envelopes):
        exchange_store.queue_envelope(b"application %d" % n + NOISE[:600])
    for n in range(blobs):
        exchange_store.queue_blob(b"%d" % n + NOISE)
    return exchange_store


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


async def _while_sending(link: ClientLink) -> AsyncIterator[bytes]:
    async def send() -> None:
        await link.send(b"one")
        await link.send(b"two")
        await link.finish()

    sending = asyncio.create_task(send())
    async for piece in link.body():
        yield piece
    await sending
