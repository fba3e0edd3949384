"""Whoever answers at the county's address, over real TLS: the county, or somebody else."""

import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from central.relay.exchange.endpoint import Endpoint
from protocol.codec import altered, unpack
from protocol.envelope.keys import Signer
from protocol.errors import YizhanError
from protocol.exchange.catching_up import RosterQuestion, roster_answer
from protocol.exchange.messages import EditionNews
from protocol.exchange.refusal import refusal_bytes, refusal_of
from protocol.ids import NodeId
from protocol.trust.certificate import certificate_key_hash, certificate_pem, key_pem, tls_request
from protocol.trust.roster import Role, Roster, RosterEntry
from provisioning.x509 import TlsAuthority, new_tls_authority
from runtime.line.http import EXCHANGE_PATH, ROSTER_PATH
from runtime.line.tls import server_context
from runtime.system import SystemRandomness
from tests.system.keys.renewing import Place


def free_url() -> str:
    """An address on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"https://127.0.0.1:{probe.getsockname()[1]}"


@asynccontextmanager
async def answering(
    url: str, application: web.Application, context: ssl.SSLContext
) -> AsyncIterator[None]:
    """Somebody answers at ``url``."""
    runner = web.AppRunner(
        application, access_log=None, auto_decompress=False, shutdown_timeout=0.2
    )
    await runner.setup()
    try:
        port = urlsplit(url).port
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
        yield
    finally:
        await runner.cleanup()


def county_application(place: Place) -> web.Application:
    """What the county really serves."""
    return Endpoint(
        place.county.exchanges, place.county.admit, randomness=SystemRandomness(), max_exchanges=8
    ).application()


@dataclass(kw_only=True)
class TlsKeys:
    """A TLS key, and the certificate of an authority for it."""

    authority: TlsAuthority
    node: NodeId
    url: str
    folder: Path
    secret: bytes = field(default_factory=lambda: SystemRandomness().token(32))

    def __post_init__(self) -> None:
        self.request = tls_request(self.node, self.secret)
        self.certificate = self.authority.issue(
            self.request, self.node, Role.COUNTY, self.url, SystemRandomness()
        )

    @property
    def hash(self) -> bytes:
        return certificate_key_hash(self.certificate)

    def context(self, *children: bytes) -> ssl.SSLContext:
        """A server with these keys, for children of these authorities."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "tls.pem").write_bytes(certificate_pem(self.certificate))
        (self.folder / "tls.key").write_bytes(key_pem(self.secret))
        return server_context(children, self.folder / "tls.pem", self.folder / "tls.key")


def another_authority(node: NodeId) -> TlsAuthority:
    """A TLS authority that no kit names."""
    randomness = SystemRandomness()
    return new_tls_authority(randomness.token(32), node, randomness)


async def rekey_county(place: Place, keys: TlsKeys) -> None:
    """The county takes ``keys``, of another TLS authority than the one in the kits."""
    authority, node = place.county.authority, place.county.relay.node

    def entry(roster: Roster) -> RosterEntry:
        authorities = (keys.authority.certificate, authority.ca_der)
        return altered(roster.nodes[node], tls=keys.hash, authorities=authorities)

    authority.change(node, entry)
    await place.county.publish_roster()


@dataclass(kw_only=True)
class Impostor:
    """Answers as it likes, and remembers what it was told."""

    news: Sequence[EditionNews | None] = ()  # to each question for a roster
    time: bytes = b""  # to each question, too
    refusal: tuple[YizhanError, Signer] | None = None
    exchanges: int = 0
    questions: list[RosterQuestion] = field(default_factory=list)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post(EXCHANGE_PATH, self._exchange)
        app.router.add_post(ROSTER_PATH, self._roster)
        return app

    async def _exchange(self, request: web.Request) -> web.StreamResponse:
        self.exchanges += 1
        if self.refusal is None:
            await request.read()
            return web.Response(body=b"")
        error, signer = self.refusal
        return web.Response(
            status=403, body=refusal_bytes(signer, refusal_of(error, node="00" * 8, at_ms=1))
        )

    async def _roster(self, request: web.Request) -> web.StreamResponse:
        self.questions.append(unpack(await request.read(), RosterQuestion))
        news = self.news[(len(self.questions) - 1) % len(self.news)] if self.news else None
        return web.Response(body=roster_answer(news, news.body if news else b"", self.time))
