"""The catalogue in a real browser: found, read, drawn, computed, and its calendar."""

import json

from playwright.async_api import Browser, Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE

pytestmark = MARKS

OUTLINE = """shapes => shapes.map((one) => [
    one.tagName, one.getAttribute('rx'), one.getAttribute('stroke-width'),
    (one.getAttribute('d') || '').replace(/[0-9. ]/g, '')])"""


async def test_an_item_is_found_by_what_people_call_it(county: Console, page: Page) -> None:
    await county.log_in(page, "operator")
    await page.get_by_role("link", name="事项目录").click()
    await expect(page.locator("caption")).to_contain_text("共 73 个事项，找到 73 个")
    await expect(page.locator("tbody tr")).to_have_count(50)
    await page.get_by_role("link", name="下一页").click()
    await expect(page.locator("tbody tr")).to_have_count(23)
    await page.get_by_label("名称、俗称或编号").fill("特困供养")
    await page.keyboard.press("Enter")
    row = page.locator("tbody tr").first
    await expect(row).to_contain_text("特困人员认定和供养待遇申请")
    await expect(row).to_contain_text("五保、五保户、特困供养")
    await expect(row).to_contain_text("12个工作日")
    await no_wider_than_the_window(page)


async def test_an_item_shows_all_that_is_written_of_it_in_words(
    county: Console, page: Page
) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/items/{CODE}")
    told = {
        "basic": ["五保、五保户、特困供养", "民政服务申请", "行政给付（05）", "县级（4）"],
        "questions": ["能自己劳动挣钱吗？", "可以改申请临时救助"],
        "materials": ["必须上传", "任选其一", "条件：“是否残疾”为“是”", "可以用告知承诺代替"],
        "limits": ["20个工作日", "12个工作日", "村站收件"],
        "flow": ["委托机构评估生活自理能力", "外部评定", "局务会集体研究"],
        "fees": ["复印费：0.5元/页，前2页免收", "残疾人：按50%收（残疾人保障条例）"],
        "publicity": ["7日", "村、住房间数"],
        "law": ["社会救助暂行办法", "国务院令第649号"],
        "contact": ["0771-8812345", "0771-8854321"],
        "form": ["household.member_name", "成员姓名"],
    }
    for section, texts in told.items():
        for text in texts:
            await expect(page.locator(f"#{section}")).to_contain_text(text)
    await no_wider_than_the_window(page)


async def add_node(page: Page, name: str, kind: str) -> None:
    await page.locator("#flow > summary").click()
    await page.locator("#flow .item-row > summary").last.click()
    new = page.locator("#flow fieldset").last
    await new.get_by_label("环节名称").fill(name)
    await new.get_by_label("类型").select_option(kind)


async def test_an_item_is_edited_checked_as_it_is_typed_and_saved_as_a_draft(
    county: Console, page: Page
) -> None:
    await county.add_staff("author", "author")
    await county.enter(page, "author")
    await page.goto(f"{county.url}/catalogue/items/{CODE}")
    await page.get_by_role("link", name="编写", exact=True).click()
    await no_wider_than_the_window(page)
    promised = page.get_by_label("承诺时限")
    await expect(promised).not_to_be_visible()  # its section is folded
    await page.locator(".bar").get_by_text("本页内容").click()
    await page.locator("#contents-menu").get_by_role("link", name="办理时限").click()
    await promised.fill("很快")
    await promised.blur()
    await expect(page.locator("#findings li.bad")).to_contain_text("承诺时限：时限写作")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(promised).to_have_value("很快")
    await expect(page.locator("label").filter(has=promised).locator(".fault")).to_be_visible()
    await page.locator("#limits > summary").click()
    await page.locator("#findings a").first.click()  # unfolds it again
    await expect(promised).to_be_in_viewport()
    await promised.fill("１５个工作日")
    await page.get_by_label("俗称").fill("五保\n特困")
    await add_node(page, "归档", "送达")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_text("请另一人审核。")).to_be_visible()
    await expect(page.locator("#limits")).to_contain_text("15个工作日")
    await expect(page.locator("#basic")).to_contain_text("五保、特困")
    await expect(page.locator("svg.flow g.node").last).to_contain_text("归档")
    await page.get_by_role("link", name="看现行的").click()
    await expect(page.locator("#limits")).to_contain_text("12个工作日")  # nothing is published
    told = await county.sandbox.run(
        "yizhan-county", "catalogue", "drafts", county.county.data, "--json"
    )
    assert [one["state"] for one in json.loads(told) if one["author"] == "author"] == ["proposed"]


