"""What somebody typed is not lost: the login ended, the page was left, another saved meanwhile."""

import json

import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.console import MARKS, Console
from tests.builders.catalogue.full_item import CODE, LIBRARY, full_item

pytestmark = MARKS

EDIT = f"/catalogue/items/{CODE}/edit"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def county(console: Console) -> Console:
    """One item that has everything is published, and two people may edit it."""
    file = console.sandbox.folder / "catalogue.json"
    document = {"items": [full_item()], "materials": LIBRARY}
    file.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    await console.sandbox.run("yizhan-county", "publish", console.county.data, file)
    for name in ("first", "second"):
        await console.add_staff(name, "author")
    return console


async def opened(county: Console, browser: Browser, name: str, path: str) -> Page:
    context = await browser.new_context(ignore_https_errors=True, locale="zh-CN")
    page = await context.new_page()
    await county.enter(page, name)
    await page.goto(f"{county.url}{path}")
    await page.locator("#contact > summary").click()
    return page


async def save(page: Page) -> None:
    await page.get_by_role("button", name="存为草稿").click()


async def test_what_was_typed_when_the_login_ended_is_put_back(county: Console, page: Page) -> None:
    await county.enter(page, "first")
    await page.goto(county.url + EDIT)
    await page.locator("#contact > summary").click()
    contact = page.get_by_label("咨询方式")
    before = await contact.input_value()
    await expect(page.locator("#kept")).to_be_hidden()
    await contact.fill("0771-8899001")
    await page.get_by_label("加急通道").select_option("是")
    await page.context.clear_cookies()  # as when it has ended
    await save(page)
    await expect(page).to_have_url(f"{county.url}/login?back={EDIT}")
    await page.get_by_label("账号").fill("first")
    await page.get_by_label("口令").fill("yizhan-2026-lz")
    await page.get_by_role("button", name="登录").click()
    await expect(contact).to_have_value("0771-8899001")
    await expect(page.get_by_label("加急通道")).to_have_value("yes")
    await expect(page.locator("#kept")).to_be_visible()
    await page.reload()
    await expect(contact).to_have_value("0771-8899001")
    await page.get_by_role("button", name="不要了").click()
    await expect(page.locator("#kept")).to_be_hidden()
    await expect(contact).to_have_value(before)

    await page.locator("#contact > summary").click()
    await contact.fill("0771-8899002")
    await save(page)
    await expect(page.locator("#contact")).to_contain_text("0771-8899002")
    await page.goto(county.url + EDIT)  # what was saved is not put back again
    await expect(page.locator("#kept")).to_be_hidden()
    await expect(contact).to_have_value(before)


async def test_two_people_who_edit_one_draft_do_not_undo_each_other_unseen(
    county: Console, browser: Browser
) -> None:
    first = await opened(county, browser, "first", EDIT)
    await first.get_by_label("咨询方式").fill("0771-8890000")
    await save(first)
    draft = first.url.partition("draft=")[2].partition("&")[0]
    await first.goto(f"{county.url}{EDIT}?draft={draft}")
    await first.locator("#contact > summary").click()
    second = await opened(county, browser, "second", f"{EDIT}?draft={draft}")
    await first.get_by_label("咨询方式").fill("0771-8891111")
    await second.get_by_label("投诉方式").fill("0771-8892222")
    await save(first)
    await expect(first.get_by_text("请另一人审核。")).to_be_visible()

    await save(second)
    await expect(second.locator("#findings")).to_contain_text("别人改过这里")
    await expect(second.get_by_label("投诉方式")).to_have_value("0771-8892222")
    await first.reload()
    await expect(first.locator("#contact")).to_contain_text("0771-8891111")  # nothing was undone
    await save(second)  # now as one who knows
    await expect(second.locator("#contact")).to_contain_text("0771-8892222")
    for page in (first, second):
        await page.context.close()
