"""From a real county's decision to the citizen: opened, printed, handed to an agent, and rated."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from examples.sandbox import Program
from tests.browser.console import MARKS
from tests.browser.desk import FANG, WORD
from tests.system.conftest import LONGZHOU, Township
from tests.system.looking import Watched
from tests.system.patterns import Patterns
from tests.system.waiting import until

pytestmark = [*MARKS, pytest.mark.slow]

PAPER = LONGZHOU / "decision.pdf"
AGENT = {"name": "黄小强", "kind": "relative", "scope": ["apply", "collect"], "relation": "儿子"}
NOTE = "准予办理，请凭身份证来领。"


async def decided(township: Township, station: Program, folder: Path) -> str:
    """An application that an agent brought, with its decision at the village; its id."""
    agent = folder / "agent.json"
    agent.write_text(json.dumps(AGENT, ensure_ascii=False), "utf-8")
    application = await township.submit(station, 1, "--agent", agent)
    await township.reaches(station, application, "received", "complete")
    (case,) = await township.cases()
    await township.sandbox.run(
        "yizhan-county", "decide", township.county.data, case["case"],
        "--outcome", "approved", "--note", NOTE, "--attach", PAPER,
    )  # fmt: skip
    await township.reaches(station, application, "decided")
    return application


async def first_clerk(page: Page, township: Township, station: Program) -> None:
    door = await township.sandbox.ask(station, "desk", "--json")
    await page.goto(door["first"])
    await page.get_by_label("姓名").fill(FANG)
    await page.get_by_label("口令", exact=True).fill(WORD)
    await page.get_by_label("再输一次口令").fill(WORD)
    await page.get_by_role("button", name="开始使用").click()
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()


async def open_answer(page: Page) -> None:
    """From the first page; its file is what the county attached."""

    async def its_file_is_here() -> bool:
        await page.goto(f"{page.url.partition('/today')[0]}/today")
        await page.get_by_role("link", name="交给群众").first.click()
        return await page.get_by_role("link", name="存到这台电脑").count() == 1

    await until(its_file_is_here)
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="存到这台电脑").click()
    assert Path(await (await saving.value).path()).read_bytes() == PAPER.read_bytes()
    await expect(page.get_by_text(NOTE)).to_be_visible()


async def see_paper(page: Page) -> None:
    await page.get_by_role("link", name="打印，带签收栏").click()
    sheet = page.locator("main.sheet")
    for said in (NOTE, "decision.pdf", "交给代办人 黄小强", "收件人签名"):
        await expect(sheet).to_contain_text(said)
    assert (await page.pdf())[:5] == b"%PDF-"


async def hand_over(page: Page) -> None:
    """To the agent, in a form that a wrong name does not pass."""
    await page.get_by_label("交给代办人").check()
    await page.get_by_label("交给了谁，或告诉了谁").fill("别人")
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("登记的代办人是黄小强")
    await expect(page.get_by_label("交给代办人")).to_be_checked()
    await page.get_by_label("交给了谁，或告诉了谁").fill("黄小强")
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("已登记，已存在本机")


async def rate(page: Page) -> None:
    """By the citizen; the clerk is locked out meanwhile, and comes back by her password."""
    await page.get_by_role("button", name="锁上，把屏幕转给群众").click()
    await expect(page.get_by_role("heading", name="请您评价")).to_be_visible()
    assert await page.get_by_role("link").count() == 0
    await page.get_by_role("button", name="基本满意").click()
    await expect(page.get_by_role("status")).to_contain_text("谢谢您")
    await page.get_by_role("link", name="办事员从这里回来").click()
    await page.get_by_label("姓名").fill(FANG)
    await page.get_by_label("口令").fill(WORD)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()


async def hand_over_the_document(page: Page) -> None:
    """What the county itself made of its decision comes a little later than its word."""

    async def lies_here() -> bool:
        await page.goto(f"{page.url.partition('/today')[0]}/today")
        return await page.get_by_role("link", name="交给群众").count() == 1

    await until(lies_here)
    await expect(page.locator("section[aria-labelledby=results]")).to_contain_text("准予决定书")
    await page.get_by_role("link", name="交给群众").click()
    await page.get_by_label("交给代办人").check()
    await page.get_by_label("交给了谁，或告诉了谁").fill("黄小强")
    await page.get_by_role("button", name="登记", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("已登记，已存在本机")
    await page.goto(f"{page.url.partition('/applications')[0]}/today")


def subjects(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [one["said"]["subject"] for one in case["follow_ups"]]


async def test_a_decision_is_handed_to_the_agent_and_rated_and_the_county_knows(
    page: Page, tmp_path: Path
) -> None:
    async with Watched(folder=tmp_path / "box") as box:
        township = Township(box, Patterns(folder=tmp_path / "patterns"))
        await township.open()
        (station,) = township.stations
        application = await decided(township, station, tmp_path)
        await first_clerk(page, township, station)

        await open_answer(page)
        answer = page.url
        await hand_over(page)
        await see_paper(page)
        await page.goto(answer.partition("/answers/")[0])
        await rate(page)
        await hand_over_the_document(page)
        await expect(page.locator("section[aria-labelledby=results]")).to_contain_text("没有要交的")

        async def the_county_knows() -> bool:
            (case,) = await township.cases()
            return len(case["follow_ups"]) == 3

        await until(the_county_knows)
        (case,) = await township.cases()
    assert case["application"] == application
    *handed, rated = sorted(subjects(case), key=lambda one: one["about"], reverse=True)
    said = {"about": "telling", "what": "handed-over", "way": "agent", "person": "黄小强"}
    result, document = sorted(handed, key=len)
    assert result == said
    assert document.pop("document").startswith("准予决定书")
    assert document == said
    assert rated == {"about": "rating", "level": 3}
    assert {one["said"]["clerk"] for one in case["follow_ups"]} == {FANG}
    assert re.fullmatch(r"[0-9a-f]{32}", application)
