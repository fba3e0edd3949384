"""Which pages a site has: from its own table of routes, so that a new page is in by itself."""

import re
from collections.abc import Mapping, Sequence

from aiohttp import web

from runtime.web.site import Site

_PARAMETER = re.compile(r"{(\w+)(?::[^{}]*(?:{[^{}]*}[^{}]*)*)?}")
NO_PAGES = frozenset(  # parts of a page, files, or an address that leads on
    (
        *("/", "/language/{language}", "/nodes/import/{number}/bar"),
        *("/numbers/issue/{number}/bar", "/catalogue/tables/{number}/bar"),
        "/catalogue/tables/file/{number}",
    )
)


class NoSampleError(Exception):
    """A page needs a value in its address of which no example is known."""


def pages_of(site: Site, samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Name of the picture and address of each page.

    Args:
        samples: examples for each parameter of an address, such as ``node``, by
            ``path:parameter`` (without patterns) where one path needs others.

    Raises:
        NoSampleError: a new page needs one that ``samples`` does not have.
    """
    found: dict[str, str] = {}
    for table in site.content.routes:
        for route in table:
            if isinstance(route, web.RouteDef) and route.method == "GET":
                found |= _addresses(route.path, samples)
    return found


def _addresses(path: str, samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    names, short = _PARAMETER.findall(path), _PARAMETER.sub(r"{\1}", path)
    if short in NO_PAGES:
        return {}
    if not names:
        return {_picture(path): path}
    if len(names) > 1:
        return {}  # parts of what another page shows, such as one file of many
    values = samples.get(f"{short}:{names[0]}", samples.get(names[0]))
    if values is None:
        raise NoSampleError(f"{path}: name an example of {names[0]} in tests/shots/studio.py")
    plain = _PARAMETER.sub("", path)
    return {
        f"{_picture(plain)}-{number}": _PARAMETER.sub(value, path)
        for number, value in enumerate(values, 1)
    }


def _picture(path: str) -> str:
    return path.strip("/").replace("/", "-") or "first"
