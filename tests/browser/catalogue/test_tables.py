"""The catalogue as a table in a real browser: downloaded, edited, sent, checked, and a draft."""

import json
import re
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from central.county.catalogue.exchange.tables import rows_of_sheets
from tests.browser.console import MARKS, Console
from tests.browser.villages import LONGZHOU, no_wider_than_the_window
from tests.central.county.catalogue.exchange.conftest import excel, put

pytestmark = MARKS

CATALOGUE = LONGZHOU / "catalogue.json"
_CHECK = re.compile("/catalogue/tables/[0-9a-f]{24}$")
_CHECKED_MS = 60_000  # a whole catalogue, while other tests run


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def county(console: Console) -> Console:
    """The sample county's catalogue is published, and somebody writes it."""
    await console.sandbox.run("yizhan-county", "publish", console.county.data, CATALOGUE)
    await console.add_staff("writer", "author")
    return console


async def open_tables(county: Console, page: Page, name: str = "writer") -> None:
    await page.context.clear_cookies()
    await county.enter(page, name)
    await page.goto(f"{county.url}/catalogue")
    await page.get_by_role("link", name="导入导出").click()


async def export(county: Console, page: Page, form: str, names: str = "本系统的") -> Path:
    """A file as the page hands it out."""
    await open_tables(county, page)
    await page.get_by_role("radio", name=form).check()
    await page.get_by_role("radio", name=names).check()
    await page.get_by_role("button", name="导出").click()
    await expect(page.get_by_role("status").filter(has_text="文件已做好")).to_be_visible()
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="下载").click()
    download = await saved.value
    path = county.sandbox.folder / download.suggested_filename
    await download.save_as(path)
    return path


async def send(county: Console, page: Page, *files: Path) -> None:
    """Send files, and wait until they are checked."""
    await open_tables(county, page)
    await page.locator("input[type=file]").set_input_files(list(files))
    await page.get_by_role("button", name="检查").click()
    await expect(page).to_have_url(_CHECK)  # on the page before there is no bar, either
    await expect(page.locator("#task")).to_have_count(0, timeout=_CHECKED_MS)


def written(county: Console, name: str, document: Any) -> Path:
    path = county.sandbox.folder / name
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


async def drafts(county: Console) -> list[dict[str, Any]]:
    asked = ("catalogue", "drafts", county.county.data, "--all", "--json")
    found: list[dict[str, Any]] = json.loads(await county.sandbox.run("yizhan-county", *asked))
    return found


async def test_each_form_comes_back_as_it_went_out(county: Console, page: Page) -> None:
    before = await drafts(county)
    for form, suffix in (("Excel", ".xlsx"), ("CSV", ".zip"), ("JSON", ".json")):
        path = await export(county, page, form)
        assert path.suffix == suffix
        await no_wider_than_the_window(page)
        await send(county, page, path)
        await expect(page.get_by_role("status")).to_contain_text("与现行目录相同")
    path = await export(county, page, "JSON", "国家目录交换的")
    assert "up_task_general_basic" in json.loads(path.read_text("utf-8"))
    await send(county, page, path)
    await expect(page.get_by_role("alert")).to_contain_text("目录没有改动")
    assert await drafts(county) == before


async def test_a_good_file_is_looked_at_and_then_becomes_a_draft(
    county: Console, page: Page
) -> None:
    before = len(await drafts(county))
    document = json.loads(CATALOGUE.read_text("utf-8"))
    document["items"][0]["name"] = "城乡养老参保登记"
    gone = document["items"].pop()
    await send(county, page, written(county, "good.json", document))
    await expect(page.get_by_role("status")).to_contain_text("新增 0，修改 1，撤下 1")
    await expect(page.locator("p.warn")).to_contain_text("1 项会撤下")
    await expect(page.locator("table.compare ins").first).to_have_text("城乡养老参保登记")
    await expect(page.locator("main")).to_contain_text(gone["name"])
    await no_wider_than_the_window(page)
    assert len(await drafts(county)) == before  # nothing was proposed yet
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("h1")).to_contain_text("待审核")
    await expect(page.get_by_role("status")).to_contain_text("已导入为草稿")
    await expect(page.locator("table.compare ins").first).to_have_text("城乡养老参保登记")
    newest = (await drafts(county))[0]
    assert (newest["state"], newest["author"]) == ("proposed", "writer")
    document["items"][0]["name"] = "养老参保"
    await send(county, page, written(county, "again.json", document))
    await page.get_by_label("存为").select_option(f"{newest['draft']}.{newest['digest']}")
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.locator("h1")).to_contain_text(f"草稿 {newest['draft']}")
    await expect(page.locator("table.compare ins").first).to_have_text("养老参保")
    assert len(await drafts(county)) == before + 1


