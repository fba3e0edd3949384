"""The child's side of HTTPS: exchanges with the parent, and joining through it.

Source: docs/protocol.md sections 8 and 10.
"""

import asyncio
import ssl
from collections.abc import Callable, Collection
from typing import Self

import aiohttp
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from protocol.envelope.keys import Publics
from protocol.errors import (
    KitForeignError,
    LineError,
    MalformedError,
    ParentStrangeError,
    SignatureError,
    YizhanError,
)
from protocol.exchange.refusal import read_refusal
from protocol.exchange.store import ExchangeStore
from protocol.ids import NONCE_BYTES, NodeId
from protocol.limits import MAX_JOIN_ANSWER_BYTES
from protocol.ports import Clock, Randomness
from protocol.trust.certificate import certificate_key_hash, certificate_node
from runtime.line.conversation import Conversation, Tally
from runtime.line.http import CONTENT_TYPE, EXCHANGE_PATH, JOIN_PATH, ClientLink
from runtime.line.sockets import answer_with_acks, calling_socket

_CONNECT_S = (10.0, 60.0)  # doubles while it is too short: a line may be back, or be very slow
_JOIN_CONNECT_S = 30.0
_ANSWER_S = 120.0  # for a join: the hub may have to ask the county
_REFUSAL_BYTES = 4096
_OK = 200
_QUIET_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")  # bytes on a slow line


class _Connector(aiohttp.TCPConnector):
    """Looks at the certificate of each connection before a byte of a request goes over it."""

    def __init__(self, context: ssl.SSLContext, check: Callable[[bytes | None], None]) -> None:
        super().__init__(
            ssl=context, limit=2, keepalive_timeout=1800, socket_factory=calling_socket
        )
        self._check = check

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - as aiohttp has it
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        tls = connection.transport.get_extra_info("ssl_object") if connection.transport else None
        try:
            self._check(tls.getpeercert(binary_form=True) if tls else None)
        except BaseException:
            connection.close()
            raise
        made = connection.transport.get_extra_info("socket") if connection.transport else None
        if made is not None:
            answer_with_acks(made)
        return connection


