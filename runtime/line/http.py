"""What the HTTPS paths are called, and the child's end of a stream of frames over one POST.

Request body: frames up. Response body: frames down. Both at once where the path allows it.

Source: docs/protocol.md sections 8 and 10.
"""

import asyncio
from collections.abc import AsyncIterator

import aiohttp

from protocol.errors import LineError, YizhanError

EXCHANGE_PATH = "/v1/exchange"
JOIN_PATH = "/v1/join"
ROSTER_PATH = "/v1/roster"
CONTENT_TYPE = "application/vnd.yizhan.frames"


class ClientLink:
    """The child's end: what is sent becomes the request body, piece by piece."""

    def __init__(self) -> None:
        self._outgoing: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)
        self._closed = asyncio.Event()
        self._over = asyncio.Event()  # nobody takes our bytes any more; the response may go on
        self._answered = asyncio.Event()
        self._response: aiohttp.ClientResponse | None = None
        self._failure: YizhanError | None = None

    async def body(self) -> AsyncIterator[bytes]:
        """The request body; ends at :meth:`finish` and never raises."""
        try:
            while data := await self._outgoing.get():
                yield data
        finally:
            self._over.set()

    def attach(self, response: aiohttp.ClientResponse) -> None:
        """The response's head has come."""
        self._response = response
        self._answered.set()

    def fail(self, failure: YizhanError) -> None:
        """There will be no (more) response."""
        self._failure = self._failure or failure
        self.abort()

    async def closed(self) -> None:
        """Return once nobody needs the line any more."""
        await self._closed.wait()

    async def send(self, data: bytes) -> None:
        """Hand over ``data``; waits while the line is full."""
        await self._put(data)

    async def finish(self) -> None:
        """End the request body."""
        await self._put(b"")

    async def receive(self) -> bytes:
        """The next bytes of the response."""
        await self._answered.wait()
        if self._response is None or self._failure is not None:
            raise self._broken()
        try:
            data = await self._response.content.readany()
        except (aiohttp.ClientError, OSError, TimeoutError) as exc:
            raise LineError(f"the line broke: {type(exc).__name__}") from None
        if not data:
            self._over.set()
        return data

    def abort(self) -> None:
        """Let everybody who waits for the line go."""
        self._closed.set()
        self._answered.set()
        if self._outgoing.empty():
            self._outgoing.put_nowait(b"")

    async def _put(self, data: bytes) -> None:
        waits = [self._outgoing.put(data), self._closed.wait(), self._over.wait()]
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self._closed.is_set():
                raise self._broken()
        finally:
            for task in tasks:
                task.cancel()

    def _broken(self) -> YizhanError:
        return self._failure or LineError("the exchange was dropped")
