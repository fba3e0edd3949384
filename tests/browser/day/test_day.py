"""A whole day by keyboard alone: thirty applications with papers, and everything goes wrong once.

The power goes in the middle of a field, of an upload and of handing in; the line is cut for five of
them. In the evening the county has each of them once, word for word, and each with its paper.
"""

import asyncio
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Page, expect

from tests.browser.day.keyboard import FANG, WORD, Keyboard
from tests.browser.day.office import Office, Person, open_office, person, photo
from tests.system.waiting import until

pytestmark = [
    pytest.mark.system,
    pytest.mark.slow,
    pytest.mark.timeout(1800),  # on two busy cores; seven minutes on idle ones
    pytest.mark.asyncio(loop_scope="session"),  # of the one browser
]

COUNT = 30
IN_A_FIELD, IN_AN_UPLOAD, IN_HANDING_IN = 5, 10, 15
LINE_CUT, LINE_BACK = 18, 23
APPROVED, REFUSED, RETURNED = 1, 2, 3
FILES = "form.add input[type=file]"
LARGE = 1600  # pixels of an edge: it is looked at for a while
DIFFERENT = "19977770000"


class Day:
    """One clerk, from the first link on."""

    def __init__(self, office: Office, page: Page, desk: str) -> None:
        self.office, self.page, self.keys, self.url = office, page, Keyboard(page), desk

    async def serves(self, number: int) -> None:
        """From the menu to the slip's number."""
        one = person(number)
        await self.begins_a_form()
        await self.fills_in(number, one)
        await self.keys.press("核对", exact=True)
        await self.brings_a_paper(number)
        await self.keys.follow("下一步：核对")
        await self.hands_in(number)

    async def begins_a_form(self) -> None:
        await self.keys.follow("受理", exact=True)
        await expect(self.page.get_by_role("heading", name="办什么事")).to_be_visible()
        await self.page.keyboard.type("改灶")  # the field has the focus
        await self.page.keyboard.press("Enter")
        await self.keys.follow("改灶补贴")
        await self.keys.follow("开始填表")
        await expect(self.keys.field("姓名")).to_be_visible()

    async def fills_in(self, number: int, one: Person) -> None:
        if number == IN_A_FIELD:
            await self.keys.write("姓名", one.name[:2])
            await expect(self.page.get_by_text("已存")).to_be_visible()
            await self.office.power_cut()
            await self.keys.visit(self.page.url)
            await expect(self.keys.field("姓名")).to_have_value(one.name[:2])
            await self.keys.write("姓名", one.name, anew=True)
        else:
            await self.keys.write("姓名", one.name)
        await self.keys.write("电话", one.phone)
        await self.keys.write("理由", one.reason)

    async def brings_a_paper(self, number: int) -> None:
        await expect(self.page.get_by_role("heading", name="材料 · 改灶补贴")).to_be_visible()
        sheets, here = self.page.locator(".sheet-card"), self.page.url
        if number == IN_AN_UPLOAD:
            await self.sends_a_paper(number)
            await asyncio.sleep(0.2)
            await self.office.power_cut()
            await self.keys.visit(here)
            await self.page.wait_for_load_state()
            if await sheets.count() == 0:
                await self.sends_a_paper(number)
        else:
            await self.sends_a_paper(number)
        await expect(sheets).to_have_count(1)
        await self.keys.press("看得清：第 1 页")
        await expect(self.page.get_by_role("button", name="看得清：第 1 页")).to_have_attribute(
            "aria-pressed", "true"
        )

    async def sends_a_paper(self, number: int) -> None:
        data = photo(number, LARGE if number == IN_AN_UPLOAD else 160)
        payload: FilePayload = {"name": "灶.jpg", "mimeType": "image/jpeg", "buffer": data}
        await self.keys.choose(self.page.locator(FILES).first, payload)
        await self.keys.press("收下", exact=True)

    async def hands_in(self, number: int) -> None:
        button = self.page.get_by_role("button", name="交给县里")
        await self.keys.to(button)
        here = self.page.url
        if number == IN_HANDING_IN:
            await asyncio.gather(
                self.page.keyboard.press("Enter"), self.office.box.kill(self.office.station.name)
            )
            await self.office.power_cut()
            await self.keys.visit(here)
            await self.page.wait_for_load_state()
            if "/check/" in self.page.url:
                await self.keys.press("交给县里")
        else:
            await self.page.keyboard.press("Enter")
        await expect(self.page).to_have_url(re.compile("/applications/"))
        await expect(self.page.get_by_role("heading", name=person(number).name)).to_be_visible()

    async def prints_a_slip(self) -> str:
        """What stands on it, to be typed by whoever verifies it."""
        await self.keys.press("打印收件凭证")
        await expect(self.page.get_by_role("heading", name="收件凭证")).to_be_visible()
        text = " ".join(await self.page.locator(".rows code").all_inner_texts())
        await self.keys.press("出来了", exact=True)
        await expect(self.page).to_have_url(re.compile("/applications/"))
        return text

    async def corrects(self) -> None:
        """From today's page: the county's words at the field, another telephone, in again."""
        await self.keys.visit(f"{self.url}/today")
        await self.keys.press("看要改什么")
        await expect(self.page.get_by_text("电话打不通").first).to_be_visible()
        await self.keys.write("电话", DIFFERENT, anew=True)
        await self.keys.press("核对", exact=True)
        brought = self.page.get_by_role("button", name="看得清：第 1 页")
        await expect(brought).to_have_count(1)  # along from the returned one
        await self.keys.follow("下一步：核对")
        await self.keys.press("交给县里")
        await expect(self.page).to_have_url(re.compile("/applications/"))


