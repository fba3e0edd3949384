"""Guards at the door of a server: slow or too many connections are dropped before they cost much.

aiohttp has no timeout for the head of a request, so a connection that sends nothing, or one
letter a minute, would stay for ever. This protocol stands in front of aiohttp's: it counts
connections per address and drops one that has not sent a whole head in time.

Source: docs/security.md, "Limits"; docs/protocol.md section 8.7.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, cast

HEAD_S = 20.0  # 300 bytes take 0.04 s at 64 kbit/s
MAX_PER_ADDRESS = 512  # a whole township may come from one address
MAX_CONNECTIONS = 4096
_HEAD_END = b"\r\n\r\n"
_HEAD_BYTES = 16 * 1024


class Door:
    """Counts who is inside."""

    def __init__(
        self,
        *,
        head_s: float = HEAD_S,
        max_per_address: int = MAX_PER_ADDRESS,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self.head_s = head_s
        self._max_per_address, self._max_connections = max_per_address, max_connections
        self._inside: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Whether one more connection from ``address`` may come in; it is counted if so."""
        full = self._inside.total() >= self._max_connections
        if full or self._inside[address] >= self._max_per_address:
            return False
        self._inside[address] += 1
        return True

    def inside(self, address: str) -> int:
        """Connections from ``address`` now."""
        return self._inside[address]

    def leave(self, address: str) -> None:
        """A connection from ``address`` is gone."""
        self._inside[address] -= 1
        if not self._inside[address]:
            del self._inside[address]


class Guard(asyncio.Protocol):
    """Passes everything on to ``inner`` (aiohttp's protocol), unless the door says no."""

    def __init__(self, inner: asyncio.Protocol, door: Door) -> None:
        self._inner, self._door = inner, door
        self._address = ""
        self._entered = False
        self._head = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the connection in, and start the time for its first head."""
        peer = transport.get_extra_info("peername")
        self._address = str(peer[0]) if peer else ""
        if not self._door.enter(self._address):
            cast("asyncio.Transport", transport).abort()
            return
        self._entered = True
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._door.head_s, cast("asyncio.Transport", transport).abort)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Stop the time once the first head is whole."""
        if self._timer is not None:
            self._head += data[: _HEAD_BYTES - len(self._head)]
            if _HEAD_END in self._head or len(self._head) >= _HEAD_BYTES:
                self._stop_timer()
        if self._entered:
            self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass it on."""
        return self._inner.eof_received() if self._entered else None

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place free."""
        self._stop_timer()
        if self._entered:
            self._door.leave(self._address)
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass it on."""
        if self._entered:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        if self._entered:
            self._inner.resume_writing()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._head.clear()


def guarded(server: Callable[[], Any], door: Door) -> Callable[[], asyncio.Protocol]:
    """A protocol factory that puts a guard in front of each of ``server``'s protocols."""
    return lambda: Guard(server(), door)
