"""The parent's side of HTTPS: one exchange that a child has opened, and refusals in words.

Source: docs/protocol.md sections 8 and 8.6.
"""

import asyncio
from collections.abc import Callable

from aiohttp import web

from protocol.aio.converse import Conversation, Tally
from protocol.aio.http import CONTENT_TYPE, ServerLink
from protocol.certificate import certificate_key_hash, certificate_node
from protocol.depot import Depot
from protocol.errors import LineError, UnexpectedError, YizhanError
from protocol.ids import NodeId
from protocol.messages import Hello
from protocol.ports import Clock
from protocol.session import VERSIONS
from protocol.wire import FrameReader

_HELLO_S = 60.0  # the slowest line sends a hello in one second


def caller(request: web.Request) -> tuple[NodeId, bytes] | None:
    """Node id and TLS key hash of the certificate that the caller showed; None without one."""
    tls = request.transport.get_extra_info("ssl_object") if request.transport else None
    der = tls.getpeercert(binary_form=True) if tls else None
    return (certificate_node(der), certificate_key_hash(der)) if der else None


async def answer_exchange(
    request: web.Request,
    response: web.StreamResponse,
    depot: Depot,
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
    link = ServerLink(request, response)
    try:
        first, hello = await _first_hello(link)
    except YizhanError:
        link.abort()
        await depot.parted(clean=False)
        raise
    greeting = await depot.greeting()
    conversation = Conversation(
        link=link,
        depot=depot,
        clock=clock,
        child=False,
        careful=True,
        hello=Hello(
            versions=VERSIONS,
            instance=greeting.instance,
            exchange=hello.exchange,
            seen=greeting.seen,
            roster=greeting.roster,
            release=greeting.release,
            county=greeting.county,
            time_ms=clock.now_ms(),
        ),
    )
    running(conversation)
    return await conversation.run(first)


def exchange_response() -> web.StreamResponse:
    """The response of an exchange, to be prepared before its first frame."""
    return web.StreamResponse(headers={"Content-Type": CONTENT_TYPE})


async def _first_hello(link: ServerLink) -> tuple[bytes, Hello]:
    """Read until the child's Hello is whole; returns the bytes read, to be read again."""
    data, reader = bytearray(), FrameReader()
    try:
        async with asyncio.timeout(_HELLO_S):
            while piece := await link.receive():
                data += piece
                for message in reader.feed(piece):
                    if isinstance(message, Hello):
                        return bytes(data), message
                    raise UnexpectedError("the first message is not a Hello")
    except TimeoutError:
        raise LineError("no hello came") from None
    raise LineError("the line was cut before the hello")
