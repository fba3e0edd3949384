"""A guard before aiohttp's protocol: a caller who does not finish the first head is dropped.

aiohttp has no timeout for the head of a request, so a connection that sends nothing, or one
letter a minute, would stay for ever. Until the head is whole the connection keeps the place that
it got at the handshake, then it gets one of its own kind.

Source: docs/security.md, "Limits"; docs/protocol.md section 8.7.
"""

import asyncio
from typing import cast

from protocol.errors import YizhanError
from protocol.trust.certificate import certificate_node
from runtime.line.limiter import ConnectionLimiter, Place
from runtime.line.places import Places

HEAD_S = 20.0  # 300 bytes take 0.04 s at 64 kbit/s
_HEAD_END = b"\r\n\r\n"
_HEAD_BYTES = 16 * 1024


class Guard(asyncio.Protocol):
    """Passes everything on to ``inner`` (aiohttp's protocol) while the connection has a place."""

    def __init__(
        self,
        inner: asyncio.Protocol,
        *,
        places: Places,
        place: Place,
        head_s: float,
    ) -> None:
        """``place`` is the talking one."""
        self._inner, self._places = inner, places
        self._limiter, self._place = places.talking, place
        self._head_s = head_s
        self._head = bytearray()
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TLS is done: start the time for the first head."""
        self._transport = cast("asyncio.Transport", transport)
        self._place.taken_by(self._transport.abort)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._head_s, self._transport.abort)
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Pass it on; once the first head is whole its time is over."""
        self._limiter.heard(self._place)
        if self._timer is not None:
            self._head += data[: _HEAD_BYTES - len(self._head)]
            if _HEAD_END in self._head or len(self._head) >= _HEAD_BYTES:
                self._stop_timer()
                if not self._settle():
                    return
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass it on."""
        return self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give up the place."""
        self._stop_timer()
        self._limiter.leave(self._place)
        self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """Pass it on."""
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass it on."""
        self._inner.resume_writing()

    def _settle(self) -> bool:
        """Take a place among those of its kind; whether there was one."""
        if self._transport is None:
            return False
        self._limiter.leave(self._place)
        node = _node_of(self._transport)
        kind: ConnectionLimiter = self._places.known if node else self._places.strange
        place = kind.enter(node or self._place.key, self._transport.abort)
        if place is None:
            self._transport.abort()
            return False
        self._limiter, self._place = kind, place
        return True

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._head.clear()


def _node_of(transport: asyncio.Transport) -> str:
    """The node that the caller's certificate names; empty without one."""
    tls = transport.get_extra_info("ssl_object")
    der = tls.getpeercert(binary_form=True) if tls else None
    try:
        return certificate_node(der) if der else ""
    except YizhanError:
        return ""
