"""The paths of the desk's pages, by its own tables of routes: a new page is tried by itself."""

import re
from collections.abc import Iterator

from aiohttp import web

from station_agent.desk.routes import ROUTES

_PARAMETER = re.compile(r"{(\w+)(?::[^{}]*(?:{[^{}]*}[^{}]*)*)?}")


def pages() -> Iterator[str]:
    """As /applications/{application}: what GET answers."""
    for route in (route for table in ROUTES for route in table):
        if isinstance(route, web.RouteDef) and route.method == "GET":
            yield _PARAMETER.sub(r"{\1}", route.path)
