"""What a village does beside applications, with a real county: poster, objection, visit, letter."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Page, expect

from examples.sandbox import Program
from tests.browser.console import MARKS
from tests.browser.villages import LONGZHOU
from tests.station_agent.papers import scans
from tests.system.looking import Watched
from tests.system.waiting import until

pytestmark = [*MARKS, pytest.mark.slow]

BOARD = "村委会公示栏"
FANG, WORD = "韦小芳", "山歌好比春江水啊"
OBJECTION, PHONE = "他家有小汽车，不该享受低保", "13900001111"
SEEN, LETTER, ANSWER = "三口人，瓦房漏雨", "村口路灯坏了三盏", "已派人维修，三日内修好。"


@dataclass
class World:
    """A county that serves, and a station whose desk is open."""

    box: Watched
    county: Program
    station: Program
    desk: str

    async def exchange(self) -> None:
        await self.box.run("yizhan-station", "exchange", self.station.data)

    async def case(self) -> dict[str, Any]:
        """The one case, as the county shows it."""
        (found,) = await self.box.ask(self.county, "cases", "--json")
        return dict(found)

    async def followed(self, count: int) -> list[dict[str, Any]]:
        """What followed the case, once so much of it is whole at the county."""
        await self.exchange()

        async def came() -> bool:
            every = (await self.case())["follow_ups"]
            return len(every) == count and all(one["complete"] for one in every)

        await until(came)
        return list((await self.case())["follow_ups"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with Watched(folder=tmp_path_factory.mktemp("village")) as box:
        county = await box.county("451423", "龙州县")
        await box.run("yizhan-county", "publish", county.data, LONGZHOU / "catalogue.json")
        await box.start(county)
        county.node = (await box.ask(county, "status", "--json"))["node"]
        station = await box.station("station", "451423103201", "独山村", county)
        await box.run("yizhan-station", "exchange", station.data)
        await hand_in(box, station)
        word = box.folder / "word"
        word.write_text(WORD, "utf-8")
        argv = ("add", station.data, FANG, "--password-file", word)
        await box.run("yizhan-station", "clerk", *argv)
        await box.start(station)

        async def opened() -> bool:
            return bool(await box.run("yizhan-station", "desk", station.data))

        await until(opened)
        desk = (await box.ask(station, "desk", "--json"))["url"]
        yield World(box, county, station, desk)


async def hand_in(box: Watched, station: Program) -> None:
    """A minimum allowance, with its papers."""
    sample = json.loads((LONGZHOU / "applications" / "08.json").read_text("utf-8"))
    form = box.folder / "form.json"
    form.write_text(json.dumps(sample["form"], ensure_ascii=False), "utf-8")
    papers = [
        f"--attach={material}={LONGZHOU / 'applications' / file}"
        for material, file in sample["attachments"].items()
    ]
    wanted = ("--item", sample["item"], "--form", form, *papers)
    await box.run("yizhan-station", "submit", station.data, *wanted)
    await box.run("yizhan-station", "exchange", station.data)


def photo(width: int) -> FilePayload:
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": scans.picture(width)}


async def logs_in(page: Page, world: World) -> None:
    await page.goto(f"{world.desk}/login")
    await page.get_by_label("姓名").fill(FANG)
    await page.get_by_label("口令").fill(WORD)
    await page.get_by_role("button", name="登录").click()
    await expect(page.get_by_role("heading", name="今天要做的")).to_be_visible()


async def sends(page: Page, *widths: int) -> None:
    """Keep what was typed, bring photos, send it."""
    await page.get_by_role("button", name="存好，下一步").click()
    for width in widths:
        await page.get_by_label("添加照片").set_input_files([photo(width)])
        await page.get_by_role("button", name="收下").click()
        await expect(page.locator(".sheet-card").last).to_be_visible()
    await page.get_by_role("button", name="交给县里").click()
    await expect(page.get_by_role("status")).to_contain_text("已存在本机")


async def puts_up(page: Page, world: World) -> None:
    """From today's page: the sheet, and the record that it hangs."""
    await page.get_by_role("link", name="打印和张贴").click()
    await page.get_by_role("link", name="打印公示").click()
    sheet, form = page.locator(".sheet"), (await world.case())["form"]
    await expect(sheet).to_contain_text(form["applicant_name"])
    await expect(sheet).to_contain_text("最低生活保障审核确认")
    for private in ("applicant_id", "phone", "address"):
        await expect(sheet).not_to_contain_text(form[private])
    await page.get_by_role("link", name="贴好了，记下来").click()
    await page.get_by_label("贴在哪里").fill(BOARD)
    await sends(page, 300)


