"""An incomplete application at the desk: what is missing is said; who insists is not refused."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from station_agent.clerks.calls import AddClerk
from tests.browser.console import MARKS
from tests.browser.desk import FANG, WORD, logs_in
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.desk.intake_items import at_county, published
from tests.station_agent.desk.visitor import open_visitor
from tests.station_agent.village import Village

pytestmark = [*MARKS, pytest.mark.slow]


async def test_a_citizen_insists_and_the_county_reads_so(page: Page, tmp_path: Path) -> None:
    village = published(Village(tmp_path / "station"))
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await page.goto(f"{visitor.url}/today")
        await logs_in(page)
        await page.goto(f"{visitor.url}/items/subsidy/form")
        await page.get_by_label("姓名").fill("黄秀英")
        await page.get_by_role("link", name="由别人代办").click()
        await page.get_by_label("代办人姓名").fill("黄大山")
        await page.get_by_label("和申请人的关系").fill("儿子")
        await page.get_by_role("button", name="记下代办人").click()
        await expect(page.get_by_label("姓名")).to_have_value("黄秀英")
        await page.get_by_role("button", name="核对").click()
        await expect(page.get_by_role("alert")).to_contain_text("有 1 处要改")
        await page.get_by_role("link", name="先不填，继续").click()
        await page.get_by_role("link", name="下一步：核对").click()
        missing = page.get_by_role("region", name="还缺这些")
        await expect(missing.get_by_role("listitem")).to_have_count(3)
        await page.get_by_role("button", name="交给县里").click()
        await expect(page.get_by_role("alert")).to_contain_text("intake.form-invalid")
        await page.get_by_label("听明白了，还是要现在交").check()
        await expect(page.get_by_label("谁坚持要交")).to_have_value("黄大山")
        await page.get_by_role("button", name="交给县里").click()
        await expect(page.get_by_role("status").first).to_contain_text("已存在本机")
        assert (await status_of(station))["counts"]["saved"] == 1
        sent = await at_county(village, station, page.url.rpartition("/")[2].partition("?")[0])
        assert sent.taken is not None
        assert sent.taken.insisted == "黄大山"
        assert sent.taken.agent is not None
        assert (sent.taken.agent.name, sent.taken.agent.relation) == ("黄大山", "儿子")