async def test_every_fault_is_told_at_once_and_nothing_changes(county: Console, page: Page) -> None:
    before = await drafts(county)
    rows = rows_of_sheets(json.loads(CATALOGUE.read_text("utf-8")))
    sheets: Any = {name: [list(row) for row in some] for name, some in rows.items()}
    put("事项", "承诺时限", "很快")(sheets)
    put("事项", "基本编码", 451423000000, row=2)(sheets)
    put("环节", "种类", "喝茶")(sheets)
    file = county.sandbox.folder / "wrong.xlsx"
    file.write_bytes(excel(sheets))
    await send(county, page, file)
    await expect(page.get_by_role("alert")).to_contain_text("3 处错误")
    places = page.locator("table.findings tbody th")
    await expect(places).to_have_count(3)
    for place in ("事项!", "环节!"):
        await expect(places.filter(has_text=place)).not_to_have_count(0)
    await no_wider_than_the_window(page)
    photo = county.sandbox.folder / "photo.xlsx"
    photo.write_bytes(b"\x89PNG\r\n")
    await send(county, page, photo)
    await expect(page.get_by_role("alert")).to_contain_text("这是图片，只是名字像表格")
    assert await drafts(county) == before


async def test_what_was_looked_at_on_another_release_is_not_proposed(
    county: Console, page: Page
) -> None:
    asked = ("catalogue", "export", county.county.data, "--to")
    file = county.sandbox.folder / "newest.json"
    await county.sandbox.run("yizhan-county", *asked, file, "--force")
    document = json.loads(file.read_text("utf-8"))
    document["items"][1]["contact"] = "0771-8810001"
    await send(county, page, written(county, "mine.json", document))
    document["items"][1]["contact"] = "0771-8810002"
    other = written(county, "other.json", document)
    await county.sandbox.run("yizhan-county", "publish", county.county.data, other)
    before = await drafts(county)
    await page.get_by_role("button", name="存为草稿").click()
    await expect(page.get_by_role("alert")).to_contain_text("提出草稿之后目录又发布过新版本")
    assert await drafts(county) == before
    await county.sandbox.run("yizhan-county", "publish", county.county.data, CATALOGUE)


async def test_who_may_only_look_downloads_and_sends_nothing(county: Console, page: Page) -> None:
    await open_tables(county, page, "operator")
    await expect(page.get_by_role("heading", name="导出", exact=True)).to_be_visible()
    await expect(page.locator("input[type=file]")).to_have_count(0)


async def test_what_was_checked_is_said_in_the_language_of_the_page_that_shows_it(
    county: Console, page: Page
) -> None:
    document = json.loads(CATALOGUE.read_text("utf-8"))
    document["items"][1]["limits"] = {"legal": "1wd", "promised": "1wd", "starts": "village"}
    document["items"][1]["contact"] = "8812345"
    await send(county, page, written(county, "both.json", document))
    first = page.locator("table.compare").first
    await expect(first).to_contain_text("1个工作日")
    await page.get_by_text("检查发现").click()
    await expect(page.locator("main li").filter(has_text="没有区号")).to_contain_text("咨询方式")
    await page.get_by_role("link", name="English").click()
    await expect(first).to_contain_text("1 working day")
    await expect(first).not_to_contain_text("工作日")
    await expect(page.locator(".change .facts-line").first).not_to_contain_text("须")
    await no_wider_than_the_window(page)
    await page.get_by_role("link", name="中文").click()
    await expect(first).to_contain_text("1个工作日")


async def test_the_faults_of_a_refused_file_are_told_in_words(county: Console, page: Page) -> None:
    document = json.loads(CATALOGUE.read_text("utf-8"))
    item = document["items"][1]
    item["limits"] = {"legal": "很快", "promised": "1wd", "starts": "village"}
    await send(county, page, written(county, "refused.json", document))
    place = page.locator("tbody th").first
    await expect(place).to_contain_text(item["name"])
    await expect(place).to_contain_text("法定时限")
    await expect(place).not_to_contain_text("limits.legal")
    await page.get_by_role("link", name="English").click()
    await expect(place).to_contain_text("Legal limit")
    await page.get_by_role("link", name="中文").click()
