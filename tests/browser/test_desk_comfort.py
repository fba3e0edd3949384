"""Every page of the desk on a small old screen: it fits, and what is clicked is large enough.

A new page is tried by itself: its address stands in the desk's own tables of routes.
"""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from runtime.control.calls import Nothing
from station_agent.clerks.calls import AddClerk
from tests.browser.console import MARKS
from tests.browser.desk import FANG, WORD, logs_in
from tests.browser.test_desk_axe import addresses, sample
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import open_visitor
from tests.station_agent.village import Village

pytestmark = [*MARKS, pytest.mark.slow]

WIDTH, HEIGHT, TARGET, TEXT = 1024, 768, 44, 16  # pixels
LOCKED = "document.body.classList.add('covered'); cover.hidden = false"
FAULTS = """([width, target, text]) => {
  const found = [];
  const name = (one) => one.outerHTML.slice(0, 90).replace(/\\s+/g, ' ');
  const seen = (one) => one.checkVisibility({visibilityProperty: true});
  const wide = document.documentElement.scrollWidth;
  if (wide > width) found.push(`${wide} wide`);
  const clicked = "button, input, select, textarea, summary, a.button";
  for (const one of document.querySelectorAll(clicked)) {
    if (one.type === "hidden" || !seen(one)) continue;
    if (one.closest("[hidden], [aria-hidden=true]")) continue;
    const ticked = one.type === "radio" || one.type === "checkbox";
    const box = (ticked && one.closest("label")) || one; // a click anywhere in it ticks
    const high = box.getBoundingClientRect().height;
    if (high < target - 0.5) found.push(`${high} high: ${name(one)}`);
    if (parseFloat(getComputedStyle(one).fontSize) < text) found.push(`small: ${name(one)}`);
    if (one.tabIndex < 0) found.push(`no key reaches it: ${name(one)}`);
  }
  for (const one of document.querySelectorAll("main p, main dd, main td, main label, main li")) {
    const read = seen(one) && one.innerText?.trim() && !one.closest(".sheet"); // that is paper
    const size = parseFloat(getComputedStyle(one).fontSize);
    if (read && size < text) found.push(`small: ${name(one)}`);
  }
  return found;
}"""


@pytest.mark.timeout(600)
async def test_every_page_fits_and_every_target_is_large_enough(page: Page, tmp_path: Path) -> None:
    village = Village(tmp_path / "station")
    async with village.open() as station, open_visitor(village, station) as visitor:
        samples = await sample(village, station)
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        faults: dict[str, list[str]] = {}
        for path in ("/login", "/forgot", "/situation"):
            await page.goto(visitor.url + path)
            faults[path] = await page.evaluate(FAULTS, [WIDTH, TARGET, TEXT])
        await page.goto(f"{visitor.url}/login")
        await logs_in(page)
        await page.goto(f"{visitor.url}/items/pension/form")
        draft = page.url.rpartition("/")[2].partition("?")[0]
        await page.locator("main form [name=name]").first.fill("黄秀英")
        await expect(page.locator("#saved")).to_contain_text("已存")
        papers = {"filing": draft, "sheet": "0" * 32}
        for path in sorted(set(addresses({**papers, **samples}))):
            for which in {path, path.replace(samples["application"], draft)}:
                answer = await page.goto(visitor.url + which)
                if answer is not None and "html" in answer.headers.get("content-type", ""):
                    faults[which] = await page.evaluate(FAULTS, [WIDTH, TARGET, TEXT])
        assert len(faults) > 20
        listed = [f"{where}: {one}" for where, found in faults.items() for one in found]
        assert "\n".join(listed) == ""


async def test_one_key_shows_the_code_for_help_also_on_a_locked_page(
    page: Page, tmp_path: Path
) -> None:
    village = Village(tmp_path / "station")
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        digits = (await station.situation.situation(CLERK, Nothing())).code
        box = page.get_by_role("dialog", name="打电话求助")
        await page.goto(f"{visitor.url}/login")
        await page.keyboard.press("F1")
        await expect(box).to_contain_text(digits)
        await page.keyboard.press("Escape")
        await expect(box).to_be_hidden()
        await logs_in(page)
        await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
        await page.evaluate(LOCKED)
        await page.keyboard.press("F1")
        await expect(box).to_contain_text(digits)
        await page.keyboard.press("F1")
        await expect(box).to_be_hidden()
