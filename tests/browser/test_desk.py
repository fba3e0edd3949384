"""A clerk takes her first application: a real Chromium, a running agent, its port from joining."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Dialog, Page, expect

from tests.browser.console import MARKS
from tests.station_agent.village import Village

pytestmark = MARKS

PROGRAM = Path(sys.executable).with_name("yizhan-station")
FANG, WORD = "韦小芳", "山歌好比春江水啊"


@asynccontextmanager
async def agent(village: Village) -> AsyncIterator[str]:
    """The running agent; the URL of its desk."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        "run",
        village.data,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        yield line.removeprefix("desk ").strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def asked(village: Village, command: str, *more: str) -> dict[str, object]:
    """What a command answers."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM, command, village.data, *more, "--json", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    found: dict[str, object] = json.loads(out)
    return found


async def first_clerk(page: Page, link: str) -> None:
    await page.goto(link)
    await page.get_by_label("姓名").fill(FANG)
    await page.get_by_label("口令", exact=True).fill(WORD)
    await page.get_by_label("再输一次口令").fill(WORD)
    await page.get_by_role("button", name="开始使用").click()
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()


async def stays_when_asked(page: Page) -> None:
    """She is asked before she leaves what she typed and did not send."""
    asked_first: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked_first.append(dialog.type)
        await dialog.dismiss()

    page.once("dialog", stay)
    await page.get_by_role("link", name="English").click()
    assert asked_first == ["beforeunload"]


async def reads_out_and_hands_in(page: Page, name: str) -> None:
    """Back and forward, in both languages, and back after it was handed in."""
    await page.go_back()
    await expect(page.get_by_role("textbox")).to_have_value(name)
    await page.go_forward()
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_text(name)).to_be_visible()
    await page.get_by_role("link", name="中文").click()
    await page.get_by_role("link", name="回去改").click()
    await expect(page.get_by_role("textbox")).to_have_value(name)
    await page.get_by_role("button", name="核对").click()
    await page.get_by_role("button", name="交给县里").click()
    await expect(page.get_by_role("status")).to_contain_text("已存在本机")
    await page.go_back()
    await expect(page.get_by_role("link", name="← 全部申请")).to_be_visible()


async def take_in(page: Page, name: str) -> None:
    """In Chinese, by what people call it, with a field forgotten at first."""
    await page.get_by_role("link", name="受理").click()
    await page.get_by_role("textbox").fill("养老")
    await page.get_by_role("button", name="找").click()
    await page.get_by_role("link", name="养老保险").click()
    await expect(page.get_by_text("本事项不收费")).to_be_visible()
    await page.get_by_role("link", name="开始填表").click()
    await page.get_by_role("button", name="核对").click()
    faults = page.get_by_role("alert")
    await expect(faults).to_contain_text("有 1 处要改")
    await expect(faults).to_be_focused()
    await faults.get_by_role("link").click()
    await expect(page.get_by_role("textbox")).to_be_focused()
    await page.keyboard.type(name)
    await stays_when_asked(page)
    await expect(page.get_by_role("textbox")).to_have_value(name)
    await page.get_by_role("button", name="核对").click()
    await expect(page.get_by_role("heading", name="核对并读给群众听")).to_be_visible()
    await reads_out_and_hands_in(page, name)


async def test_a_clerk_takes_her_first_application_in_both_languages(
    page: Page, tmp_path: Path
) -> None:
    village = Village(tmp_path / "station", url="https://127.0.0.1:9")
    async with village.open():
        pass
    async with agent(village) as url:
        link = (await asked(village, "desk"))["first"]
        await first_clerk(page, str(link))
        await take_in(page, "黄秀英<b>")
        await page.get_by_role("link", name="今天").click()
        await expect(page.get_by_role("link", name="黄秀英<b>")).to_be_visible()
        await expect(page.get_by_text("已存在本机，等待送出")).to_be_visible()
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("heading", name="To be done today")).to_be_visible()
        await page.get_by_role("link", name="All applications").click()
        await page.get_by_role("link", name="黄秀英<b>").click()
        await expect(page.get_by_text("Saved here, waits to leave")).to_be_visible()
    status = await asked(village, "status")
    assert status["counts"]["saved"] == 1  # type: ignore[index]
    async with agent(village) as again:  # the same place; and she must log in anew
        assert again == url
        await page.goto(f"{again}/today")
        await page.get_by_label("Name").fill(FANG)
        await page.get_by_label("Password").fill(WORD)
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("link", name="黄秀英<b>")).to_be_visible()
