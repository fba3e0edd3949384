"""After handing in, before a real county: returned, corrected once, and what was owed follows."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from examples.sandbox import Program
from protocol.trust.schedule import local_time
from runtime.system import SystemClock
from tests.browser.console import MARKS
from tests.browser.desk import FANG, WORD
from tests.station_agent.desk.intake_items import LIBRARY, SUBSIDY
from tests.station_agent.papers import scans
from tests.system.looking import Watched
from tests.system.waiting import until

pytestmark = [*MARKS, pytest.mark.slow]

FAULTS = [
    {"field": "bank", "words": "开户行写全称"},
    {"field": "household.0.name", "words": "与户口簿不一致"},
    {"material": "card", "page": 2, "words": "反面不清楚"},
]
FULL, UNTIL = "龙州县农村信用合作联社", "2099-01-31"


@dataclass(frozen=True)
class Place:
    """A county, a village below it, and the browser at its desk."""

    box: Watched
    county: Program
    village: Program
    page: Page
    url: str

    async def cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.box.ask(self.county, "cases", "--json")
        return found

    async def to_come(self, count: int, follow_ups: int = 0) -> None:
        """So many cases, and so many things that followed and are whole."""

        async def there() -> bool:
            cases = await self.cases()
            followed = [two for one in cases for two in one["follow_ups"] if two["complete"]]
            return len(cases) == count and len(followed) == follow_ups

        await until(there)


async def opened(box: Watched, page: Page) -> Place:
    """With the item, and a clerk at the desk."""
    county = await box.county("451423", "龙州县")
    await box.start(county)
    catalogue = box.folder / "catalogue.json"
    document = {"title": "目录", "materials": LIBRARY, "items": [SUBSIDY]}
    catalogue.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    await box.run("yizhan-county", "publish", county.data, catalogue)
    county.node = (await box.ask(county, "status", "--json"))["node"]
    village = await box.station("village", "451423103201", "板送村", county)
    await box.run("yizhan-station", "exchange", village.data)
    await box.start(village)
    first = (await box.ask(village, "desk", "--json"))["first"]
    await page.goto(first)
    await page.get_by_label("姓名").fill(FANG)
    await page.get_by_label("口令", exact=True).fill(WORD)
    await page.get_by_label("再输一次口令").fill(WORD)
    await page.get_by_role("button", name="开始使用").click()
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
    return Place(
        box=box, county=county, village=village, page=page, url=first.partition("/first")[0]
    )


async def brings(page: Page, material: str, folder: Path, *widths: int) -> None:
    """Pictures, as files."""
    files = []
    for width in widths:
        files.append(folder / f"{width}.jpg")
        files[-1].write_bytes(scans.picture(width))
    form = page.locator(f"#{material} form[data-camera]")
    await form.locator("input[type=file]").set_input_files(files)
    await form.get_by_role("button", name="收下").click()
    await expect(page.locator(f"#{material} .sheets").last).to_be_visible()


async def hands_in(page: Page) -> str:
    """From the papers on; what is owed is promised. The id of the application."""
    await page.get_by_role("link", name="下一步：核对").click()
    tomorrow = local_time(SystemClock().now_ms()) + timedelta(days=1)
    await page.get_by_label("几月几日前补来").fill(tomorrow.date().isoformat())
    await page.get_by_role("button", name="交给县里").click()
    await expect(page.get_by_role("status").first).to_contain_text("已存在本机")
    return page.url.rpartition("/")[2].partition("?")[0]


async def applies(place: Place, folder: Path) -> str:
    """With a card of two pages; its id."""
    page = place.page
    await page.goto(f"{place.url}/items/subsidy/form")
    await page.get_by_label("姓名").fill("黄秀英")
    await page.get_by_label("开户行").fill("农信社")
    await page.get_by_role("button", name="核对").click()
    await brings(page, "card", folder, 300, 310)
    application = await hands_in(page)
    await place.to_come(1)
    return application


async def is_returned(place: Place, folder: Path) -> None:
    """By the county; the clerk presses the button of today's page."""
    (case,) = await place.cases()
    faults = folder / "faults.json"
    faults.write_text(json.dumps(FAULTS, ensure_ascii=False), "utf-8")
    await place.box.run(
        *("yizhan-county", "decide", place.county.data, case["case"]),
        *("--outcome", "correction", "--note", "请改", "--fields", faults, "--until", UNTIL),
    )

    async def is_back() -> bool:
        await place.page.goto(f"{place.url}/today")
        return await due(place.page).count() == 1

    await until(is_back, every_s=0.5)
    await due(place.page).click()


