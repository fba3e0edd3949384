"""An application is taken in at the desk as by command: the same service, the same promise."""

import re

import pytest

from station_agent.clerks.calls import AddClerk
from station_agent.desk.intake import pages as intake_pages
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.desk.filling import FORM, ITEM, carried, fills_in, sends, text_of
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.village import Village


async def test_it_is_found_read_out_saved_and_reaches_the_county(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert "养老保险" in await (await visitor.get("/find?q=养老")).text()
        about = await (await visitor.get("/items/pension")).text()
        assert "照片" in about
        assert f'href="{FORM}"' in about
        page, application = await fills_in(visitor, "黄秀英")
        assert "黄秀英" in page
        assert (await status_of(station))["counts"]["saved"] == 0  # nothing is saved yet
        answer = await visitor.post(f"{ITEM}/hand-in/{application}", carried(page))
        assert answer.status == 303
        saved = await (await visitor.get(answer.headers["Location"])).text()
        assert "已存在本机" in saved
        assert "黄秀英" in saved
        assert "<dd>养老保险 <code>pension</code></dd>" in saved
        await village.exchange(station)
        sent = village.county.open(village.envelope_of(application))  # type: ignore[arg-type]
        assert (sent.item, sent.form) == ("pension", '{"name":"黄秀英"}')


async def test_handing_in_twice_makes_one(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        page, application = await fills_in(visitor, "黄秀英")
        for _ in range(2):
            answer = await visitor.post(f"{ITEM}/hand-in/{application}", carried(page))
            assert answer.headers["Location"] == f"/applications/{application}?saved"
        again = await visitor.post(  # from another page: the browser's history
            f"{ITEM}/hand-in/{application}",
            {**carried(page), "token": await visitor.token("/today")},
        )
        assert again.headers["Location"] == f"/applications/{application}?saved"
        assert (await status_of(station))["counts"]["saved"] == 1


async def test_a_fault_stands_on_top_with_a_link_and_nothing_is_lost(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        page, application = await fills_in(visitor, "")
        assert 'id="faults"' in page
        assert 'href="#' in page
        page = await text_of(visitor, await sends(visitor, application, "黄秀英"))
        assert f'href="{FORM}/{application}">← 回去改' in page
        assert "黄秀英</textarea>" in await text_of(visitor, f"{FORM}/{application}")


async def test_a_page_that_was_changed_is_checked_again(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        page, application = await fills_in(visitor, "黄秀英")
        for form in ('{"name": 7}', "{}", "[]", "no form"):
            answer = await visitor.post(
                f"{ITEM}/hand-in/{application}", {**carried(page), "-form": form}
            )
            assert answer.status in (200, 400), form
        assert (await visitor.post(f"{ITEM}/hand-in/zz", carried(page))).status == 404
        assert (await status_of(station))["counts"]["saved"] == 0


async def test_what_was_applied_for_last_stands_first(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()

        async def listed() -> list[str]:
            text = await (await visitor.get("/find")).text()
            return re.findall('href="/items/([a-z]+)"', text)

        assert await listed() == ["pension", "permit"]
        plan = village.submission(item="permit", files=[("plan", village.file(500))])
        await station.intake.submit(plan)
        assert await listed() == ["permit", "pension"]


async def test_without_a_catalogue_that_is_said(village: Village) -> None:
    async with village.open(catalogue=False) as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        page = await visitor.get("/find")
        assert page.status == 200
        assert "intake.no-catalogue" in await page.text() or "catalogue" in await page.text()


async def test_a_list_that_is_cut_says_so(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        assert "这里显示" not in await text_of(visitor, "/find")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(intake_pages, "_FOUND", 1)
            assert "这里显示 1 项，共 2 项" in await text_of(visitor, "/find")
