"""Logging in, in a real browser: the first day of an account, and what is refused."""

import json
import re

import pyotp
from playwright.async_api import Page, expect

from central.accounts.limits import RECOVERY_CODES
from tests.browser.console import MARKS, PASSWORD, Console, fill_login
from tests.browser.test_console import write_down

pytestmark = MARKS

NEW = "a-better-password"


async def test_an_account_sets_itself_up_on_its_first_day(console: Console, page: Page) -> None:
    made = json.loads(
        await console.sandbox.run(
            *("yizhan-county", "staff", "add", console.county.data, "王芳", "--role", "system"),
            "--json",
        )
    )
    await page.goto(console.url)
    await fill_login(page, "王芳", made["password"])

    await expect(page.get_by_role("heading", name="更改口令")).to_be_visible()
    await page.goto(f"{console.url}/nodes")  # nothing else is open before
    await page.get_by_label("现在的口令").fill(made["password"])
    await page.get_by_label("新口令").fill(NEW)
    await page.get_by_label("再输入一次").fill(NEW)
    await page.get_by_role("button", name="更改口令").click()
    await page.wait_for_url("**/nodes")

    await page.goto(f"{console.url}/me/second")
    await page.get_by_label("现在的口令").fill(NEW)
    await page.get_by_role("button", name="下一步").click()
    totp = pyotp.TOTP(await page.locator("code.secret").inner_text())
    await page.get_by_label("六位数字").fill(totp.now())
    await page.get_by_role("button", name="启用").click()
    await expect(page.get_by_role("heading", name="王芳 的恢复码")).to_be_visible()
    codes = await page.locator("code.secret").all_inner_texts()
    assert len(set(codes)) == RECOVERY_CODES
    await write_down(page)

    await page.get_by_text("王芳").click()
    await page.get_by_role("button", name="退出登录").click()
    await fill_login(page, "王芳", NEW)
    await expect(page.get_by_role("alert")).to_contain_text("login.refused")
    await fill_login(page, "王芳", NEW, codes[3].upper())
    await page.wait_for_url("**/nodes")
    await page.goto(f"{console.url}/me/second")
    await expect(page.get_by_text(f"还有 {RECOVERY_CODES - 1} 个可用")).to_be_visible()


async def test_a_wrong_password_is_refused_and_locks_in_the_end(
    console: Console, page: Page
) -> None:
    await console.add_staff("locked", "operator")
    await page.goto(f"{console.url}/login")
    for _ in range(5):
        await fill_login(page, "locked", "not-the-password")
        await expect(page.get_by_role("alert")).to_contain_text("login.refused")
    await fill_login(page, "locked", PASSWORD)
    await expect(page.get_by_role("alert")).to_contain_text("login.locked")
    await console.sandbox.run(
        "yizhan-county", "staff", "change", console.county.data, "locked", "unlock"
    )
    await fill_login(page, "locked", PASSWORD)
    await page.wait_for_url("**/nodes")


async def test_a_role_sees_only_what_is_its_own(console: Console, page: Page) -> None:
    await console.log_in(page, "operator")
    await expect(page.get_by_role("link", name="账号")).to_have_count(0)
    await page.goto(f"{console.url}/staff")
    await expect(page.get_by_role("alert")).to_contain_text("login.forbidden")


async def test_pages_speak_english_on_demand(console: Console, page: Page) -> None:
    await page.goto(f"{console.url}/login")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_role("button", name="Log in")).to_be_visible()
    await page.get_by_role("link", name="中文").click()
    await expect(page.get_by_role("button", name="登录")).to_be_visible()


async def test_an_account_is_made_and_removed_on_the_page(console: Console, page: Page) -> None:
    await console.log_in(page, "security")
    await page.get_by_role("link", name="账号").click()
    await page.get_by_label("账号名").fill("李强")
    await page.get_by_label("角色").select_option("operator")
    await page.get_by_role("button", name="新建").click()
    await expect(page.locator("code.secret")).to_have_text(
        re.compile("^[a-z2-9]{4}(-[a-z2-9]{4}){3}$")
    )
    shown = await page.locator("code.secret").inner_text()
    await page.reload()
    assert await page.locator("code.secret").inner_text() == shown
    await write_down(page)
    row = page.get_by_role("row").filter(has_text="李强")
    await row.get_by_text("操作", exact=True).click()
    page.once("dialog", lambda dialog: dialog.accept())
    await row.get_by_role("button", name="删除账号").click()
    await expect(page.get_by_role("row").filter(has_text="李强")).to_have_count(0)