async def test_what_is_made_public_is_chosen_by_titles(county: Console, page: Page) -> None:
    await county.add_staff("publisher-of-names", "author")
    await county.log_in(page, "publisher-of-names")
    await page.goto(f"{county.url}/catalogue/items/{CODE}/edit")
    await page.locator("#publicity > summary").click()
    shown = page.get_by_role("group", name="公示内容")
    await expect(shown.get_by_label("住房间数")).to_be_checked()
    await expect(shown.get_by_label("身份证号")).not_to_be_checked()
    await shown.get_by_label("住房间数").uncheck()
    await shown.get_by_label("是否残疾").check()
    await no_wider_than_the_window(page)
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#publicity")).to_contain_text("村、是否残疾")
    await expect(page.locator("#publicity")).not_to_contain_text("住房间数")


async def test_an_item_is_seen_as_clerk_and_applicant_will_see_it(
    county: Console, page: Page
) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/items/{CODE}")
    await page.get_by_role("link", name="预览").click()
    clerk, slip = page.locator("#clerk"), page.locator(".slip")
    await expect(clerk).to_contain_text("能自己劳动挣钱吗？")
    await expect(clerk).to_contain_text("正反两面都要拍")
    await expect(clerk.get_by_label("住房间数")).to_be_disabled()  # nothing is filled in here
    await expect(slip).to_contain_text("民政服务申请")  # the neutral name
    await expect(clerk).to_contain_text("不用交：公安户籍库")
    for hidden in (
        "特困",
        "五保",
        "户口簿",
        "正反两面",
    ):  # what others must not read, and what is not asked
        await expect(slip).not_to_contain_text(hidden)
    for told in ("居民身份证", "社会保障卡、银行卡", "12个工作日", "0771-8812345", "0771-8854321"):
        await expect(slip).to_contain_text(told)
    await no_wider_than_the_window(page)


async def test_without_script_the_checks_come_with_the_button(
    county: Console, browser: Browser
) -> None:
    context = await browser.new_context(ignore_https_errors=True, java_script_enabled=False)
    page = await context.new_page()
    await county.add_staff("plain", "author")
    await county.enter(page, "plain")
    await page.goto(f"{county.url}/catalogue/new")
    await page.get_by_label("事项编号").fill("451423-new")
    await page.get_by_label("事项名称").fill("新办的事项")
    await page.locator("#form > summary").click()
    schema = page.get_by_label("表单（JSON Schema）")
    await schema.fill('{"type": "object", }')
    await page.get_by_role("button", name="检查").click()
    await expect(page.locator("#findings")).to_contain_text("第 1 行第")
    await expect(schema).to_have_value('{"type": "object", }')
    await schema.fill('{"type": "object", "properties": {"a": {"type": "string", "title": "甲"}}}')
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("新办的事项")
    await expect(page.locator("#form")).to_contain_text("甲")
    await context.close()


async def test_the_flow_is_drawn_with_a_shape_for_each_kind(county: Console, page: Page) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/items/{CODE}/flow")
    kinds = ("acceptance", "review", "joint", "assessment", "publicity", "decision", "delivery")
    drawn = [
        await page.locator(f"svg.flow g.{kind} > :is(rect, path)").evaluate_all(OUTLINE)
        for kind in kinds
    ]
    assert len({str(one) for one in drawn}) == len(kinds)  # without any colour
    nodes = page.locator("svg.flow g.node")
    await expect(nodes).to_have_count(7)
    await expect(nodes.nth(3)).to_contain_text("4 · 外部评定")
    await expect(nodes.nth(3)).to_contain_text("县人民医院 · 10个工作日")
    await expect(page.locator("svg.flow path.arrow")).to_have_count(6)
    await no_wider_than_the_window(page)


async def test_a_fee_is_computed_from_facts_step_by_step(county: Console, page: Page) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/items/{CODE}")
    await page.get_by_role("link", name="试算收费").click()
    await page.get_by_label("原因").select_option("丢失补领")
    await page.get_by_label("页数（页）").fill("６")  # as an input method leaves it
    await page.get_by_role("button", name="计算").click()
    await expect(page.locator(".fees tbody tr")).to_have_count(2)
    await expect(page.locator(".fees tbody tr").nth(1)).to_contain_text("复印费：4页×0.5元")
    await expect(page.locator(".fees tfoot")).to_contain_text("22.00")
    await page.get_by_label("残疾人").check()
    await page.get_by_role("button", name="计算").click()
    await expect(page.locator(".fees tbody")).to_contain_text("减免：残疾人（残疾人保障条例）")
    await expect(page.locator(".fees tfoot")).to_contain_text("11.00")
    await page.get_by_label("页数（页）").fill("")
    await page.get_by_role("button", name="计算").click()
    await expect(page.get_by_role("alert")).to_contain_text("缺少 页数")
    await expect(page.locator(".fees")).to_have_count(0)
    await page.get_by_role("link", name="原因 丢失补领，页数 6").click()
    await expect(page.locator(".fees tfoot")).to_contain_text("22.00")
    await no_wider_than_the_window(page)


