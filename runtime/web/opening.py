"""Opening a site to browsers: where it listens, under which certificate, for which hosts."""

import ssl
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

from aiohttp import web

from protocol.errors import UsageError
from runtime.line.listener import Listener
from runtime.line.places import Capacity, Places
from runtime.system import SystemClock
from runtime.web.application import application
from runtime.web.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a site is opened."""

    host: str
    port: int
    is_choice: bool  # somebody asked for this very port; else a free one will do
    names: tuple[str, ...]  # hosts that it answers for, each with a port if that is another one
    context: ssl.SSLContext
    fingerprint: str  # of the certificate, SHA-256, as browsers show it

    def url(self, port: int) -> str:
        """Where a browser on this machine, or at the host that was set, finds it."""
        return f"https://{f'[{self.host}]' if ':' in self.host else self.host}:{port}"


@dataclass(slots=True, kw_only=True)
class Pages:
    """The pages that a program has for people, and where they are once it is open."""

    site: Site
    opening: Opening
    tell: Callable[[str], None]  # told their URL
    url: str = ""

    async def open(self, stack: AsyncExitStack, capacity: Capacity) -> None:
        """Let browsers in until ``stack`` closes, on a free port if the usual one is taken.

        Raises:
            UsageError: somebody chose the port, and it is taken.
        """
        stack.push_async_callback(self.site.close)
        self._opened(await listen_for(application(self.site), self.opening, stack, capacity))

    def say(self) -> None:
        """Tell the URL, once they are open."""
        self.tell(self.url)

    def _opened(self, opening: Opening) -> None:
        """It listens at its port, and will again if it is opened anew."""
        self.opening = opening
        self.site.hosts.open_at(opening.port, opening.names)
        self.url = opening.url(opening.port)


async def listen_for(
    app: web.Application, opening: Opening, stack: AsyncExitStack, capacity: Capacity
) -> Opening:
    """Listen until ``stack`` closes, on a free port if the usual one is taken; where it is.

    Raises:
        UsageError: somebody chose the port, and it is taken.
    """
    runner = web.AppRunner(app, auto_decompress=False, access_log=None, handle_signals=False)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    try:
        listener = await _listen(runner, opening, opening.port, capacity)
    except UsageError:
        if opening.is_choice:
            raise
        listener = await _listen(runner, opening, 0, capacity)
    stack.callback(listener.close)
    return replace(opening, port=listener.port)


async def _listen(
    runner: web.AppRunner, opening: Opening, port: int, capacity: Capacity
) -> Listener:
    if runner.server is None:
        raise RuntimeError("the runner is not set up")
    places = Places(capacity, SystemClock().ticks_s)
    listener = Listener(runner.server, context=opening.context, places=places)
    await listener.open(opening.host, port)
    return listener
