"""Console and board over one full county, for tests of many pages."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page

from tests.browser.console import fill_login
from tests.shots.county import PASSWORD, ShownCounty
from tests.shots.stages import open_world
from tests.shots.studio import Stage

_FEWEST_NODES = 72  # of a full county


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The sites, and the county behind them."""

    shown: ShownCounty
    stages: Sequence[Stage]

    @property
    def url(self) -> str:
        """Of the console."""
        return self.stages[0].url

    async def enter(self, page: Page, name: str, path: str) -> None:
        """Let somebody else log in, and go to a page of the console."""
        await page.context.clear_cookies()
        await page.goto(f"{self.url}/login")
        await fill_login(page, name, PASSWORD)
        await page.wait_for_url(lambda address: "/login" not in address)
        await page.goto(self.url + path)


@asynccontextmanager
async def open_full(folder: Path) -> AsyncIterator[World]:
    """As ``make shots`` has them, with fewer nodes."""
    async with AsyncExitStack() as stack:
        shown, stages = await open_world(stack, folder, ("console", "board"), most=_FEWEST_NODES)
        yield World(shown=shown, stages=stages)