async def test_a_month_tells_holidays_lunar_days_and_markets(county: Console, page: Page) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/calendar?month=2026-02")
    cell = page.locator("td.day:not(.outside)")
    await expect(cell).to_have_count(28)
    await expect(cell.nth(16)).to_contain_text("正月")  # 2026-02-17, New Year
    await expect(cell.nth(16)).to_contain_text("春节")
    await expect(cell.nth(13)).to_contain_text("调休上班")  # Saturday the 14th
    await expect(cell.nth(13)).to_contain_text("班")
    await page.get_by_label("圩日").select_option("451423201")  # each Saturday
    await page.get_by_role("button", name="看这个月").click()
    await expect(page.locator(".markets")).to_have_count(4)
    await page.get_by_role("link", name="下月").click()
    await expect(page.locator(".month-name")).to_have_text("2026 年 3 月")
    await expect(page.locator(".markets")).to_have_count(4)
    await no_wider_than_the_window(page)


async def test_a_limit_says_why_it_ends_on_that_day(county: Console, page: Page) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/due")
    await page.get_by_label("从哪一天（或几点）起").fill("2026-02-10")
    await page.get_by_label("期限", exact=True).fill("7天")
    await page.get_by_role("button", name="计算").click()
    await expect(page.locator("dl.facts")).to_contain_text("2026-02-24")
    await expect(page.locator(".why-days")).to_contain_text("春节")
    await page.get_by_label("期限", exact=True).fill("很快")
    await page.get_by_role("button", name="计算").click()
    await expect(page.get_by_role("alert")).to_contain_text("不是期限")
    await no_wider_than_the_window(page)


async def test_an_item_is_withdrawn_by_a_draft_that_says_what_becomes_of_forms(
    county: Console, page: Page
) -> None:
    await county.add_staff("remover", "author")
    await county.enter(page, "remover")
    await page.goto(f"{county.url}/catalogue/items/451423-002")
    await page.get_by_role("link", name="撤下", exact=True).click()
    for told in ("30 天内可以按旧版继续办", "已经保存的申请和在办的件不受影响", "另一人审核通过"):
        await expect(page.locator("main")).to_contain_text(told)
    await no_wider_than_the_window(page)
    await page.evaluate("document.querySelector('input[name=read]').required = false")
    await page.get_by_role("button", name="提出撤下").click()
    await expect(page.get_by_role("alert")).to_contain_text("请先看完撤下的后果")
    await page.get_by_label("已看懂上面的后果").check()
    await page.get_by_role("button", name="提出撤下").click()
    await expect(page.get_by_role("status")).to_contain_text("已提出撤下，请另一人审核")
    await expect(page.locator("section.change")).to_have_count(1)
    await expect(page.locator("section.change")).to_contain_text("451423-002")
    await expect(page.locator("section.change")).to_contain_text("旧草稿按旧版办理")
    await page.goto(f"{county.url}/catalogue/items/451423-002")  # nothing is published
    await expect(page.get_by_role("link", name="预览")).to_be_visible()
    await page.get_by_role("link", name="撤下", exact=True).click()
    await expect(page.locator("main")).to_contain_text("没有发布的草稿")


async def test_the_first_release_is_folded_by_department(county: Console, page: Page) -> None:
    await county.enter(page, "operator")
    await page.goto(f"{county.url}/catalogue/history/1")
    groups = page.locator("details.group")
    assert await groups.count() > 3
    await no_wider_than_the_window(page)
    assert await page.evaluate("document.documentElement.scrollHeight") < 3_000  # at 390 px
    group = groups.filter(has_text="县民政局").first
    await expect(group.get_by_text(CODE)).not_to_be_visible()
    await group.locator("summary").click()
    await expect(group.get_by_text(CODE)).to_be_visible()
    lines = await page.locator("details.group li").count()
    papers = await page.locator("details.group .change").count()
    heading = await page.get_by_role("heading", level=2).first.inner_text()
    assert f"改动 {lines + papers} 处" in heading
