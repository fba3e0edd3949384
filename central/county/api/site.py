"""The API as a site of its own, on its own address.

Source: docs/api.md; docs/operations.md, "Settings".
"""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web

from central.county.api.answers import Answers
from central.county.api.document import document
from central.county.api.guard import as_json, guarded
from central.county.api.routes import ANSWERS, ROUTES, SERVICE
from central.county.api.service import ApiService
from central.county.api.tokens import TokenService
from protocol.ports import Clock
from runtime.line.places import Capacity
from runtime.web.opening import Opening, listen_for

USUAL = "127.0.0.1:8460"


async def _document(_: web.Request) -> web.StreamResponse:
    return as_json(document())


def application(
    service: ApiService, tokens: TokenService, answers: Answers, clock: Clock
) -> web.Application:
    """All addresses, behind the guard."""
    app = guarded(tokens, clock)
    app[SERVICE], app[ANSWERS] = service, answers
    app.router.add_get("/openapi.json", _document)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, route.handler)
    return app


@dataclass(slots=True, kw_only=True)
class ApiSite:
    """The API, and where it is once it is open."""

    app: web.Application
    opening: Opening
    tell: Callable[[str], None]  # told its URL

    async def open(self, stack: AsyncExitStack, capacity: Capacity) -> None:
        """Let systems in until ``stack`` closes.

        Raises:
            UsageError: somebody chose the port, and it is taken.
        """
        self.opening = await listen_for(self.app, self.opening, stack, capacity)

    def say(self) -> None:
        """Tell the URL, once it is open."""
        self.tell(self.opening.url(self.opening.port))
