"""Where a site is opened for browsers."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from central.pages.opening import opening_of
from central.server.config import ServerConfig
from central.store.migrate import ACCOUNTS, HUB, migrate
from runtime.line.places import PAGES
from runtime.web.opening import Pages
from tests.central.hub.boards import hub_site
from tests.central.nodes import County


@pytest.fixture
def place(tmp_path: Path) -> County:
    return County(tmp_path)


async def test_pages_that_are_opened_anew_come_back_where_they_were(
    place: County, tmp_path: Path
) -> None:
    config = ServerConfig(pages="127.0.0.1:0")
    opening = opening_of(tmp_path, config, "127.0.0.1:8450")
    told: list[str] = []
    async with place.relay(place.county) as relay:
        await migrate(relay.store, ACCOUNTS, HUB)
        for _ in range(2):
            assert opening is not None
            site = hub_site(relay, config, place.scene.randomness)
            pages = Pages(site=site, opening=opening, tell=told.append)
            async with AsyncExitStack() as stack:
                await pages.open(stack, PAGES)
                pages.say()
            opening = pages.opening
    assert told[0] == told[1]
    assert not told[0].endswith(":0")


async def test_no_pages_are_opened_where_the_settings_say_so(tmp_path: Path) -> None:
    assert opening_of(tmp_path, ServerConfig(pages="off"), "127.0.0.1:8450") is None
