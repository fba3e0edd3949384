"""Asking whoever answers at the parent's address for the roster, and for nothing else.

What comes back proves itself up to the root, so it does not matter who that is. He learns which
node asks, and which roster it holds; nothing else is said to him, and nothing else is taken.

Source: docs/protocol.md section 8.9.
"""

import asyncio
import ssl
from collections.abc import Callable

import aiohttp

from protocol.codec import pack
from protocol.errors import LineError, MalformedError, TooLargeError
from protocol.exchange.catching_up import MAX_ANSWER_BYTES, RosterQuestion, read_roster_answer
from protocol.exchange.messages import EditionNews
from protocol.exchange.pace.stall_detector import StallDetector
from protocol.limits import SILENCE_S
from protocol.ports import Clock
from runtime.line.http import CONTENT_TYPE, ROSTER_PATH
from runtime.line.sockets import calling_socket

_CONNECT_S = 30.0
_WATCH_S = 15.0  # how often the progress of the answer is looked at
_OK = 200


async def ask_for_roster(
    url: str,
    held: int,
    *,
    context: ssl.SSLContext,
    clock: Clock,
    alive: Callable[[], None] = lambda: None,
) -> tuple[EditionNews | None, bytes]:
    """A roster newer than version ``held``, or None; and the county's time. Neither is checked.

    Args:
        context: with this node's certificate; need not know whoever answers.
        alive: called whenever something of the answer has come.

    Raises:
        LineError: nobody answers, or no roster, or too slowly.
    """
    connector = aiohttp.TCPConnector(ssl=context, limit=1, socket_factory=calling_socket)
    try:
        async with aiohttp.ClientSession(connector=connector, auto_decompress=False) as session:
            async with asyncio.timeout(_CONNECT_S + SILENCE_S):
                response = await session.post(
                    url.rstrip("/") + ROSTER_PATH,
                    data=pack(RosterQuestion(held=held)),
                    headers={"Content-Type": CONTENT_TYPE},
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_S),
                    allow_redirects=False,
                )
            async with response:
                if response.status != _OK:
                    raise LineError(f"{url} gives no roster: HTTP {response.status}")
                return read_roster_answer(await _read(response, clock, alive))
    except (MalformedError, TooLargeError) as exc:
        raise LineError(f"{url} gives no roster: {exc.detail}") from None
    except (aiohttp.ClientError, OSError, TimeoutError) as exc:
        raise LineError(f"{url}: {type(exc).__name__}") from None


async def _read(response: aiohttp.ClientResponse, clock: Clock, alive: Callable[[], None]) -> bytes:
    """The whole answer; one that drips or never ends is broken off."""
    stall, data = StallDetector(clock.ticks_s()), bytearray()
    while not response.content.at_eof():
        stall.require(clock.ticks_s(), settled=False, linger_s=0)
        try:
            async with asyncio.timeout(_WATCH_S):
                piece = await response.content.readany()
        except TimeoutError:
            continue
        data += piece
        if len(data) > MAX_ANSWER_BYTES:
            raise TooLargeError(f"an answer of more than {MAX_ANSWER_BYTES} bytes")
        stall.received(len(piece), len(data), clock.ticks_s())
        alive()
    return bytes(data)
