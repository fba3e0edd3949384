"""Papers at the desk: brought as files, by camera, with a power cut, without a script."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, Page, async_playwright, expect

from protocol.trust.edition import Kind
from tests.browser.chromium import chromium
from tests.browser.console import MARKS
from tests.browser.desk import Agent, asked, first_clerk, logs_in, running
from tests.station_agent.county import CATALOGUE
from tests.station_agent.papers import scans
from tests.station_agent.village import Village

pytestmark = [*MARKS, pytest.mark.slow]

ITEM = {
    "id": "subsidy",
    "name": "高龄津贴",
    "materials": [
        {"id": "card", "use": "card", "attach": "required"},
        {
            "group": "home",
            "name": "住房证明",
            "attach": "required",
            "one_of": [{"id": "deed", "name": "不动产权证"}, {"id": "paper", "name": "村委会证明"}],
        },
        {"id": "photo", "name": "近期照片"},
    ],
    "schema": {
        "type": "object",
        "properties": {"name": {"type": "string", "title": "姓名"}},
        "required": ["name"],
    },
}
LIBRARY = {
    "card": {
        "name": "居民身份证",
        "hint": "正反面分两页，200 dpi",
        "pages": ["正面", "反面"],
        "copies": 1,
        "originals": 1,
        "keep": "seen",
    }
}
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[tuple[Village, Agent]]:
    """A running agent whose catalogue has an item with papers."""
    village = Village(folder / "station", url="https://127.0.0.1:9")
    document = {**CATALOGUE, "materials": LIBRARY, "items": [*CATALOGUE["items"], ITEM]}
    release = village.county.make_release(2, document)
    village.parent.publish(village.county.news(Kind.RELEASE, release))
    async with village.open():
        pass
    async with running(village) as agent:
        yield village, agent


async def to_papers(page: Page, agent: Agent) -> None:
    await page.goto(f"{agent.url}/items/subsidy/form")
    await page.get_by_label("姓名").fill("黄秀英")
    await page.get_by_role("button", name="核对").click()
    await expect(page.get_by_role("heading", name="材料 · 高龄津贴")).to_be_visible()


def bring(name: str, data: bytes, kind: str = "image/jpeg") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


async def adds(page: Page, material: str, *files: FilePayload) -> None:
    form = page.locator(f"[id='{material}'] form.add")
    await form.locator("input[type=file]").set_input_files(list(files))
    await form.get_by_role("button", name="收下").click()


async def test_papers_are_brought_seen_and_handed_in(page: Page, tmp_path: Path) -> None:
    async with desk(tmp_path) as (village, agent):
        await first_clerk(page, village)
        await to_papers(page, agent)
        await expect(page.get_by_text("还缺 2 样必须附文件的材料")).to_be_visible()
        front, back = scans.photo(1600, 1000), scans.picture(1600, 1000)
        await adds(page, "card", bring("1.jpg", front), bring("2.jpg", back))
        await expect(page.locator("[id='card'] img")).to_have_count(2)
        await expect(page.locator("[id='card']").get_by_text("反面", exact=True)).to_be_visible()
        await adds(page, "paper", bring("x.pdf", scans.pdf(2), "application/pdf"))
        await expect(page.get_by_text("还缺")).to_have_count(0)
        await adds(page, "photo", bring("p.jpg", scans.SVG))
        await expect(page.get_by_role("alert").filter(has_text="scan.kind")).to_be_visible()
        await page.get_by_role("button", name="看得清：正面").click()
        await expect(page.get_by_role("button", name="看得清：正面")).to_have_attribute(
            "aria-pressed", "true"
        )
        await page.get_by_role("link", name="下一步：核对").click()
        await page.get_by_role("button", name="交给县里").click()
        await expect(page.get_by_role("status")).to_contain_text("已存在本机")


async def test_a_page_is_there_after_the_agent_was_killed(page: Page, tmp_path: Path) -> None:
    """Once what was brought is shown, no power cut takes it; what was half sent is not there."""
    async with desk(tmp_path) as (village, agent):
        await first_clerk(page, village)
        await to_papers(page, agent)
        papers = page.url
        await adds(page, "card", bring("1.jpg", scans.photo(1600, 1000)))
        await expect(page.locator("[id='card'] img")).to_have_count(1)
        form = page.locator("[id='photo'] form.add")
        await form.locator("input[type=file]").set_input_files(
            [bring("2.jpg", scans.photo(4000, 3000))]
        )
        await form.get_by_role("button", name="收下").click(no_wait_after=True)
        agent.process.kill()
        await agent.process.wait()
    async with running(village) as again:
        assert again.url == agent.url
        await page.goto(papers)
        await logs_in(page)
        await page.goto(papers)
        await expect(page.locator("[id='card'] img")).to_have_count(1)
        shown = await page.locator("[id='card'] img").get_attribute("src")
        picture = await (await page.request.get(f"{again.url}{shown}")).body()
        assert Image.open(io.BytesIO(picture)).size == (1600, 1000)
        await adds(page, "photo", bring("2.jpg", scans.photo(1000, 800)))
        await expect(page.locator("[id='photo'] img").first).to_be_visible()


async def test_an_agent_that_is_killed_while_handing_in_loses_and_doubles_nothing(
    page: Page, tmp_path: Path
) -> None:
    async with desk(tmp_path) as (village, agent):
        await first_clerk(page, village)
        await to_papers(page, agent)
        papers = page.url
        await adds(page, "card", bring("1.jpg", scans.photo(800, 600)))
        await adds(page, "deed", bring("2.jpg", scans.photo(600, 800)))
        await page.get_by_role("link", name="下一步：核对").click()
        await page.get_by_role("button", name="交给县里").click(no_wait_after=True)
        agent.process.kill()
        await agent.process.wait()
    async with running(village):
        await page.goto(papers)
        await logs_in(page)
        await page.goto(papers)  # its application, if that was saved
        again = page.get_by_role("link", name="下一步：核对")
        if await again.count():
            await expect(page.locator(".sheet-card img")).to_have_count(2)
            await again.click()
            await page.get_by_role("button", name="交给县里").click()
            await expect(page.get_by_role("status")).to_contain_text("已存在本机")
        assert (await asked(village, "status"))["counts"]["saved"] == 1  # type: ignore[index]
    async with village.open() as station:
        await village.exchange(station)
        (envelope,) = village.parent.envelopes.values()
        sent = village.county.open(envelope)
        assert sorted(one.name for one in sent.attachments) == ["card-1.jpg", "deed-1.jpg"]
        assert village.parent.whole() == {one.blob for one in sent.attachments}


@asynccontextmanager
async def with_camera(*more: str) -> AsyncIterator[Page]:
    """A browser with a made-up camera, as :func:`tests.browser.conftest.browser` has none."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", *more]
        )
        page = await (await started.new_context(locale="zh-CN")).new_page()
        page.set_default_timeout(20_000)
        yield page
        await started.close()


