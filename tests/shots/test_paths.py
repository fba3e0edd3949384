"""No page is forgotten: the list to be pictured comes from the routes themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import pytest
from aiohttp import web

from runtime.web.site import Site
from tests.shots.paths import NoSampleError, pages_of


@dataclass(frozen=True)
class Routes:
    """As much of a site as is asked for."""

    routes: Sequence[web.RouteTableDef]

    @property
    def content(self) -> "Routes":
        """The same: what a site has of its own."""
        return self


async def page(_: web.Request) -> web.Response:
    return web.Response()


def site_with(*paths: str) -> Site:
    table = web.RouteTableDef()
    for path in paths:
        table.get(path)(page)
    table.post("/never")(page)
    return cast("Site", cast("Any", Routes(routes=[table])))


def test_a_new_page_is_in_by_itself() -> None:
    assert pages_of(site_with("/news", "/"), {}) == {"news": "/news"}


def test_a_page_of_something_is_pictured_for_each_example() -> None:
    found = pages_of(site_with("/nodes/{node:[0-9a-f]{16}}"), {"node": ["ab", "cd"]})
    assert found == {"nodes-1": "/nodes/ab", "nodes-2": "/nodes/cd"}


def test_a_page_without_an_example_is_no_silent_gap() -> None:
    with pytest.raises(NoSampleError, match="wonder"):
        pages_of(site_with("/x/{wonder}"), {"node": ["ab"]})


def test_a_page_of_two_things_is_pictured_by_whole_addresses_or_is_no_silent_gap() -> None:
    site = site_with("/items/{code}/charges/{charge:[0-9]+}")
    addresses = ["/items/a/charges/1", "/items/a/charges/2"]
    assert pages_of(site, {"/items/{code}/charges/{charge}": addresses}) == {
        "items-charges-1": "/items/a/charges/1",
        "items-charges-2": "/items/a/charges/2",
    }
    with pytest.raises(NoSampleError, match="whole addresses"):
        pages_of(site, {"code": ["a"], "charge": ["1"]})
