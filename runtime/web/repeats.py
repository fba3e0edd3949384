"""A form that is sent twice acts once: the second gets the answer of the first.

Each page carries a token of its own, so two forms that are alike to the last byte are one form:
sent again by a second click, by the browser, or on the way back through its history.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from protocol.ports import Clock
from runtime.web.limits import KEPT_S, MAX_REPEATS

Act = Callable[[], Awaitable[web.StreamResponse]]


class Repeats:
    """Where forms have led that were taken, for an hour."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._led: dict[bytes, tuple[float, asyncio.Future[str]]] = {}  # ticks; a path, or empty

    async def once(self, key: bytes, act: Act) -> web.StreamResponse:
        """The answer of ``act``; if it led to another page before, that page again."""
        if key in self._led:
            path = await asyncio.shield(self._led[key][1])
            if path:
                return web.Response(status=303, headers={"Location": path})
        self._sweep()
        led: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._led[key] = (self._clock.ticks_s(), led)
        try:
            response = await act()
        except BaseException:
            self._forget(key, led)
            raise
        path = (
            response.headers.get("Location", "")
            if response.status == web.HTTPSeeOther.status_code
            else ""
        )
        if not path:  # it was refused: it may be tried again
            self._forget(key, led)
        else:
            led.set_result(path)
        return response

    def _forget(self, key: bytes, led: asyncio.Future[str]) -> None:
        led.set_result("")
        self._led.pop(key, None)

    def _sweep(self) -> None:
        since = self._clock.ticks_s() - KEPT_S
        self._led = {key: led for key, led in self._led.items() if led[0] > since}
        while len(self._led) >= MAX_REPEATS:
            self._led.pop(next(iter(self._led)))


def form_key(cookie: str, path: str, form: Mapping[str, object]) -> bytes:
    """Names one form as it was sent: by whom, where to, and every field of it."""
    digest = hashlib.sha256()
    for part in (cookie.encode(), path.encode(), *_parts(form)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def _parts(form: Mapping[str, object]) -> list[bytes]:
    parts = []
    for name, value in form.items():
        parts.append(name.encode("utf-8", "surrogatepass"))
        if isinstance(value, web.FileField):
            parts.append(value.file.read())
            value.file.seek(0)
        else:
            parts.append(str(value).encode("utf-8", "surrogatepass"))
    return parts
