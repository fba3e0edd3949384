"""The main ways on the console in a real browser, over one full county."""

import json
import re
from contextlib import suppress
from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from central.county.casework.calls import ListCases
from central.county.county import County
from central.county.departments.changing import Changed
from central.county.departments.service import Departments
from central.county.departments.sheet import apply
from central.county.departments.staffing import Staffing
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.errors.casework import StepNotNowError
from tests.browser.console import MARKS
from tests.browser.world import World
from tests.shots.cases import LONGZHOU, bring_many
from tests.shots.county import DRAINING
from tests.shots.fees import MANY

pytestmark = [*MARKS, pytest.mark.slow, pytest.mark.timeout(600)]

HANDLER, AUDITOR, GRANTER = "陆经办", "农秀英", "李建国"
HUNDREDS = 300


def sample(number: int) -> dict[str, dict[str, str]]:
    path = LONGZHOU / "applications" / f"{number:02}.json"
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return found


async def case_of(world: World, item: str, *, state: str = "") -> str:
    listed = await world.shown.county.case_room.list.page(ListCases(item=item), limit=100)
    return next(one.case for one in listed.cases if not state or one.state == state)


async def let_decide(departments: Departments) -> None:
    """The handler decides for the department of what is decided many at once."""
    heads = ["部门编码", "部门", "岗位", "权限", "人员"]
    post = f"W01,县卫生健康局,县卫生健康局首席代表,审批,{HANDLER}".split(",")

    def change(before: Staffing) -> Changed:
        return Changed(staffing=apply(before, [heads, post]).staffing)

    await departments.change(change, GRANTER)


async def accept_all(county: County) -> None:
    """Every case of that item, by the county itself."""
    wanted = ListCases(item=MANY, state="open")
    while True:
        found = await county.case_room.list.page(wanted, limit=100)
        for one in found.cases:
            with suppress(StepNotNowError):
                await county.flows.act(one.case, Wanted(action="accept"), By())
        if not found.more:
            return
        wanted = replace(wanted, after=found.more)


async def test_a_case_is_found_taken_on_and_accepted(world: World, page: Page) -> None:
    await world.enter(page, HANDLER, "/worklist?whose=all&state=received&item=451423-009")
    case = await page.locator("tbody th a").first.inner_text()
    await page.get_by_role("link", name=case).click()
    await page.get_by_role("link", name="接办", exact=True).click()
    await page.get_by_role("button", name="接办").click()
    await expect(page.get_by_role("status").first).to_contain_text("已办：接办")
    await page.get_by_role("link", name="受理", exact=True).click()
    await page.get_by_label("说明或理由").fill("材料齐全")
    await page.get_by_role("button", name="受理", exact=True).click()
    await expect(page.get_by_role("status").first).to_contain_text("已办：受理")
    await expect(page.locator("ol.log")).to_contain_text(f"受理 {HANDLER}")
    await page.goto(f"{world.url}/worklist?whose=mine")
    await expect(page.locator("tbody")).to_contain_text(case)


async def test_hundreds_are_looked_at_and_decided(world: World, page: Page) -> None:
    shown = world.shown
    village = shown.stations[DRAINING]
    await let_decide(shown.county.departments)
    await bring_many(shown.relay, shown.nodes.scene, village, 13, HUNDREDS)
    await accept_all(shown.county)
    await world.enter(page, HANDLER, f"/worklist?whose=all&state=accepted&item={MANY}")
    await page.get_by_text("批量决定", exact=True).click()
    await page.get_by_label("理由").fill("符合条件")
    await page.get_by_role("button", name="看筛选出的全部").click()
    told = await page.locator("main").inner_text()
    found = re.search("将决定 ([0-9]+) 件，略过 ([0-9]+) 件", told)
    assert found is not None
    assert int(found[1]) >= HUNDREDS
    await page.get_by_role("button", name="确认，逐件决定").click()
    done = page.get_by_role("status").filter(has_text="已决定")
    await expect(done).to_contain_text(f"已决定 {found[1]} 件", timeout=300_000)
    await page.goto(f"{world.url}/worklist?whose=all&state=accepted&item={MANY}")
    await expect(page.locator("main")).to_contain_text("没有符合条件的待办")


async def test_the_telephone_tells_one_sentence_and_never_which_was_wrong(
    world: World, page: Page
) -> None:
    case, form = await case_of(world, "451423-014"), sample(4)["form"]
    await world.enter(page, HANDLER, "/telephone")
    for last in ("0000", form["applicant_id"][-4:]):
        await page.get_by_label("编号").fill(case)
        await page.get_by_label("身份证号码后四位").fill(last)
        await page.get_by_role("button", name="查询进度").click()
        if last == "0000":
            await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_role("status")).to_contain_text(case)
    text = await page.locator("main").inner_text()
    assert form["applicant_name"] not in text
    assert form["applicant_id"] not in text
    assert case not in page.url


