"""What axe says of a page."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_AXE = Axe()


async def in_words(page: Page) -> list[str]:
    """What axe finds, with where."""
    found = await _AXE.run(page)
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
