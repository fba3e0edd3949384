"""The library of materials in a real browser: found, read, edited, and who follows."""

import json

from playwright.async_api import Page, expect

from tests.browser.catalogue.catalogue import no_wider_than_the_window
from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE

pytestmark = MARKS


async def test_a_paper_is_found_with_the_items_that_refer_to_it(
    county: Console, page: Page
) -> None:
    await county.log_in(page, "operator")
    await page.get_by_role("link", name="事项目录").click()
    await page.get_by_role("link", name="材料库").click()
    await expect(page.locator("caption")).to_contain_text("共 76 种材料，找到 76 种")
    await expect(page.locator("tbody tr")).to_have_count(50)
    first = page.locator("tbody tr").first  # what most items refer to
    await expect(first).to_contain_text("居民身份证")
    await no_wider_than_the_window(page)
    await page.get_by_label("名称、编号、提示或常见问题").fill("卡号")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="银行卡").click()
    users = page.locator("#users")
    await expect(users).to_contain_text("特困人员认定和供养待遇申请")
    await expect(users).to_contain_text("“领取待遇的账户”中任选其一")
    await expect(page.get_by_role("link", name="修改", exact=True)).to_have_count(0)  # no author
    await no_wider_than_the_window(page)
    await page.goto(f"{county.url}/catalogue/materials?text=zzz")
    await expect(page.get_by_text("没有符合条件的材料。")).to_be_visible()


async def test_a_paper_is_checked_as_it_is_typed_and_says_who_follows(
    county: Console, page: Page
) -> None:
    await county.add_staff("looker", "author")
    await county.enter(page, "looker")
    await page.goto(f"{county.url}/catalogue/materials/id-card/edit")
    await no_wider_than_the_window(page)
    told = page.locator("#findings")
    count = await told.locator(".followers li").count()
    assert count > 20
    copies = page.get_by_label("复印件份数")
    await copies.fill("11")
    await copies.blur()
    await expect(told.locator("li.bad")).to_contain_text("应是 0 到 10 的整数")  # by itself
    await expect(page.locator("#tally")).to_contain_text("必须改 1")
    await copies.fill("２")  # as an input method leaves it
    await copies.blur()
    await expect(told).to_contain_text(f"跟着变的事项：{count} 个")
    await expect(told.locator("ins").first).to_have_text("2")
    await page.locator("#later > summary").click()
    await page.get_by_label("可以后补的期限").fill("3天")
    await page.get_by_role("button", name="存为草稿").click()
    await page.locator("#findings li.bad a").click()  # later.promise is missing
    await expect(page.get_by_label("容缺承诺")).to_be_in_viewport()
    await expect(copies).to_have_value("2")


async def test_a_paper_is_edited_once_and_every_item_follows(county: Console, page: Page) -> None:
    await county.add_staff("keeper", "author")
    await county.enter(page, "keeper")
    await page.goto(f"{county.url}/catalogue/materials/id-card")
    count = await page.locator("#users li").count()
    await page.get_by_role("link", name="修改", exact=True).click()
    await page.get_by_label("扫描提示").fill("正反两面，四角入镜")
    await page.locator("#later > summary").click()
    await page.get_by_label("可以后补的期限").fill("3天")
    await page.get_by_label("容缺承诺").fill("我保证三天内补交身份证。")
    await page.locator("#faults > summary").click()
    await page.locator("#faults .item-row > summary").last.click()
    await page.locator("#faults .item-row").last.get_by_label("告诉申请人的话").fill("不是本人的")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_text("请另一人审核。")).to_be_visible()
    await expect(page.locator("main")).to_contain_text("3日 · 我保证三天内补交身份证。")
    await expect(page.locator("main")).to_contain_text("不是本人的")
    await page.locator("#users").get_by_role("link", name="特困人员认定").click()
    await expect(page.locator("#materials")).to_contain_text("正反两面，四角入镜")
    await expect(page.locator("#materials")).to_contain_text("我保证三天内补交身份证。")
    await page.get_by_role("link", name="看这份草稿").click()
    await expect(page.locator(".change")).to_have_count(1)
    await expect(page.locator(".change")).to_contain_text(f"跟着变的事项：{count} 个")
    await no_wider_than_the_window(page)
    await page.goto(f"{county.url}/catalogue/items/{CODE}")
    await expect(page.locator("#materials")).not_to_contain_text("我保证三天内")  # not yet
    said = await county.sandbox.run(
        "yizhan-county", "catalogue", "drafts", county.county.data, "--json"
    )
    assert [one["state"] for one in json.loads(said) if one["author"] == "keeper"] == ["proposed"]


async def test_a_new_paper_goes_in_and_an_unused_one_out(county: Console, page: Page) -> None:
    await county.add_staff("tidy", "author")
    await county.enter(page, "tidy")
    await page.goto(f"{county.url}/catalogue/materials")
    await page.get_by_role("link", name="新材料").click()
    await page.get_by_label("编号", exact=True).fill("id-card")
    await page.get_by_label("材料名称").fill("居住证")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("#findings li.bad")).to_contain_text("材料库里已经有这个编号")
    await page.get_by_label("编号", exact=True).fill("residence")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("居住证")
    await expect(page.locator("#users")).to_contain_text("没有事项引用它。")
    await page.get_by_role("link", name="修改", exact=True).click()
    await page.get_by_role("button", name="从材料库删去").click()
    await expect(page.get_by_role("alert")).to_contain_text("内容与现行目录完全相同")
    await page.goto(f"{county.url}/catalogue/materials/id-card/edit")
    await expect(page.get_by_role("button", name="从材料库删去")).to_have_count(0)  # it is used
