"""axe finds nothing on any page of console and board, in both languages."""

import pytest
from playwright.async_api import Browser

from tests.browser.axe import in_words
from tests.browser.console import MARKS
from tests.browser.world import World
from tests.shots.studio import LANGUAGES, UNFOLD, each_page

pytestmark = [*MARKS, pytest.mark.slow]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_page_of_console_and_board_has_a_fault(
    browser: Browser, world: World, language: str
) -> None:
    faults: dict[str, list[str]] = {}
    for stage in world.stages:
        async for name, page in each_page(browser, stage, language):
            await page.evaluate(UNFOLD)
            faults[f"{stage.name} {name}"] = await in_words(page)
        assert stage.faults == []
    assert len(faults) > 80
    assert {where: found for where, found in faults.items() if found} == {}