def due(page: Page) -> Locator:
    return page.get_by_role("region", name="县里要求补正").get_by_role("button")


async def corrects(place: Place, folder: Path) -> str:
    """What the county says, where it says so; the id of the second version."""
    page = place.page
    words = page.get_by_role("region", name="县里退回的话")
    await expect(words).to_contain_text(f"请在 {UNTIL} 前改好交回")
    await expect(words).to_contain_text("与户口簿不一致")  # the form has no such field
    bank = page.get_by_label("开户行")
    await expect(bank).to_have_value("农信社")
    await expect(page.locator("#f-bank-about")).to_contain_text("县里说：开户行写全称")
    await bank.fill(FULL)
    await page.get_by_role("button", name="核对").click()
    await expect(page.locator("#card")).to_contain_text("第 2 页：反面不清楚")
    await page.locator("#card .sheets").last.get_by_role("button", name="删去").last.click()
    await expect(page.locator("#card .sheets").last.locator("li")).to_have_count(1)
    await brings(page, "card", folder, 640)
    application = await hands_in(page)
    await place.to_come(2)
    await page.goto(f"{place.url}/today")
    await expect(due(page)).to_have_count(0)
    return application


async def sends_what_is_owed(place: Place, folder: Path) -> bytes:
    """By the button of today's page; the picture as the desk shows it."""
    page = place.page
    owed = page.get_by_role("region", name="还欠的材料")
    await owed.get_by_role("button", name="补交材料").click()
    await brings(page, "proof", folder, 500)
    picture = await page.locator("#proof .sheets img").get_attribute("src")
    shown = await (await page.request.get(f"{place.url}{picture}")).body()
    await page.get_by_label("要和县里说的话").fill("派出所补开的")
    await page.get_by_role("button", name="交给县里").click()
    await expect(page.get_by_role("region", name="交了以后")).to_contain_text("派出所补开的")
    await place.to_come(2, 1)
    return shown


async def test_returned_corrected_and_what_was_owed_follows(page: Page, tmp_path: Path) -> None:
    async with Watched(folder=tmp_path) as box:
        place = await opened(box, page)
        first = await applies(place, tmp_path)
        await is_returned(place, tmp_path)
        second = await corrects(place, tmp_path)
        old, new = sorted(await place.cases(), key=lambda one: one["application"] != first)
        assert (new["application"], new["corrects"]) == (second, old["case"])
        assert (new["form"]["bank"], old["form"]["bank"]) == (FULL, "农信社")
        assert [one["name"] for one in new["attachments"]] == ["card-1.jpg", "card-2.jpg"]
        kept, replaced = [one["sha256"] for one in old["attachments"]]
        assert new["attachments"][0]["sha256"] == kept
        assert new["attachments"][1]["sha256"] != replaced

        shown = await sends_what_is_owed(place, tmp_path)
        (new,) = [one for one in await place.cases() if one["application"] == second]
        (sent,) = new["follow_ups"]
        (file,) = sent["attachments"]
        assert (file["material"], file["sha256"]) == ("proof", hashlib.sha256(shown).hexdigest())
        folder = tmp_path / "out"
        await box.run(
            "yizhan-county", "files", place.county.data, sent["follow_up"], "--to", folder
        )
        assert [one.read_bytes() for one in folder.iterdir()] == [shown]
