"""The county's console in a real browser: a whole county imported, nodes looked after."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.async_api import Download, Page, expect

from examples.sandbox import CommandError, Program
from protocol.trust.kit import read_kit
from tests.browser.console import MARKS, Console

pytestmark = MARKS

ROSTER = Path(__file__).parents[2] / "examples" / "longzhou" / "roster.csv"
SAMPLE = json.loads((ROSTER.parent / "applications" / "01.json").read_text("utf-8"))
NODES = 146  # 12 hubs and 134 stations


async def fetched(download: Download) -> bytes:
    path = await download.path()
    return path.read_bytes()


async def test_a_whole_county_is_imported_with_a_bar_then_filtered_and_mapped(
    empty_console: Console, page: Page
) -> None:
    console = empty_console
    await console.log_in(page, "system")
    await page.get_by_role("link", name="导入名册").click()
    await page.get_by_label("名册文件").set_input_files(ROSTER)
    await page.get_by_role("button", name="检查").click()
    await page.get_by_role("button", name=f"确认加入 {NODES} 个节点").click()
    await expect(page.locator("progress")).to_be_visible()
    await expect(page.get_by_text(f"已登记 {NODES} 个节点。")).to_be_visible(timeout=60_000)
    await page.get_by_role("link", name="下载开站包、打印开站卡").click()
    async with page.expect_download() as kits:
        await page.get_by_role("link", name="下载开站包").click()
    with zipfile.ZipFile(io.BytesIO(await fetched(await kits.value))) as archive:
        names = {read_kit(archive.read(name)).name for name in archive.namelist()}
    assert len(archive.namelist()) == NODES
    async with page.expect_popup() as cards:
        await page.get_by_role("link", name="打印开站卡").click()
    sheets = await cards.value
    await expect(sheets.locator(".card")).to_have_count(NODES)
    assert await sheets.locator("h1").first.inner_text() in names
    size = "element => getComputedStyle(element).fontSize"
    assert await sheets.locator("p.code").first.evaluate(size) == "32px"  # 24 pt, to type from
    await look_at_list_and_map(console, page)


async def look_at_list_and_map(console: Console, page: Page) -> None:
    """An operator filters the list of the whole county, and looks at its townships."""
    await page.context.clear_cookies()
    await console.log_in(page, "operator")
    await expect(page.get_by_role("row")).to_have_count(NODES + 1)
    await page.get_by_label("名称或代码").fill("451423103")
    await page.get_by_role("button", name="筛选").click()
    assert await page.get_by_role("row").count() < NODES / 2
    await page.get_by_role("link", name="乡镇图").click()
    await expect(page.locator(".township")).to_have_count(12)
    await page.locator(".township .dots a").first.click()
    await expect(page.get_by_text("节点编号")).to_be_visible()
    await expect(page.get_by_text("可以做的事")).to_have_count(0)  # an operator only looks


async def test_a_table_with_faults_adds_nobody(console: Console, page: Page) -> None:
    await console.enter(page, "system")
    await page.goto(f"{console.url}/nodes/import")
    table = (
        "code,name,role,parent,contact\n451423999,无人之镇,hub,451423,\n12,坏,station,451423999,\n"
    )
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": table.encode("gb18030")}
    await page.get_by_label("名册文件").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_role("button", name="检查").click()
    row = page.get_by_role("row").filter(has_text="3")
    await expect(row.first).to_contain_text("usage")
    await page.goto(f"{console.url}/nodes?text=空镇")
    await expect(page.get_by_text("没有符合条件的节点。")).to_be_visible()


async def test_a_node_is_added_renamed_and_withdrawn_by_two_people(
    console: Console, page: Page
) -> None:
    await console.enter(page, "system")
    await page.goto(f"{console.url}/nodes/add")
    await page.get_by_label("类型").select_option("station")
    await page.get_by_label("区划代码").fill("451423103299")
    await page.get_by_label("名称").fill("新村")
    await page.get_by_role("button", name="添加").click()
    code = page.locator("code.secret")
    await expect(code).to_have_text(re.compile("^[0-9A-Z]{4}(-[0-9A-Z]{4}){2}$"))
    async with page.expect_download() as kit:
        await page.get_by_role("link", name="下载开站包").click()
    kit_file = console.sandbox.folder / "new.kit"
    kit_file.write_bytes(await fetched(await kit.value))
    station = console.sandbox.folder / "station"
    one_time = await code.inner_text()
    await console.sandbox.run(
        "yizhan-station", "join", kit_file, "--data", station, "--code", one_time
    )
    await write_down(page)

    await page.get_by_text("改名").first.click()
    await page.get_by_label("名称").fill("新新村")
    await page.get_by_role("button", name="改名").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("新新村 已开站")
    await expect(page.get_by_text("停用")).to_have_count(0)  # that is the other's right
    address = page.url.partition("?")[0]

    await page.context.clear_cookies()
    await console.enter(page, "security")
    await page.goto(address)
    await page.get_by_text("停用", exact=True).first.click()
    await page.locator("details[open]").get_by_label("原因").fill("电脑送修")
    await page.get_by_role("button", name="停用").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("新新村 已停用")


async def test_who_waits_is_approved_after_the_words_were_compared(
    console: Console, page: Page
) -> None:
    policy = console.county.data / "authority" / "policy.toml"
    policy.write_text('[enrolment]\napproval = "manual"\n', "utf-8")
    box, kit = console.sandbox, console.sandbox.folder / "waiting.kit"
    place = ("--role", "hub", "--code", "451423198", "--name", "待核镇")
    more = ("--url", "https://127.0.0.1:9", "--kit", kit)
    added = json.loads(await box.run("yizhan-provision", "add", console.county.data, *place, *more))
    hub = box.folder / "hub"
    join = ("yizhan-hub", "join", kit, "--data", hub, "--code", added["code"])
    with pytest.raises(CommandError, match=r"enrolment\.waiting"):
        await box.run(*join)

    await console.log_in(page, "security")
    await page.get_by_role("link", name="待核准").first.click()
    words = await page.locator(".words").inner_text()
    assert len(words.split()) == 10
    await page.get_by_role("button", name="指纹一致，核准").click()
    await expect(page.get_by_text("没有等待核准的节点。")).to_be_visible()
    await box.run(*join)
    policy.unlink()


async def test_the_record_tells_who_did_it_and_is_whole(console: Console, page: Page) -> None:
    county = console.county.data
    add = ("--role", "hub", "--code", "451423199", "--name", "老镇", "--kit", county / "../old.kit")
    hub = json.loads(await console.sandbox.run("yizhan-provision", "add", county, *add))["node"]
    await console.sandbox.run("yizhan-provision", "rename", county, hub, "--name", "新镇名")

    await console.log_in(page, "audit")
    await page.get_by_role("link", name="审计记录").click()
    table = page.get_by_role("table")
    await expect(table.get_by_text("登录").first).to_be_visible()
    await page.get_by_label("操作").select_option(label="改名")
    await page.get_by_role("button", name="筛选").click()
    await expect(table.get_by_role("row").filter(has_text="新镇名")).to_have_count(1)
    async with page.expect_download() as export:
        await page.get_by_role("button", name="导出表格").click()
    text = (await fetched(await export.value)).decode("utf-8-sig")
    assert {line.split(",")[4] for line in text.splitlines()[1:]} == {"改名"}
    await page.get_by_role("button", name="检查是否完整").click()
    await expect(page.get_by_role("status")).to_contain_text("完整")
    await expect(page.get_by_role("link", name="账号")).to_have_count(0)


async def write_down(page: Page) -> None:
    """Say that what is shown once is written down."""
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="已抄写").click()
    await expect(page.locator("code.secret")).to_have_count(0)


async def let_another_confirm(console: Console, page: Page, name: str) -> None:
    """Somebody else carries out what was proposed, and does not see its code."""
    await page.context.clear_cookies()
    await console.log_in(page, "security")
    await page.get_by_role("link", name="待确认").first.click()
    await expect(page.get_by_role("heading", level=2).first).to_contain_text(name)
    page.once("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="确认执行").click()
    await expect(page.get_by_text("已确认并执行").first).to_be_visible()
    await expect(page.locator("code.secret")).to_have_count(0)


async def leave_an_application_on_a_stick(console: Console) -> Program:
    """A station seals one, its line is down, and the stick is all that leaves the village."""
    box, folder = console.sandbox, console.sandbox.folder
    await box.run("yizhan-county", "publish", console.county.data, ROSTER.parent / "catalogue.json")
    console.county.node = "451423"  # a parent may be named by its division code
    lost = await box.station("lost", "451423103298", "丢机村", console.county)
    (folder / "form.json").write_text(json.dumps(SAMPLE["form"], ensure_ascii=False), "utf-8")
    await box.run("yizhan-station", "exchange", lost.data)
    await box.ask(lost, "submit", "--item", SAMPLE["item"], "--form", folder / "form.json")
    await box.run("yizhan-station", "stick", "export", lost.data, folder / "stick")
    return lost


async def read_and_tick(page: Page) -> None:
    """The form stands there by its labels; whoever has read it says so."""
    form = page.locator("dl.facts").first  # the other one has the attachments
    await expect(form).to_contain_text("申请人姓名")  # the label, not the key
    await expect(form).not_to_contain_text(next(iter(SAMPLE["form"])))
    await expect(form).to_contain_text(next(iter(SAMPLE["form"].values())))
    await page.get_by_label("已核对申请内容和附件").check()
    page.once("dialog", lambda dialog: dialog.accept())


async def test_a_lost_pc_is_replaced_and_its_old_work_is_judged(
    console: Console, page: Page
) -> None:
    box, folder = console.sandbox, console.sandbox.folder
    lost = await leave_an_application_on_a_stick(console)
    await console.enter(page, "system")
    await page.goto(f"{console.url}/nodes/{lost.node}")
    await page.get_by_text("换机", exact=True).first.click()
    await page.locator("details[open]").get_by_label("原因").fill("被盗")
    await page.get_by_role("button", name="提出换机").click()
    await expect(page.get_by_role("button", name="确认执行")).to_have_count(0)  # not by oneself
    await let_another_confirm(console, page, "丢机村")
    await page.context.clear_cookies()
    await console.log_in(page, "system")
    await page.get_by_role("link", name="丢机村").click()  # first of all after the login
    await page.reload()
    code = await page.locator("code.secret").inner_text()
    async with page.expect_download() as kit:
        await page.get_by_role("link", name="下载开站包").click()
    (folder / "again.kit").write_bytes(await fetched(await kit.value))
    join = ("yizhan-station", "join", folder / "again.kit", "--data", folder / "fresh")
    await box.run(*join, "--code", code)
    await box.run("yizhan-county", "stick", "import", console.county.data, folder / "stick")

    await page.context.clear_cookies()
    await console.log_in(page, "security")
    await page.get_by_role("link", name="审核箱").click()
    await expect(page.get_by_role("link", name="丢机村")).to_be_visible()
    await read_and_tick(page)
    await page.get_by_role("button", name="受理", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("办件编号")
    assert len(await box.ask(console.county, "cases", "--json")) == 1
