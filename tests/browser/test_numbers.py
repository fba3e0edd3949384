"""Number blocks in a real browser: issued, used by a real station, voided; a copied PC is told."""

import json
import re
import shutil

import pytest_asyncio
from playwright.async_api import Page, expect

from examples.sandbox import Program
from protocol.trust.schedule import local_time
from runtime.system import SystemClock
from tests.browser.console import MARKS, Console
from tests.browser.villages import Villages, no_wider_than_the_window
from tests.system.waiting import until

pytestmark = MARKS

WINDOW_CODE = "451423103000"

THIS_YEAR = str(local_time(SystemClock().now_ms()).year)
"""In December there are blocks of the next, too."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def villages(console: Console) -> Villages:
    found = Villages(console)
    await found.open()
    return found


async def test_a_wrong_size_is_refused_and_nothing_typed_is_lost(
    villages: Villages, page: Page
) -> None:
    station = await villages.add("错字村")
    for wrong in ("0", "10001", "许多"):
        await villages.issue(page, station, wrong)
        await expect(page.get_by_role("alert")).to_contain_text("1 至 10000")
        await expect(page.get_by_label("每个号段的号码数")).to_have_value(wrong)
        await expect(page.get_by_label("错字村")).to_be_checked()
    await page.get_by_label("错字村").uncheck()
    await page.get_by_label("每个号段的号码数").fill("25")
    await page.get_by_role("button", name="发出", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("请选择发给哪些单位")
    await no_wider_than_the_window(page)
    await page.goto(f"{villages.console.url}/numbers/{station.node}")
    await expect(page.locator("main")).to_contain_text("还没有发给它号段")


async def test_everybody_in_use_gets_a_block_at_once(villages: Villages, page: Page) -> None:
    names = ("东村", "西村")
    for name in names:
        await villages.add(name)
    await villages.log_in(page, "security")
    await page.get_by_role("link", name="发出号段", exact=True).click()
    await page.get_by_label(re.compile("全部 [0-9]+ 个在用的村站和窗口")).check()
    await page.get_by_label("每个号段的号码数").fill("２５")  # as an input method leaves it
    await page.get_by_role("button", name="发出", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text(re.compile("已发出 [0-9]+ 个号段"))
    for name in names:
        await expect(page.locator("tbody tr").filter(has_text=name)).to_contain_text("25")
    await no_wider_than_the_window(page)
    await page.get_by_role("link", name="全部号段").click()
    issued, used, voided, remaining = map(
        int, re.findall("[0-9]+", await page.locator("caption").inner_text())
    )
    assert issued == used + voided + remaining >= 50
    await page.get_by_label("村站或窗口").fill("东村")
    await page.get_by_role("button", name="筛选").click()
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("caption")).to_have_text("发出 25 ＝ 已用 0 ＋ 作废 0 ＋ 剩余 25")


async def test_used_and_voided_and_remaining_are_what_was_issued(
    villages: Villages, page: Page
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    station = await villages.add("独山村")
    await villages.issue(page, station, "25")
    await expect(page.get_by_role("status")).to_contain_text("已发出 1 个号段")
    await villages.exchange(station)
    assert len(set(await villages.hand_in(station, 6)) - {""}) == 6
    await villages.exchange(station)
    await page.goto(f"{villages.console.url}/numbers?text=独山村")
    row = page.locator("tbody tr").filter(has_text=THIS_YEAR)
    await expect(row.locator("td.number").nth(1)).to_have_text("6")
    await no_wider_than_the_window(page)
    await row.get_by_role("link").click()
    block = page.locator("section.block").filter(has_text="发出 25")
    await expect(block).to_contain_text("发出 25 ＝ 已用 6 ＋ 作废 0 ＋ 剩余 19")
    await expect(block).to_contain_text("其中 6 个已随申请或票据到县")
    await block.get_by_label("作废原因").fill("打错年度")
    await block.get_by_role("button", name="作废剩余 19 个").click()
    await expect(page.get_by_role("status")).to_contain_text("剩余号码已作废")
    await expect(block).to_contain_text("发出 25 ＝ 已用 6 ＋ 作废 19 ＋ 剩余 0")
    await expect(block.get_by_role("button")).to_have_count(0)  # nothing is left to void
    await no_wider_than_the_window(page)
    await villages.exchange(station)
    voids = [run["reason"] for one in await villages.held(station) for run in one["voids"]]
    assert voids == ["打错年度"]
    await page.goto(f"{villages.console.url}/language/en?back=/numbers/{station.node}")
    await expect(
        page.locator("section.block").filter(has_text="issued 25 = used 6")
    ).to_contain_text("打错年度")  # a person's words stay as they are


async def test_tickets_go_to_offices_that_may_charge_and_to_nobody_else(
    villages: Villages, page: Page
) -> None:
    console = villages.console
    village, window = await villages.add("无票村"), await villages.add("收费窗口", WINDOW_CODE)
    policy = console.county.data / "authority" / "policy.toml"
    await villages.log_in(page, "security", "/numbers/issue?kind=ticket")
    await expect(page.locator("main")).to_contain_text("没有登记执收单位")
    await expect(page.get_by_role("button", name="发出", exact=True)).to_have_count(0)
    both = [window.node, village.node]  # the policy is wrong about the village
    policy.write_text(f"[numbers]\ncharging = {json.dumps(both)}\n", "utf-8")
    await page.reload()
    offices = page.locator(".picking label")
    await expect(offices).to_have_count(1)
    await expect(offices).to_contain_text("收费窗口")
    await page.evaluate(  # somebody sends what the page does not offer
        "node => { document.querySelector('.picking input').value = node; }", village.node
    )
    await page.get_by_label("只发给下面勾选的").check()
    await offices.click()
    await page.get_by_role("button", name="发出", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("村站不收现金")
    await page.get_by_role("link", name="再试一次").click()
    await page.get_by_label("全部 1 个执收单位").check()
    await page.get_by_role("button", name="发出", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("已发出 1 个号段")
    await page.goto(f"{console.url}/numbers?kind=ticket")
    await expect(page.locator("tbody tr")).to_have_count(1)
    await expect(page.locator("tbody tr")).to_contain_text("收费窗口")


async def test_a_copied_pc_is_told_on_the_page(villages: Villages, page: Page) -> None:
    station = await villages.add("双机村")
    await villages.issue(page, station, "40")
    await expect(page.get_by_role("status")).to_contain_text("已发出 1 个号段")
    await villages.exchange(station)
    folder = villages.console.sandbox.folder / "copy"
    shutil.copytree(station.data, folder)
    copied = Program(name="copy", command="yizhan-station", data=folder)
    for one in (station, copied, station):
        await villages.hand_in(one, 2)
        await villages.exchange(one)
    await page.goto(f"{villages.console.url}/numbers")
    alert = page.get_by_role("alert").filter(has_text="双机村").filter(has_text=f"，{THIS_YEAR}）")

    async def told() -> bool:
        await page.reload()
        return await alert.count() > 0

    await until(told)
    await expect(alert).to_contain_text("剩余号码已作废，村站已得到通知")
    await expect(alert).to_contain_text("两台电脑各用过一次")
    await alert.get_by_role("link").click()
    await expect(page.locator("main")).to_contain_text("电脑被复制或恢复")
    await no_wider_than_the_window(page)


async def test_who_may_only_look_issues_and_voids_nothing(villages: Villages, page: Page) -> None:
    station = await villages.add("旁观村")
    await villages.issue(page, station, "21")
    await expect(page.get_by_role("status")).to_contain_text("已发出 1 个号段")
    await villages.log_in(page, "operator")
    await expect(page.get_by_role("link", name="发出号段")).to_have_count(0)
    await page.goto(f"{villages.console.url}/numbers/{station.node}")
    await expect(page.locator("section.block")).to_have_count(1)
    await expect(page.locator("main").get_by_role("button")).to_have_count(0)
    await page.goto(f"{villages.console.url}/numbers/issue")
    await expect(page.locator("main")).to_contain_text("login.forbidden")


async def test_what_was_done_stands_in_the_audit_record(villages: Villages, page: Page) -> None:
    station = await villages.add("记录村")
    await villages.issue(page, station, "21")
    await expect(page.get_by_role("status")).to_contain_text("已发出 1 个号段")
    await villages.log_in(page, "audit", "/record?action=county.numbers-issue&text=记录村")
    row = page.locator("tbody tr").first
    for words in ("发出号段", "security", "记录村", "预发编号", "21"):
        await expect(row).to_contain_text(words)
