"""A server's listening socket: it counts connections before TLS costs anything.

asyncio's own server starts TLS for whatever it accepts, and when descriptors run out it logs a
traceback for each try. Here a connection gets a place first (runtime.line.places); while it is
silent it is a descriptor and a timer, no more.

Source: docs/security.md, "Limits"; docs/protocol.md section 8.7.
"""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from protocol.errors import UsageError
from runtime.cli.failures import reason
from runtime.line.guard import HEAD_S, Guard
from runtime.line.places import Places
from runtime.line.sockets import notice_death

if TYPE_CHECKING:
    from runtime.line.limiter import Place

log = logging.getLogger(__name__)

FIRST_BYTE_S = 10.0  # three losses in a row on a slow line
HANDSHAKE_S = 20.0  # 3 KB take 0.4 s at 64 kbit/s; a round trip or two, and losses
_BACKLOG = 1024  # a township that comes back at once after a power cut
_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_EXHAUSTED_S = 0.5
_BURST = 16  # accepted before others have their turn

Factory = Callable[[], Any]  # of aiohttp's protocols


class Listener:
    """Accepts connections for one server until :meth:`close`."""

    def __init__(
        self,
        server: Factory,
        *,
        context: ssl.SSLContext | None,
        places: Places,
        first_byte_s: float = FIRST_BYTE_S,
        handshake_s: float = HANDSHAKE_S,
        head_s: float = HEAD_S,
    ) -> None:
        """``context`` is None for a server without TLS, as the desk on 127.0.0.1."""
        self.server, self.context, self.places = server, context, places
        self.first_byte_s, self.handshake_s, self.head_s = first_byte_s, handshake_s, head_s
        self.port = 0
        self._sockets: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.arrivals: set[_Arrival] = set()  # those that have no head yet

    async def open(self, host: str, port: int) -> None:
        """Listen from now on; port 0 takes a free one.

        Raises:
            UsageError: the address can't be bound.
        """
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )
            for family, kind, proto, _, address in dict.fromkeys(found):
                self._bind(family, kind, proto, (address[0], self.port or port, *address[2:]))
        except (OSError, OverflowError, UnicodeError) as exc:
            self.close()
            said = reason(exc) if isinstance(exc, OSError) else exc
            raise UsageError(f"{host}:{port}：{said}") from None
        for listening in self._sockets:
            listening.listen(_BACKLOG)
            self._tasks.append(asyncio.create_task(self._accept(listening)))

    def renew(self, context: ssl.SSLContext) -> None:
        """Speak TLS with ``context`` on connections to come; those that are made stay."""
        self.context = context

    def close(self) -> None:
        """Accept no more; those that are still arriving are dropped."""
        for task in self._tasks:
            task.cancel()
        for arrival in tuple(self.arrivals):
            arrival.drop()
        for listening in self._sockets:
            with suppress(NotImplementedError):  # Windows' loop
                asyncio.get_running_loop().remove_reader(listening)
            listening.close()
        self._sockets.clear()

    def _bind(self, family: int, kind: int, proto: int, address: tuple[Any, ...]) -> None:
        listening = socket.socket(family, kind, proto)
        self._sockets.append(listening)
        listening.settimeout(0)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        notice_death(listening)
        listening.bind(address)
        self.port = listening.getsockname()[1]

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            for _ in range(_BURST):
                try:
                    accepted, peer = await loop.sock_accept(listening)
                except OSError as exc:  # the caller has gone, or there are no descriptors
                    if exc.errno in _EXHAUSTED:
                        _say("connections exhausted", "connection.exhausted", "")
                        await asyncio.sleep(_EXHAUSTED_S)
                    continue
                _Arrival(self, accepted, str(peer[0]) if peer else "").begin()
            await asyncio.sleep(0)


class _Arrival:
    """One connection until its TLS is done."""

    def __init__(self, listener: Listener, accepted: socket.socket, address: str) -> None:
        self._listener, self._socket, self._address = listener, accepted, address
        self._places = listener.places
        self._loop = asyncio.get_running_loop()
        self._silent: Place | None = None
        self._talking: Place | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Wait for the first byte, if there is a place to wait in."""
        self._silent = self._places.silent.enter(self._address, self._give_way)
        if self._silent is None:
            self._refuse()
            return
        self._listener.arrivals.add(self)
        if self._has_spoken() or not self._is_watched():
            self._shake_hands()
            return
        self._timer = self._loop.call_later(self._listener.first_byte_s, self.drop)

    def drop(self) -> None:
        """End it."""
        self._leave_silence()
        if self._task is not None:
            self._task.cancel()  # which closes the socket
        else:
            self._listener.arrivals.discard(self)
            _reset(self._socket)

    def _give_way(self) -> None:
        """Another wants the place; if the first byte has come meanwhile it is no longer needed."""
        if self._has_spoken():
            self._shake_hands()
        else:
            self._refuse()

    def _refuse(self) -> None:
        _say("connection turned away", "connection.refused", self._address)
        self.drop()

    def _is_watched(self) -> bool:
        """Whether the loop tells of the first byte; Windows' can't, so the guard waits for it."""
        try:
            self._loop.add_reader(self._socket, self._shake_hands)
        except NotImplementedError:
            return False
        return True

    def _has_spoken(self) -> bool:
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            pass  # the handshake will see the same
        return True

    def _shake_hands(self) -> None:
        self._leave_silence()
        self._talking = self._places.talking.enter(self._address, self._refuse)
        if self._talking is None:
            self._refuse()
            return
        guard = Guard(
            self._listener.server(),
            places=self._places,
            place=self._talking,
            head_s=self._listener.head_s,
        )
        self._task = self._loop.create_task(self._secure(guard))
        self._task.add_done_callback(self._over)

    async def _secure(self, guard: Guard) -> None:
        """Have the connection speak TLS; what fails is told by :meth:`_over`."""
        context = self._listener.context
        await self._loop.connect_accepted_socket(
            lambda: guard,
            self._socket,
            ssl=context,
            ssl_handshake_timeout=self._listener.handshake_s if context else None,
        )

    def _over(self, task: asyncio.Task[None]) -> None:
        self._listener.arrivals.discard(self)
        failure = None if task.cancelled() else task.exception()
        if task.cancelled() or failure is not None:
            if self._talking is not None:
                self._places.talking.leave(self._talking)
            self._socket.close()
        if failure is not None:  # no TLS, not our authority, too slow, or gone
            log.info(
                "handshake failed", extra={"event": "handshake.failed", "detail": str(failure)}
            )

    def _leave_silence(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._silent is not None:
            with suppress(NotImplementedError):  # Windows' loop
                self._loop.remove_reader(self._socket)
            self._places.silent.leave(self._silent)
            self._silent = None


def _reset(made: socket.socket) -> None:
    """Close without lingering: nothing of it stays in the kernel's tables."""
    with suppress(OSError):
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    made.close()


def _say(words: str, event: str, address: str) -> None:
    log.warning(words, extra={"event": event, "address": address})