class ParentClient:
    """Calls one parent; keeps its connection between exchanges. Use ``async with``.

    ``tls_keys`` says by which TLS keys the held roster knows the parent: a connection to anybody
    else is dropped before anything is said on it. None while joining, when no roster is held:
    then the certificate must be of the county and name the parent.

    To join, ``parent`` may be empty: any node of the county may pass the request on, because the
    answer proves by itself that it comes from the county.
    """

    def __init__(
        self,
        *,
        url: str,
        parent: NodeId,
        context: ssl.SSLContext,
        clock: Clock,
        randomness: Randomness,
        signing_key: Callable[[], Publics | None] = lambda: None,
        tls_keys: Callable[[], Collection[bytes]] | None = None,
    ) -> None:
        self._url, self._parent, self._context = url.rstrip("/"), parent, context
        self._tls_keys = tls_keys
        self._clock, self._randomness, self._signing_key = clock, randomness, signing_key
        self._http: aiohttp.ClientSession | None = None
        self._connect_s = _CONNECT_S[0]
        self._conversation: Conversation | None = None

    @property
    def parent(self) -> NodeId:
        """The node that it calls."""
        return self._parent

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            connector=_Connector(self._context, self._check_parent),
            skip_auto_headers=_QUIET_HEADERS,
            auto_decompress=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()

    async def exchange(
        self,
        exchange_store: ExchangeStore,
        *,
        linger_s: int = 0,
        report: Callable[[Tally], None] | None = None,
    ) -> Tally:
        """One exchange with the parent.

        Args:
            linger_s: how long to keep it open once both sides have nothing to say.
            report: called when the parent has said who it is, and whenever something was moved.

        Raises:
            LineError: the parent can't be reached, or the line broke.
            RefusedError: the parent refuses us, in words.
        """
        greeting = await exchange_store.greeting()
        hello = greeting.hello(self._randomness.token(NONCE_BYTES), linger_s=linger_s)
        link = ClientLink()
        conversation = Conversation(
            link=link,
            exchange_store=exchange_store,
            clock=self._clock,
            hello=hello,
            child=True,
            careful=greeting.careful,
            report=report,
        )
        self._conversation = conversation
        post = asyncio.create_task(self._post(link))
        try:
            return await conversation.run()
        finally:
            self._conversation = None
            link.abort()
            post.cancel()
            await asyncio.wait({post})

    def stop(self) -> None:
        """End the running exchange in order."""
        if self._conversation is not None:
            self._conversation.stop()

    async def join(self, parcel: bytes) -> bytes:
        """Post a join request; the answer's bytes.

        Raises:
            LineError: the parent, or the county behind it, can't be reached.
            KitForeignError: who answers does not belong to the kit's county.
            RefusedError: the county refuses, in words.
        """
        try:
            async with self._session().post(
                self._url + JOIN_PATH,
                data=parcel,
                headers={"Content-Type": CONTENT_TYPE},
                timeout=aiohttp.ClientTimeout(total=_ANSWER_S, sock_connect=_JOIN_CONNECT_S),
                allow_redirects=False,
            ) as response:
                await self._check_status(response)
                return await _read_bounded(response, MAX_JOIN_ANSWER_BYTES)
        except aiohttp.ClientConnectorCertificateError:
            raise KitForeignError(self._url) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise LineError(f"{self._url}: {type(exc).__name__}") from None

    async def _post(self, link: ClientLink) -> None:
        """Make the request whose body is ``link``, and hand the response over to it."""
        try:
            async with self._session().post(
                self._url + EXCHANGE_PATH,
                data=link.body(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._connect_s),
                allow_redirects=False,
            ) as response:
                self._connect_s = _CONNECT_S[0]
                await self._check_status(response)
                link.attach(response)
                await link.closed()
        except YizhanError as exc:
            link.fail(exc)
        except aiohttp.ClientConnectorCertificateError:
            link.fail(ParentStrangeError(f"{self._url} is of an authority that we do not know"))
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            if isinstance(exc, aiohttp.ConnectionTimeoutError):
                self._connect_s = min(2 * self._connect_s, _CONNECT_S[1])
            link.fail(LineError(f"{self._url}: {type(exc).__name__}"))

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            raise RuntimeError("use 'async with' around a ParentClient")
        return self._http

    def _check_parent(self, der: bytes | None) -> None:
        """Raise unless the certificate is the parent's.

        Raises:
            KitForeignError: while joining: it names another node.
            ParentStrangeError: it has another key than the roster says.
        """
        try:
            named = certificate_node(der or b"")
            key = certificate_key_hash(der or b"")
        except MalformedError:
            named, key = NodeId(""), b""
        if self._tls_keys is not None:
            if named != self._parent or key not in self._tls_keys():
                raise ParentStrangeError(f"{self._url} shows a key that is not of {self._parent}")
        elif not named or (self._parent and named != self._parent):
            raise KitForeignError(f"{self._url} answers, but is not node {self._parent}")

    async def _check_status(self, response: aiohttp.ClientResponse) -> None:
        if response.status == _OK:
            return
        body = await _read_bounded(response, _REFUSAL_BYTES)
        try:
            error, pause_s = read_refusal(body, self._signing_key())
        except (MalformedError, SignatureError):
            error, pause_s = LineError(f"{self._url} answers HTTP {response.status}"), 0
        raise error.asks_pause(pause_s)


async def _read_bounded(response: aiohttp.ClientResponse, limit: int) -> bytes:
    data = bytearray()
    async for piece in response.content.iter_chunked(65536):
        data += piece
        if len(data) > limit:
            raise MalformedError(f"an answer of more than {limit} bytes")
    return bytes(data)
