"""The parent's side of HTTPS: one exchange that a child has opened, and refusals in words.

Source: docs/protocol.md sections 8 and 8.6.
"""

import asyncio
from collections.abc import Callable

from aiohttp import web

from protocol.errors import LineError, UnexpectedError, YizhanError
from protocol.exchange.messages import Hello
from protocol.exchange.store import ExchangeStore
from protocol.exchange.wire import FrameReader
from protocol.ids import NodeId
from protocol.ports import Clock
from protocol.trust.certificate import certificate_key_hash, certificate_node
from runtime.line.conversation import Conversation, Tally
from runtime.line.sockets import answer_with_acks

_HELLO_S = 60.0  # the slowest line sends a hello in one second


class ServerLink:
    """The parent's end of one request."""

    def __init__(self, request: web.Request, response: web.StreamResponse) -> None:
        self._request, self._response = request, response
        self._finished = False

    async def send(self, data: bytes) -> None:
        """Write to the response body."""
        try:
            await self._response.write(data)
        except (OSError, RuntimeError) as exc:
            raise LineError(f"the line broke: {type(exc).__name__}") from None

    async def receive(self) -> bytes:
        """The next bytes of the request body."""
        try:
            return await self._request.content.readany()
        except (web.RequestPayloadError, OSError, asyncio.IncompleteReadError) as exc:
            raise LineError(f"the line broke: {type(exc).__name__}") from None

    async def finish(self) -> None:
        """End the response body."""
        try:
            await self._response.write_eof()
            self._finished = True
        except (OSError, RuntimeError) as exc:
            raise LineError(f"the line broke: {type(exc).__name__}") from None

    def abort(self) -> None:
        """Drop the connection, unless the exchange ended in order."""
        if not self._finished and self._request.transport is not None:
            self._request.transport.abort()


def caller(request: web.Request) -> tuple[NodeId, bytes] | None:
    """Node id and TLS key hash of the certificate that the caller showed; None without one."""
    tls = request.transport.get_extra_info("ssl_object") if request.transport else None
    der = tls.getpeercert(binary_form=True) if tls else None
    return (certificate_node(der), certificate_key_hash(der)) if der else None


async def answer_exchange(
    request: web.Request,
    response: web.StreamResponse,
    exchange_store: ExchangeStore,
    clock: Clock,
    *,
    running: Callable[[Conversation], object],
) -> Tally:
    """Hold one exchange over ``request`` and a ``response`` that is prepared already.

    Args:
        running: told the conversation, so that a shutdown can stop it in order.

    Raises:
        LineError: the line broke; what was acknowledged is on disk.
        PeerError: the child broke the protocol.
    """
    made = request.transport.get_extra_info("socket") if request.transport else None
    if made is not None:
        answer_with_acks(made)
    link = ServerLink(request, response)
    try:
        first, hello = await _first_hello(link)
    except YizhanError:
        link.abort()
        await exchange_store.parted(clean=False)
        raise
    greeting = await exchange_store.greeting()
    conversation = Conversation(
        link=link,
        exchange_store=exchange_store,
        clock=clock,
        child=False,
        careful=True,
        hello=greeting.answer(hello.exchange, time_ms=clock.now_ms(), child_n=hello.time_n),
    )
    running(conversation)
    return await conversation.run(first)


class ExchangeResponse(web.StreamResponse):
    """The response of an exchange, to be prepared before its first frame; its head goes with it."""

    _send_headers_immediately = False


async def keep_head_short(_: web.Request, response: web.StreamResponse) -> None:
    """Leave out what no child reads; to be called when a response is prepared."""
    for name in ("Date", "Server"):
        response.headers.pop(name, None)
    if isinstance(response, ExchangeResponse):
        response.headers.pop("Content-Type", None)


async def _first_hello(link: ServerLink) -> tuple[bytes, Hello]:
    """Read until the child's Hello is whole; returns the bytes read, to be read again."""
    data, reader = bytearray(), FrameReader()
    try:
        async with asyncio.timeout(_HELLO_S):
            while piece := await link.receive():
                data += piece
                for message in reader.feed(piece):
                    if isinstance(message, Hello) and message.exchange:
                        return bytes(data), message
                    raise UnexpectedError("the first message is no Hello of a child")
    except TimeoutError:
        raise LineError("no hello came") from None
    raise LineError("the line was cut before the hello")
