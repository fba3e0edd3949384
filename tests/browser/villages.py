"""A county with an open console, and stations below it that hand in applications with numbers."""

import itertools
import json
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from examples.sandbox import Program
from tests.browser.console import Console

LONGZHOU = Path(__file__).parents[2] / "examples" / "longzhou"
FORM = json.loads((LONGZHOU / "applications" / "01.json").read_text("utf-8"))["form"]
WIDTHS = (1366, 390)


class Villages:
    """Every test adds stations of its own."""

    def __init__(self, console: Console) -> None:
        self.console, self._count = console, itertools.count(201)

    async def open(self) -> None:
        """Publish the sample county's catalogue."""
        box, county = self.console.sandbox, self.console.county
        await box.run("yizhan-county", "publish", county.data, LONGZHOU / "catalogue.json")
        county.node = (await box.ask(county, "status", "--json"))["node"]

    async def add(self, name: str, code: str = "") -> Program:
        """A new station that has the catalogue."""
        number = next(self._count)
        code = code or f"451423103{number}"
        station = await self.console.sandbox.station(
            f"station-{number}", code, name, self.console.county
        )
        await self.exchange(station)
        return station

    async def exchange(self, program: Program) -> None:
        """One exchange with the county."""
        await self.console.sandbox.run("yizhan-station", "exchange", program.data)

    async def hand_in(self, program: Program, count: int) -> list[str]:
        """Applications without papers; the number of each."""
        lines = [{"item": "451423-001", "form": FORM} for _ in range(count)]
        file = self.console.sandbox.folder / "stack.jsonl"
        file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "utf-8")
        text = await self.console.sandbox.run("yizhan-station", "submit-many", program.data, file)
        return [json.loads(line).get("number", "") for line in text.splitlines()]

    async def held(self, program: Program) -> list[dict[str, Any]]:
        """The blocks that a station has."""
        asked = await self.console.sandbox.ask(program, "numbers", "--json")
        found: list[dict[str, Any]] = asked["blocks"]
        return found

    async def log_in(self, page: Page, name: str, path: str = "/numbers") -> None:
        """Somebody opens a page."""
        await page.context.clear_cookies()
        await self.console.log_in(page, name)
        await page.goto(f"{self.console.url}{path}")

    async def issue(self, page: Page, station: Program, count: str) -> None:
        """Somebody asks for a block for this station alone."""
        await self.log_in(page, "security", f"/numbers/issue?node={station.node}")
        await page.get_by_label("每个号段的号码数").fill(count)
        await page.get_by_role("button", name="发出", exact=True).click()


async def no_wider_than_the_window(page: Page) -> None:
    """On a screen, and on a telephone."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 768})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
