"""Running a server: TLS site, control socket, slow jobs, and an orderly end."""

import asyncio
import gc
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from central.relay.exchange.endpoint import Endpoint
from central.relay.service import Relay
from central.server.watching import ServerWatch
from protocol.errors import UsageError
from runtime.control.owner import Operation, Owner
from runtime.descriptors import raise_descriptor_limit
from runtime.jobs.scheduled import ScheduledJobs
from runtime.line.listener import Listener
from runtime.line.places import NODES, PAGES, WANTED, Capacity, Places, share_of
from runtime.line.tls import server_context
from runtime.portable import stop_on_signals
from runtime.system import SystemClock

log = logging.getLogger(__name__)

_KEEPALIVE_S = 1900.0  # longer than the longest pause of a child: a handshake is 3 KB

Job = tuple[float, Callable[[], Awaitable[None]]]


class Opened(Protocol):
    """A site that is opened beside the line to the nodes."""

    async def open(self, stack: AsyncExitStack, capacity: Capacity) -> None:
        """Let browsers or systems in until ``stack`` closes."""
        ...

    def say(self) -> None:
        """Tell where it is."""
        ...


def address(url: str, listen: str = "") -> tuple[str, int]:
    """Host and port to bind for ``url``, or for ``listen`` (host:port) where that is set.

    Raises:
        UsageError: neither gives a host and a port.
    """
    parts = urlsplit(f"https://{listen}" if listen else url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme != "https" or not host or not port:
        raise UsageError(f"{listen or url!r}: https://host:port is expected")
    return host, port


class NodeTls:
    """TLS for the children of a relay: its newest certificate, and the authorities on its roster.

    An authority that the roster names no more is forgotten at once, for connections to come.
    """

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._made_of = self._parts()
        self.context = self._make()

    def follow(self, use: Callable[[ssl.SSLContext], object]) -> None:
        """Call ``use`` whenever there is another context, from now on."""

        def look() -> None:
            try:
                parts = self._parts()
                if parts != self._made_of:
                    self.context, self._made_of = self._make(), parts
                    use(self.context)
            except OSError as exc:  # the old one goes on
                fields = {"event": "tls.not-renewed", "kind": type(exc).__name__}
                log.warning("certificate can't be read", extra=fields)

        self._relay.on_news(look)

    def _parts(self) -> tuple[tuple[bytes, ...], bytes]:
        identity, roster = self._relay.identity, self._relay.editions.roster
        return roster.authorities(identity.ca), identity.certificate_path.read_bytes()

    def _make(self) -> ssl.SSLContext:
        identity, roster = self._relay.identity, self._relay.editions.roster
        authorities = roster.authorities(identity.ca)
        return server_context(authorities, identity.certificate_path, identity.key_path)


async def serve(
    *,
    url: str,
    listen: str,
    tls: NodeTls,
    endpoint: Endpoint,
    operations: Mapping[str, Operation],
    owner: Owner,
    jobs: Mapping[str, Job],
    drain_s: float,
    beside: Callable[[asyncio.Event], Awaitable[None]] | None = None,
    anew: asyncio.Event | None = None,
    ending: asyncio.Event | None = None,
    sites: Sequence[Opened] = (),
    watch: ServerWatch,
    metrics: str,
    ready: Callable[[str], None],
) -> bool:
    """Serve until SIGTERM or SIGINT; what is stored by then is acknowledged.

    Whether it ended because of ``anew``, and nothing else.

    Args:
        beside: runs along (a hub's upstream) until the event that it is given is set.
        anew: set when everything is to be opened anew.
        ending: :func:`told_to_end` of a program that serves several times: what it is told between
            two of them counts, too.
        watch: tells numbers and health at the address ``metrics``, if there is one; it is the first
            to answer and the last to end.
        sites: for people and their systems; open before ``ready`` is told the URL, told after it.

    Raises:
        UsageError: the address can't be bound.
    """
    host, port = address(url, listen)
    stopped, ending = asyncio.Event(), ending or told_to_end()
    async with AsyncExitStack() as stack:
        await watch.open(stack, metrics, stopped=stopped.is_set)
        runner = await _set_up(endpoint, drain_s)
        stack.push_async_callback(runner.cleanup)
        share = _share_of_places(endpoint.max_exchanges)
        listening = await _listen(runner, host, port, tls.context, NODES.scaled(share))
        stack.callback(listening.close)
        tls.follow(listening.renew)
        watch.serves(listening, endpoint)
        await owner.serve(operations)
        await stack.enter_async_context(ScheduledJobs(jobs))
        _heed(stack, stopped, ending, anew)
        running = asyncio.create_task(_both(beside, stopped))
        for site in sites:
            await site.open(stack, PAGES.scaled(share))  # whoever reads "ready" may ask where
        _freeze(stack)
        ready(url)
        for site in sites:
            site.say()
        await _first_of(running, stopped)
        endpoint.close()  # while what runs beside comes to its end, too
        await running
        return anew is not None and anew.is_set() and not ending.is_set()


def told_to_end() -> asyncio.Event:
    """Set once this process is told to end."""
    event = asyncio.Event()
    stop_on_signals(event)
    return event


def _freeze(stack: AsyncExitStack) -> None:
    """What is here stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    stack.callback(gc.unfreeze)


async def _set_up(endpoint: Endpoint, drain_s: float) -> web.AppRunner:
    runner = web.AppRunner(
        endpoint.application(),
        auto_decompress=False,
        access_log=None,
        handle_signals=False,
        keepalive_timeout=_KEEPALIVE_S,
        shutdown_timeout=drain_s,
    )
    await runner.setup()
    return runner


def _share_of_places(max_exchanges: int) -> float:
    """Which part of all places for connections the system allows; said if it is too small."""
    limit = raise_descriptor_limit(WANTED)
    share = share_of(limit)
    known = NODES.scaled(share).known.total
    if known < max_exchanges:
        log.warning(
            "too few open files are allowed: set LimitNOFILE (ulimit -n) higher",
            extra={
                "event": "start.files-low",
                "allowed": limit,
                "needed": WANTED,
                "exchanges": known,
                "max_exchanges": max_exchanges,
            },
        )
    return share


def _heed(stack: AsyncExitStack, stopped: asyncio.Event, *events: asyncio.Event | None) -> None:
    """Whichever of these comes first stops everything."""
    for event in events:
        if event is not None:
            watching = asyncio.create_task(_stop_on(event, stopped))
            stack.callback(watching.cancel)


async def _stop_on(event: asyncio.Event, stopped: asyncio.Event) -> None:
    await event.wait()
    stopped.set()


async def _first_of(running: asyncio.Task[None], stopped: asyncio.Event) -> None:
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()


async def _both(
    beside: Callable[[asyncio.Event], Awaitable[None]] | None, stopped: asyncio.Event
) -> None:
    if beside is not None:
        await beside(stopped)
    await stopped.wait()


async def _listen(
    runner: web.AppRunner, host: str, port: int, context: ssl.SSLContext, capacity: Capacity
) -> Listener:
    if runner.server is None:
        raise RuntimeError("the runner is not set up")
    listener = Listener(
        runner.server, context=context, places=Places(capacity, SystemClock().ticks_s)
    )
    await listener.open(host, port)
    return listener
