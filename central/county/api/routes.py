"""The addresses of the API: a handler reads the request, asks the service, and answers.

Each is one :class:`Route`, of which the application and its OpenAPI document are made alike.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from central.county.api.answers import Answers
from central.county.api.calls import TokenRight
from central.county.api.guard import HOLDER, answer, as_json
from central.county.api.service import ApiService
from central.county.api.shapes import (
    ActBody,
    CaseAnswer,
    CasePage,
    DecisionBody,
    Done,
    ItemPage,
)
from central.county.casework.calls import OPEN, ListCases
from central.county.flows.exchange import TABLES
from central.county.flows.feed import FeedPage
from protocol.errors import MalformedError
from protocol.errors.api import AskedWrongError
from protocol.json_values import from_json, to_json
from runtime.web.numbers import whole_number

T = TypeVar("T")

MAX_LIMIT, USUAL_LIMIT = 200, 50  # cases, items or events in one page
MAX_TEXT_CHARS = 6000  # of a parameter: a cursor over all stations is the longest
BODY_S = 20.0  # within which a body has to be here
SERVICE = web.AppKey("SERVICE", ApiService)
ANSWERS = web.AppKey("ANSWERS", Answers)
STATES = (OPEN, "received", "complete", "returned", "decided")  # as lists of cases know them


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that may be asked in the address."""

    words: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address and method."""

    method: str
    path: str
    words: str  # what it does
    right: TokenRight
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    gives: type | None  # None: lines of JSON
    takes: type | None = None
    query: Mapping[str, Parameter] = field(default_factory=dict)


_AFTER = Parameter(words="What the page before gave as `after`.")
_LIMIT = Parameter(
    words="At most so many.",
    schema={"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": USUAL_LIMIT},
)
_PAGED = {"after": _AFTER, "limit": _LIMIT}


async def _cases(request: web.Request) -> web.StreamResponse:
    wanted = ListCases(
        state=_text(request, "state"),
        item=_text(request, "item"),
        hub=_text(request, "hub"),
        after=_text(request, "after"),
        limit=_limit(request),
    )
    return answer(await request.app[SERVICE].list(request[HOLDER], wanted))


async def _case(request: web.Request) -> web.StreamResponse:
    return answer(await request.app[SERVICE].one(request[HOLDER], _part(request, "case")))


async def _act(request: web.Request) -> web.StreamResponse:
    case, action = _part(request, "case"), _part(request, "action")
    body, raw = await _body(request, ActBody)
    service, holder = request.app[SERVICE], request[HOLDER]
    return await _once(request, raw, lambda: service.act(holder, case, action, body))


async def _decide(request: web.Request) -> web.StreamResponse:
    case = _part(request, "case")
    body, raw = await _body(request, DecisionBody)
    service, holder = request.app[SERVICE], request[HOLDER]
    return await _once(request, raw, lambda: service.decide(holder, case, body))


async def _events(request: web.Request) -> web.StreamResponse:
    after, limit = _text(request, "after"), _limit(request)
    return answer(await request.app[SERVICE].events(request[HOLDER], after, limit))


async def _items(request: web.Request) -> web.StreamResponse:
    after, limit = _text(request, "after"), _limit(request)
    return answer(await request.app[SERVICE].items(request[HOLDER], after, limit))


async def _export(request: web.Request) -> web.StreamResponse:
    table, after = _part(request, "table"), _text(request, "after")
    service, holder = request.app[SERVICE], request[HOLDER]
    rows, more = await service.export(holder, table, after, _limit(request))
    text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
    response = web.Response(text=text, content_type="application/x-ndjson")
    if more:
        response.headers["X-After"] = more
    return response


def _part(request: web.Request, name: str) -> str:
    """What stands in the address at a place."""
    return _printable(name, request.match_info[name])


def _text(request: web.Request, name: str) -> str:
    return _printable(name, request.query.get(name, ""))


def _printable(name: str, text: str) -> str:
    if len(text) > MAX_TEXT_CHARS or not text.isprintable():
        raise AskedWrongError(name)
    return text


def _limit(request: web.Request) -> int:
    limit = whole_number(request.query.get("limit", str(USUAL_LIMIT)), most=MAX_LIMIT)
    if not limit:
        raise AskedWrongError(f"limit 1..{MAX_LIMIT}")
    return limit


async def _body(request: web.Request, kind: type[T]) -> tuple[T, bytes]:
    """The body as a ``kind``, and as it came.

    Raises:
        AskedWrongError: it is no JSON, or not of this kind, or comes too slowly.
    """
    try:
        async with asyncio.timeout(BODY_S):
            raw = await request.read()
        return from_json(json.loads(raw, parse_constant=_no_number), kind), raw
    except (ValueError, RecursionError, TimeoutError):
        raise AskedWrongError("JSON") from None
    except MalformedError as exc:
        raise AskedWrongError(exc.detail) from None


def _no_number(text: str) -> float:
    raise ValueError(text)  # NaN and the like


async def _once(
    request: web.Request, raw: bytes, work: Callable[[], Awaitable[Done]]
) -> web.StreamResponse:
    """Do it once for an idempotency key, and answer the same each time."""

    async def done() -> Any:  # noqa: ANN401 - JSON
        return to_json(await work())

    key, holder = request.headers.get("Idempotency-Key", ""), request[HOLDER]
    asked = f"{request.method} {request.path}\n".encode() + raw
    return as_json(await request.app[ANSWERS].once(holder.name, key, asked, done))


ROUTES: Sequence[Route] = (
    Route(
        method="GET",
        path="/cases",
        words="Cases, newest first.",
        right=TokenRight.READ,
        handler=_cases,
        gives=CasePage,
        query={
            "state": Parameter(words="How far.", schema={"type": "string", "enum": [*STATES]}),
            "item": Parameter(words="Id of an item."),
            "hub": Parameter(words="Node id of a township."),
            **_PAGED,
        },
    ),
    Route(
        method="GET",
        path="/cases/{case}",
        words="All of one case; that the system looked is recorded.",
        right=TokenRight.READ,
        handler=_case,
        gives=CaseAnswer,
    ),
    Route(
        method="POST",
        path="/cases/{case}/actions/{action}",
        words="Do something with a case.",
        right=TokenRight.ACT,
        handler=_act,
        takes=ActBody,
        gives=Done,
    ),
    Route(
        method="POST",
        path="/cases/{case}/decision",
        words="Decide a case, or return it for correction.",
        right=TokenRight.ACT,
        handler=_decide,
        takes=DecisionBody,
        gives=Done,
    ),
    Route(
        method="GET",
        path="/events",
        words="What happened, in the order of each station.",
        right=TokenRight.EVENTS,
        handler=_events,
        gives=FeedPage,
        query=_PAGED,
    ),
    Route(
        method="GET",
        path="/items",
        words="Items of the catalogue that counts today.",
        right=TokenRight.READ,
        handler=_items,
        gives=ItemPage,
        query=_PAGED,
    ),
    Route(
        method="GET",
        path="/export/{table}",
        words=f"Rows of a national table of exchange, one a line: {', '.join(TABLES)}.",
        right=TokenRight.READ,
        handler=_export,
        gives=None,
        query=_PAGED,
    ),
)
