"""Numbers and health over HTTP on loopback: /metrics, /healthz, /readyz.

Whoever can read it is on this computer; nothing there is about a person or names a village. It is
off unless the settings name an address.

Source: docs/monitoring.md, "Metrics", "Health".
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import web

from protocol.errors import UsageError
from runtime.cli.failures import reason
from runtime.metrics.families import CONTENT_TYPE

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ANSWER_S = 5.0  # a check that takes longer says no
_KEPT_S = 2.0  # whoever asks again at once costs nothing
_UNAVAILABLE, _MISDIRECTED = 503, 421

Check = Callable[[], Awaitable[bool]]


def metrics_address(text: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``; the host is of this computer.

    Raises:
        UsageError: it is no such address.
    """
    try:
        parts = urlsplit(f"http://{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host not in LOOPBACK or port is None:
        raise UsageError(f"metrics = {text!r}：只能是本机地址，例如 127.0.0.1:9440")
    return host, port


@dataclass(slots=True, kw_only=True)
class Watching:
    """What can be asked of a running program."""

    gather: Callable[[], Awaitable[str]]  # its numbers, as text
    alive: Mapping[str, Check]  # without these it should be started anew
    ready: Mapping[str, Check]  # without these nobody should call it now
    _kept: tuple[float, str] = field(default=(float("-inf"), ""))

    async def open(self, stack: AsyncExitStack, host: str, port: int) -> int:
        """Answer until ``stack`` closes; the port.

        Raises:
            UsageError: the address can't be bound.
        """
        app = web.Application(middlewares=[_here_alone])
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as exc:
            raise UsageError(f"metrics {host}:{port}：{reason(exc)}") from None
        found: int = runner.addresses[0][1]
        return found

    async def _metrics(self, _: web.Request) -> web.Response:
        at_s, text = self._kept
        if time.monotonic() - at_s > _KEPT_S:
            text = await self.gather()
            self._kept = time.monotonic(), text
        return web.Response(body=text.encode(), headers={"Content-Type": CONTENT_TYPE})

    async def _healthz(self, _: web.Request) -> web.Response:
        return await _answer(self.alive)

    async def _readyz(self, _: web.Request) -> web.Response:
        return await _answer({**self.alive, **self.ready})


async def _answer(checks: Mapping[str, Check]) -> web.Response:
    found = await asyncio.gather(*map(_holds, checks.values()))
    named = dict(zip(checks, found, strict=True))
    status = 200 if all(found) else _UNAVAILABLE
    return web.json_response({"ok": all(found), "checks": named}, status=status)


async def _holds(check: Check) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_S):
            return await check()
    except Exception:  # noqa: BLE001 - whatever it is, the answer is no
        return False


@web.middleware
async def _here_alone(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """A page of another origin can't have this computer's browser read it by a name of its own."""
    if urlsplit(f"http://{request.host}").hostname not in LOOPBACK:
        return web.Response(status=_MISDIRECTED)
    return await handler(request)
