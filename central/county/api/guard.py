"""What every request passes: limits, the token, its rate; and how errors are answered.

No line of the log holds an address with what was asked in it, a name, or a body: the name of the
route, the code and the name of the token.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from aiohttp import web

from central.county.api.refusals import refusal_of, status_of
from central.county.api.tokens import Holder, TokenService
from protocol.errors import YizhanError
from protocol.errors.api import (
    AskedWrongError,
    BodyTooLargeError,
    PathUnknownError,
    RateError,
    TokenNeededError,
)
from protocol.json_values import to_json
from protocol.ports import Clock
from runtime.cli.failures import in_words

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAX_BODY_BYTES = 64 * 1024
MAX_TOKEN_CHARS = 100
RATE_PER_S, BURST = 20.0, 100.0  # requests of one token
OPEN = frozenset({"/openapi.json"})
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
HOLDER = web.RequestKey("HOLDER", Holder)
TOKENS = web.AppKey("TOKENS", TokenService)


@dataclass(slots=True)
class Rates:
    """How often each token may ask: a bucket that fills again."""

    clock: Clock
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, name: str) -> None:
        """One request of a token.

        Raises:
            RateError: too many; it says after how many seconds the next is taken.
        """
        now_s = self.clock.ticks_s()
        left, at_s = self._left.get(name, (BURST, now_s))
        left = min(BURST, left + (now_s - at_s) * RATE_PER_S)
        if left < 1:
            raise RateError.after(ceil((1 - left) / RATE_PER_S))
        self._left[name] = (left - 1, now_s)

    def forget(self) -> None:
        """Let everybody ask as often as at first."""
        self._left.clear()


RATES = web.AppKey("RATES", Rates)


def guarded(tokens: TokenService, clock: Clock) -> web.Application:
    """An application without routes, whose requests are looked at first."""
    app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_answered, _known])
    app[TOKENS], app[RATES] = tokens, Rates(clock)
    return app


@web.middleware
async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors become JSON; every answer has the same headers."""
    extra: Mapping[str, str] = {}
    try:
        response = await handler(request)
    except web.HTTPMethodNotAllowed as exc:
        extra = {"Allow": exc.headers["Allow"]}
        response = _refused(request, PathUnknownError(), status=exc.status)
    except web.HTTPNotFound:
        response = _refused(request, PathUnknownError())
    except web.HTTPRequestEntityTooLarge:
        response = _refused(request, BodyTooLargeError())
    except web.HTTPException as exc:
        response = _refused(request, AskedWrongError(), status=exc.status)
    except Exception as exc:  # noqa: BLE001 - whatever it is, a program reads JSON
        response = _refused(request, in_words(exc))
    response.headers.update({**HEADERS, **extra})
    return response


def _refused(request: web.Request, error: YizhanError, *, status: int = 0) -> web.Response:
    found = status or status_of(error)
    holder = request.get(HOLDER)
    fields = {
        "event": "api.refused",
        "route": route_of(request),
        "code": error.code,
        "token": holder.name if holder else "",
    }
    log.info("request refused", extra=fields)
    response = answer(refusal_of(error), status=found)
    if isinstance(error, TokenNeededError) or found == 401:  # noqa: PLR2004 - of HTTP
        response.headers["WWW-Authenticate"] = "Bearer"
    if error.retry_after_s:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


@web.middleware
async def _known(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever asks shows a token, and not too often."""
    resource = request.match_info.route.resource
    if resource is None or resource.canonical in OPEN:
        return await handler(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN_CHARS:
        raise TokenNeededError
    holder = await request.app[TOKENS].holder(token.strip())
    request[HOLDER] = holder
    request.app[RATES].take(holder.name)
    return await handler(request)


def route_of(request: web.Request) -> str:
    """The address as its description writes it, with nothing that was asked for."""
    resource = request.match_info.route.resource
    return f"{request.method} {resource.canonical if resource else '?'}"


def answer(value: object, *, status: int = 200) -> web.Response:
    """A typed value as JSON."""
    return as_json(to_json(value), status=status)


def as_json(value: Any, *, status: int = 200) -> web.Response:  # noqa: ANN401 - JSON
    """What is JSON already."""
    text = json.dumps(value, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type="application/json")