async def test_a_card_is_answered_by_one_and_verified_by_another(world: World, page: Page) -> None:
    await world.enter(page, HANDLER, "/supervision?state=open&rung=red")
    card = await page.locator("#cards ~ .wide tbody th a").first.inner_text()
    await page.goto(f"{world.url}/supervision/{card}")
    await page.get_by_label("写明情况").fill("停电两天，今天办结。")
    await page.get_by_role("button", name="答复", exact=True).click()
    await expect(page.locator("ol.timeline")).to_contain_text("停电两天")
    await expect(page.get_by_role("button", name="核实通过")).to_have_count(0)
    await world.enter(page, AUDITOR, f"/supervision/{card}")
    await page.get_by_label("写明情况").fill("属实。")
    await page.get_by_role("button", name="核实通过", exact=True).click()
    await expect(page.locator("dl.facts")).to_contain_text("已核实")
    month = await page.locator("dt:has-text('发出时间') + dd").inner_text()
    await page.goto(f"{world.url}/supervision?state=verified&month={month[:7]}")
    await expect(page.locator("main")).to_contain_text(card)
    await page.goto(f"{world.url}/supervision?state=verified&month=2020-01")
    await expect(page.locator("main")).to_contain_text("没有这样的督办单")


async def test_the_auditor_says_when_yellow_begins(world: World, page: Page) -> None:
    await world.enter(page, HANDLER, "/supervision/rules")
    await expect(page.get_by_text("只有审计管理员可以改")).to_be_visible()
    await world.enter(page, AUDITOR, "/supervision/rules")
    await page.get_by_label("剩余百分比").fill("30")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_label("剩余百分比")).to_have_value("30")
    await page.get_by_role("button", name="恢复通常的界限").click()
    await expect(page.get_by_label("剩余百分比")).to_have_value("20")
    await page.goto(f"{world.url}/record?action=county.supervision-set-yellow")
    await expect(page.locator("tbody")).to_contain_text("更改黄灯界限")


async def test_the_wall_shows_counts_and_masked_numbers_only(world: World, page: Page) -> None:
    await world.enter(page, "黄海", "/supervision/wall")
    text = await page.locator("main").inner_text()
    assert re.search(r"\*{4}[0-9]{4}", text)
    assert not re.search(r"451423-20[0-9]{2}-[A-Z]{2}[0-9]+", text)
    listed = await world.shown.county.case_room.list.page(ListCases(), limit=100)
    assert not [one.applicant for one in listed.cases if one.applicant and one.applicant in text]


async def test_a_fee_is_paid_taken_back_and_stands_in_the_sums_of_the_day(
    world: World, page: Page
) -> None:
    case = await case_of(world, "451423-035")
    await world.enter(page, HANDLER, f"/cases/{case}/fee")
    assert (
        await page.locator("input[name*=yuan], input[name*=amount], input[name*=fen]").count() == 0
    )
    await page.get_by_label("缴款人").fill("本人")
    await page.get_by_role("button", name="登记缴费").click()
    await expect(page.locator("dl.facts")).to_contain_text("10.00")
    await page.get_by_label("原因").fill("重复缴费")
    await page.get_by_role("button", name="开红票退款").click()
    await expect(page.locator("ol.timeline")).to_contain_text("-10.00")
    await page.get_by_role("link", name="费用对账").first.click()
    await expect(page.locator("tbody tr").filter(has_text="红票退款")).to_contain_text("20.00")
    await expect(page.locator("main")).to_contain_text("没有差异")


async def test_documents_of_a_case_are_listed_and_opened(world: World, page: Page) -> None:
    case = await case_of(world, "451423-001")
    await world.enter(page, HANDLER, f"/cases/{case}")
    documents = page.locator("section", has=page.get_by_role("heading", name="发出的文书"))
    for words in ("收件凭证", "黎样明", "待盖章", "还没有告知"):
        await expect(documents).to_contain_text(words)
    address = await documents.get_by_role("link", name="下载 PDF").first.get_attribute("href")
    answer = await page.request.get(f"{world.url}{address}")
    assert (await answer.body()).startswith(b"%PDF")


async def test_a_circular_goes_to_every_village(world: World, page: Page) -> None:
    await world.enter(page, HANDLER, "/circulars")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_label("标题").fill("停电通知")
    await page.get_by_label("内容").fill("周五全天停电。")
    await page.get_by_role("button", name="发给全部村站").click()
    await expect(page.get_by_role("status")).to_contain_text("村站")
    await page.goto(f"{world.url}/circulars")
    await expect(page.locator("tbody")).to_contain_text("停电通知")


async def test_a_department_gets_a_window_and_a_post(world: World, page: Page) -> None:
    await world.enter(page, GRANTER, "/departments")
    await page.get_by_label("编码").fill("T01")
    await page.get_by_label("部门名称").fill("县图书馆")
    await page.get_by_role("button", name="增加", exact=True).click()
    await expect(page).to_have_url(re.compile("/departments/of/T01"))
    await page.goto(f"{world.url}/departments")
    await expect(page.locator("tbody")).to_contain_text("县图书馆")


async def test_the_wall_screen_fills_a_wide_screen_and_is_read_from_afar(
    world: World, page: Page
) -> None:
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await world.enter(page, HANDLER, "/supervision/wall")
    box = await page.locator("#late").bounding_box()
    assert box is not None
    assert box["width"] > 1800
    assert box["y"] + box["height"] <= 1080
    large = "getComputedStyle(document.querySelector('#figures b')).fontSize"
    assert float((await page.evaluate(large)).removesuffix("px")) > 48
