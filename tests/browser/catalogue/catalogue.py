"""A county with a full catalogue, for the tests of its pages."""

import json
from pathlib import Path

from playwright.async_api import Page

from tests.browser.console import Console
from tests.builders.catalogue.full_item import LIBRARY, full_item

LONGZHOU = Path(__file__).parents[3] / "examples" / "longzhou" / "catalogue.json"
WIDTHS = (1366, 1024, 390)


async def publish_all(console: Console) -> None:
    """Publish the sample county's catalogue, and one item that has everything."""
    document = json.loads(LONGZHOU.read_text("utf-8"))
    document["items"].append(full_item())
    document["materials"] = {**document.get("materials", {}), **LIBRARY}
    file = console.sandbox.folder / "catalogue.json"
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    await console.sandbox.run("yizhan-county", "publish", console.county.data, file)


async def no_wider_than_the_window(page: Page) -> None:
    """The page as it is has to be scrolled sideways at no width."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 768})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
