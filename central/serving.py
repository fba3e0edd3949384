"""Running a server: TLS site, control socket, slow jobs, and an orderly end."""

import asyncio
import logging
import signal
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

from aiohttp import web

from central.guard import Door, guarded
from central.relay.endpoint import Endpoint
from central.web.application import application
from central.web.opening import Pages
from protocol.errors import UsageError
from runtime.control.owner import Operation, Owner
from runtime.jobs import SlowJobs
from runtime.line.sockets import notice_death

log = logging.getLogger(__name__)

_KEEPALIVE_S = 1900.0  # longer than the longest pause of a child: a handshake is 3 KB
_HANDSHAKE_S = 30.0
_BACKLOG = 1024  # a township that comes back at once after a power cut

Job = tuple[float, Callable[[], Awaitable[None]]]


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


async def serve(
    *,
    url: str,
    listen: str,
    context: ssl.SSLContext,
    endpoint: Endpoint,
    operations: Mapping[str, Operation],
    owner: Owner,
    jobs: Mapping[str, Job],
    drain_s: float,
    beside: Callable[[asyncio.Event], Awaitable[None]] | None = None,
    anew: asyncio.Event | None = None,
    pages: Pages | None = None,
    ready: Callable[[str], None],
) -> bool:
    """Serve until SIGTERM or SIGINT; what is stored by then is acknowledged.

    Whether it ended because of ``anew``.

    Args:
        beside: runs along (a hub's uplink) until the event that it is given is set.
        anew: set when everything is to be opened anew.
        pages: for people; they open when the server accepts.
        ready: told the URL once the server accepts.

    Raises:
        UsageError: the address can't be bound.
    """
    host, port = address(url, listen)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    async with AsyncExitStack() as stack:
        runner = web.AppRunner(
            endpoint.application(),
            auto_decompress=False,
            access_log=None,
            handle_signals=False,
            keepalive_timeout=_KEEPALIVE_S,
            shutdown_timeout=drain_s,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        listening = await _bind(runner, host, port, context)
        stack.callback(listening.close)
        await owner.serve(operations)
        await stack.enter_async_context(SlowJobs(jobs))
        if anew is not None:
            watching = asyncio.create_task(_stop_on(anew, stopped))
            stack.callback(watching.cancel)
        running = asyncio.create_task(_both(beside, stopped))
        ready(url)
        if pages is not None:
            await _open_pages(stack, pages)
        await _first_of(running, stopped)
        endpoint.close()  # while what runs beside comes to its end, too
        await running
        return anew is not None and anew.is_set()


async def _open_pages(stack: AsyncExitStack, pages: Pages) -> None:
    """Let browsers in, on another port if the usual one is taken and nobody chose it."""
    opening, site = pages.opening, pages.site
    runner = web.AppRunner(
        application(site), auto_decompress=False, access_log=None, handle_signals=False
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    stack.push_async_callback(site.tasks.close)
    try:
        listening = await _bind(runner, opening.host, opening.port, opening.context)
    except UsageError:
        if opening.is_choice:
            raise
        listening = await _bind(runner, opening.host, 0, opening.context)
    stack.callback(listening.close)
    port = listening.sockets[0].getsockname()[1]
    pages.opened(port)


async def _stop_on(anew: asyncio.Event, stopped: asyncio.Event) -> None:
    await anew.wait()
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


async def _bind(
    runner: web.AppRunner, host: str, port: int, context: ssl.SSLContext
) -> asyncio.Server:
    if runner.server is None:
        raise RuntimeError("the runner is not set up")
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(
            guarded(runner.server, Door()),
            host,
            port,
            ssl=context,
            ssl_handshake_timeout=_HANDSHAKE_S,
            reuse_address=True,
            backlog=_BACKLOG,
        )
    except OSError as exc:
        raise UsageError(f"{host}:{port}: {exc.strerror or exc}") from None
    for listening in server.sockets:
        notice_death(listening)
    return server