async def test_a_page_comes_from_the_camera(tmp_path: Path) -> None:
    async with desk(tmp_path) as (village, agent), with_camera(*CAMERA) as page:
        await first_clerk(page, village)
        await to_papers(page, agent)
        card = page.locator("[id='card']")
        await card.get_by_role("button", name="用摄像头拍").click()
        await card.get_by_role("button", name="拍下这一页").click()
        await expect(card.locator("img")).to_have_count(1)
        await expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "没有得到用摄像头的许可"),
        ("NotFoundError", "没有找到摄像头"),
        ("NotReadableError", "摄像头正被别的程序占用"),
    ],
)
async def test_each_cause_of_a_camera_that_fails_has_its_words(
    browser: Browser, tmp_path: Path, error: str, words: str
) -> None:
    context = await browser.new_context(locale="zh-CN")
    page = await context.new_page()
    fails = f"() => Promise.reject(new DOMException('', '{error}'))"
    await page.add_init_script(f"navigator.mediaDevices.getUserMedia = {fails}")
    async with desk(tmp_path) as (village, agent):
        await first_clerk(page, village)
        await to_papers(page, agent)
        card = page.locator("[id='card']")
        await card.get_by_role("button", name="用摄像头拍").click()
        await expect(card.get_by_role("alert")).to_contain_text(words)
        await expect(card.locator("input[type=file]")).to_be_visible()
    await context.close()


async def test_without_a_script_papers_are_brought_as_well(
    browser: Browser, tmp_path: Path
) -> None:
    context = await browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = await context.new_page()
    async with desk(tmp_path) as (village, agent):
        await first_clerk(page, village)
        await to_papers(page, agent)
        await expect(page.get_by_role("button", name="用摄像头拍")).to_have_count(0)
        await adds(page, "card", bring("1.jpg", scans.picture()))
        await expect(page.locator("[id='card'] img")).to_have_count(1)
        await page.get_by_role("button", name="右转：正面").click()
        await expect(page.locator("[id='card'] img")).to_have_count(1)
    await context.close()
