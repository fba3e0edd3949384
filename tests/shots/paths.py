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
        "/worklist/bulk/run/{number}/bar",
        "/catalogue/tables/file/{number}",
        "/departments/table.{form}",
        "/reports/{month}/{edition}/report.{form}",
        "/batches/new/{code}",
        *("/once/{number}/{file}", "/review-queue/{envelope}/{position}", "/lock"),
        *("/cases/{case}/documents/{n}", "/catalogue/documents/{document}"),
        "/office/{case}/files/{position}",
        "/slips/page",
        *("/cases/{case}/files/{of}/{position}", "/letters/{letter}/files/{position}"),
        "/papers/{code}/{filing}/sheet/{sheet}/view",
        "/applications/{application}/sheet/{sheet}",
        *("/applications/{application}/answers/{n}/files/{position}", "/rate/{word}"),
        *("/writing/{writing}/sheet/{sheet}/view", "/own-words/{word}/typing", "/own-words/{word}"),
    )
)


class NoSampleError(Exception):
    """A page needs a value in its address of which no example is known."""


def pages_of(site: Site, samples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Name of the picture and address of each page.

    Args:
        samples: examples for each parameter of an address, such as ``node``, by
            ``path:parameter`` (without patterns) where one path needs others; and whole
            addresses by ``path``, which it needs where it has more than one parameter.

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
    if short in samples:
        return _numbered(_PARAMETER.sub("", path), samples[short])
    if not names:
        return {_picture(path): path}
    if len(names) > 1:
        raise NoSampleError(f"{path}: name whole addresses in tests/shots, or leave it out above")
    values = samples.get(f"{short}:{names[0]}", samples.get(names[0]))
    if values is None:
        raise NoSampleError(f"{path}: name an example of {names[0]} in tests/shots")
    plain = _PARAMETER.sub("", path)
    return _numbered(plain, [_PARAMETER.sub(value, path) for value in values])


def _numbered(plain: str, addresses: Sequence[str]) -> dict[str, str]:
    return {f"{_picture(plain)}-{number}": one for number, one in enumerate(addresses, 1)}


def _picture(path: str) -> str:
    return "-".join(part for part in path.split("/") if part) or "first"
