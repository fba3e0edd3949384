"""Two PCs ask with one code: the page shows both, and lets in the one that was compared."""

import json
import re
from pathlib import Path

from playwright.async_api import Page, expect

from examples.sandbox import CommandError
from tests.browser.console import MARKS, Console

pytestmark = MARKS


async def join(console: Console, kit: Path, code: str, data: Path) -> str:
    """What the new PC says: its fingerprint first."""
    words = ("join", kit, "--data", data, "--code", code)
    try:
        return await console.sandbox.run("yizhan-station", *words)
    except CommandError as exc:
        return exc.stderr


async def test_the_word_is_for_the_request_that_was_compared(
    console: Console, page: Page, tmp_path: Path
) -> None:
    policy = console.county.data / "authority" / "policy.toml"
    policy.write_text("[enrolment]\napproval = 'manual'", "utf-8")
    kit = tmp_path / "new.kit"
    added = await console.sandbox.run(
        *("yizhan-provision", "add", console.county.data, "--role", "station"),
        *("--code", "451423103201", "--name", "独山村", "--kit", kit),
    )
    code = json.loads(added)["code"]
    said = [await join(console, kit, code, tmp_path / name) for name in ("right", "copy")]
    assert all("[enrolment.waiting]" in one for one in said)
    right, copy = (re.search(r"本机指纹 ([^…]+)", one)[1].strip() for one in said)  # type: ignore[index]

    await console.enter(page, "security")
    await page.goto(f"{console.url}/nodes/waiting")
    alarm = page.get_by_text("有两台电脑用同一开站码申请")
    await expect(alarm).to_be_visible()
    cards = page.locator("section.card")
    await expect(cards.filter(has_text=right)).to_contain_text("另有 1 台电脑")
    await expect(cards.filter(has_text=copy)).to_be_visible()
    await cards.filter(has_text=right).get_by_role("button", name="指纹一致").click()
    await expect(cards.filter(has_text=right)).to_have_count(0)
    await expect(cards.filter(has_text=copy)).to_be_visible()
    assert "[enrolment.waiting]" in await join(console, kit, code, tmp_path / "copy")
    assert "独山村" in await join(console, kit, code, tmp_path / "right")
    await page.reload()
    await page.get_by_role("button", name="已查明").click()
    await expect(alarm).to_have_count(0)
    assert "[code.used]" in await join(console, kit, code, tmp_path / "copy")
    await page.reload()
    await expect(alarm).to_be_visible()