async def objects(page: Page, world: World) -> None:
    """Alone, on the page that is turned to whoever objects; the way back shows nothing."""
    await page.goto(f"{world.desk}/publicity")
    await page.get_by_role("link", name="撤下和异议").click()
    await page.get_by_role("button", name="锁上，转给本人自己写（村站看不到）").click()
    await page.get_by_label("异议说的是什么").fill(OBJECTION)
    await page.get_by_label("联系电话（可以不写）").fill(PHONE)
    await page.get_by_role("button", name="封好交给县里").click()
    await expect(page.get_by_role("status")).to_contain_text("村站看不到")
    await page.go_back()
    await expect(page.get_by_role("status")).to_contain_text("已经封好")
    await expect(page.get_by_label("异议说的是什么")).to_have_count(0)
    await page.goto(f"{world.desk}/today")  # it is locked
    await expect(page.get_by_label("口令")).to_be_visible()
    await logs_in(page, world)


async def takes_down(page: Page, world: World) -> None:
    await page.goto(f"{world.desk}/publicity")
    await page.get_by_role("link", name="撤下和异议").click()
    await page.get_by_role("link", name="撤下了，记下来").click()
    await page.get_by_label("贴在哪里").fill(BOARD)
    await sends(page, 200)


async def visits(page: Page, world: World) -> None:
    """Not by one person alone."""
    application = (await world.case())["application"]
    await page.goto(f"{world.desk}/applications/{application}")
    await page.get_by_role("link", name="记一次入户").click()
    await page.get_by_label("第一位入户人").fill(FANG)
    await page.get_by_label("第二位入户人").fill(FANG)
    await page.get_by_label("看到了什么").fill(SEEN)
    await page.get_by_role("button", name="存好，下一步").click()
    await expect(page.get_by_text("要写两个不同的人")).to_be_visible()
    await page.get_by_label("第二位入户人").fill("黄大山")
    await sends(page, 250)


async def test_a_poster_hangs_somebody_objects_unseen_and_two_people_visit(
    world: World, page: Page
) -> None:
    number = (await world.case())["case"]
    await world.box.run("yizhan-county", "publicity", world.county.data, number)
    await world.exchange()
    await logs_in(page, world)
    await puts_up(page, world)
    await objects(page, world)
    await takes_down(page, world)
    await visits(page, world)
    every = await world.followed(4)
    assert [one["said"]["clerk"] for one in every] == [FANG] * 4
    assert [len(one["attachments"]) for one in every] == [1, 0, 1, 1]
    up, objection, down, visit = (one["said"]["subject"] for one in every)
    assert up == {"about": "posting", "what": "placed", "place": BOARD}
    assert down == {"about": "posting", "what": "taken-down", "place": BOARD}
    assert (objection["words"], objection["phone"]) == (OBJECTION, PHONE)
    assert (visit["visitors"], visit["words"]) == ([FANG, "黄大山"], SEEN)
    for file in world.station.data.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        assert not any(one.encode() in data for one in (OBJECTION, PHONE)), file


async def test_a_letter_goes_to_the_county_and_its_answer_waits_today(
    world: World, page: Page
) -> None:
    await logs_in(page, world)
    await page.get_by_role("link", name="来信", exact=True).click()
    await page.get_by_role("link", name="写信给县里").click()
    await expect(page.get_by_role("region", name="多久答复")).to_contain_text("15 天")
    await page.get_by_label("建议").check()
    await page.get_by_label("写什么").fill(LETTER)
    await page.get_by_label("写信人（可以不写）").fill("农某")
    await page.get_by_role("button", name="存好，下一步").click()
    await page.reload()  # it is on the disk
    await page.get_by_role("button", name="交给县里").click()
    await expect(page.get_by_role("heading", name="建议")).to_be_visible()
    await world.exchange()
    (sent,) = await world.box.ask(world.county, "letters", "--json")
    subject = sent["letter"]["said"]["subject"]
    assert (subject["kind"], subject["words"], subject["by"]) == ("suggestion", LETTER, "农某")
    own = sent["letter"]["follow_up"]
    await world.box.run("yizhan-county", "answer", world.county.data, own, "--words", ANSWER)
    await world.exchange()
    await page.goto(f"{world.desk}/today")
    await page.get_by_role("link", name="看答复").click()
    await expect(page.get_by_text(ANSWER)).to_be_visible()
    await page.get_by_role("button", name="看过了，已告诉写信人").click()
    await expect(page.get_by_text(f"{FANG} 看过答复")).to_be_visible()
    await page.goto(f"{world.desk}/today")
    await expect(page.get_by_role("link", name="看答复")).to_have_count(0)