async def begins(office: Office, page: Page) -> Day:
    """The first clerk is made by the link, by keyboard too."""
    shown = await office.desk()
    keys = Keyboard(page)
    await page.goto(shown["first"])
    await keys.write("姓名", FANG)
    await keys.write("口令", WORD)
    await keys.write("再输一次口令", WORD)
    await keys.press("开始使用")
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()
    return Day(office, page, shown["url"])


async def test_a_whole_day_by_keyboard_alone(page: Page, tmp_path: Path) -> None:
    async with open_office(tmp_path) as office:
        day = await begins(office, page)
        slips = {}
        for number in range(1, COUNT + 1):
            if number == LINE_CUT:
                await office.box.kill(office.hub.name)
            if number == LINE_BACK:
                await office.box.start(office.hub)
            await day.serves(number)
            if number % 10 == 1:
                slips[number] = await day.prints_a_slip()
        await until(lambda: office.all_arrived(COUNT), within_s=120)
        await each_is_there_once_word_for_word(office)
        for number, slip in slips.items():
            told = json.loads(
                await office.box.run(
                    "yizhan-county", "receipt", "verify", office.county.data, slip, "--json"
                )
            )
            assert told["application"] == (await case_of(office, number))["application"]
        await answers_come_back_and_one_is_corrected(office, day, tmp_path)


async def each_is_there_once_word_for_word(office: Office) -> None:
    cases = await office.cases()
    assert len(cases) == COUNT
    assert len({one["application"] for one in cases}) == COUNT
    forms = Counter(json.dumps(one["form"], sort_keys=True) for one in cases)
    wanted = [json.dumps(person(at).form, sort_keys=True) for at in range(1, COUNT + 1)]
    assert forms == Counter(wanted)
    assert {len(one["attachments"]) for one in cases} == {1}
    assert len({one["attachments"][0]["sha256"] for one in cases}) == COUNT
    assert {one["taken"]["clerk"] for one in cases} == {FANG}
    counts = await office.counts()
    assert sum(counts.values()) == COUNT


async def case_of(office: Office, number: int) -> dict[str, str]:
    (found,) = [one for one in await office.cases() if one["form"] == person(number).form]
    return found


async def answers_come_back_and_one_is_corrected(office: Office, day: Day, folder: Path) -> None:
    fields = folder / "fields.json"
    faults = [{"field": "phone", "words": "电话打不通，请写能打通的"}]
    fields.write_text(json.dumps(faults, ensure_ascii=False), "utf-8")
    await office.decide((await case_of(office, APPROVED))["case"], "approved")
    await office.decide((await case_of(office, REFUSED))["case"], "refused")
    returned = await case_of(office, RETURNED)
    await office.decide(returned["case"], "correction", "--fields", fields)

    async def all_are_back() -> bool:
        counts = await office.counts()
        return (counts["decided"], counts["returned"]) == (2, 1)

    await until(all_are_back)
    await day.corrects()
    await until(lambda: office.all_arrived(COUNT + 1), within_s=120)
    (corrected,) = [one for one in await office.cases() if one["form"]["phone"] == DIFFERENT]
    assert corrected["form"] == {**person(RETURNED).form, "phone": DIFFERENT}
    assert corrected["corrects"] == returned["case"]
    assert len(corrected["attachments"]) == 1
