"""The pages of a batch: the common part, a pasted table, faults at their places, and handing in."""

import asyncio
import html
import re

import pytest

from station_agent.clerks.calls import AddClerk, Proof
from tests.builders.clerk import CLERK, status_of
from tests.station_agent.batches.market import ID, OTHER_ID
from tests.station_agent.desk.filling import text_of
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.drafts.two_items import publish
from tests.station_agent.village import Village

SCRIPT = "<script>alert(1)</script>"
PEOPLE = f"{ID}\t黄秀英\t13800000000\n12\t{SCRIPT}\t\n"


async def presses(visitor: Visitor, page: str, path: str, **fields: str) -> str:
    token = await visitor.token(page)
    answer = await visitor.post(path, {"token": token, **fields})
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def begins(visitor: Visitor) -> str:
    """A batch with two people, one of them wrong; its address."""
    led = (await visitor.get("/batches/new/stove")).headers["Location"]
    batch = await presses(visitor, led, led, fuel="柴")
    await presses(visitor, batch, f"{batch}/paste", rows=PEOPLE)
    return batch


def sent_by(page: str) -> dict[str, str]:
    """Everything that the form with the rows would send."""
    form = page.partition("data-draft")[2].partition("</form>")[0]
    fields = re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form)
    return {name: html.unescape(text) for name, text in fields}


def cell(page: str, column: str, number: int = 0) -> str:
    """The name of a cell."""
    names = re.findall(rf'name="(row\.[0-9a-f]{{32}}\.{column})"', page)
    return str(names[number])


async def test_a_table_is_pasted_mended_and_handed_in_row_by_row(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        batch = await begins(visitor)
        page = await text_of(visitor, batch)
        assert SCRIPT not in page
        assert html.escape(SCRIPT) in page
        assert "可以交 1 人，已交 0 人，还差东西的 1 人" in page
        assert 'aria-invalid="true"' in page
        assert "一批人一起办" in await text_of(visitor, "/today")
        mended = {cell(page, "number", 1): OTHER_ID, cell(page, "name", 1): "陆大山"}
        assert await presses(visitor, batch, batch, **mended) == f"{batch}?#people"
        led = await presses(visitor, batch, f"{batch}/hand-in", day="2026-11-28")
        while "hx-get" in (told := await text_of(visitor, led)):
            await asyncio.sleep(0.05)
        assert "等待送出：2 件" in told
        assert (await status_of(station))["counts"]["saved"] == 2
        page = await text_of(visitor, batch)
        assert "已存在本机，等待送出" in page
        await presses(visitor, batch, f"{batch}/slips")
        slips = await text_of(visitor, f"{batch}/slips")
        assert slips.count('class="sheet"') == 2
        await presses(visitor, f"{batch}/slips", f"{batch}/slips/seen", came_out="yes")


async def test_rows_are_saved_by_themselves_and_a_refusal_keeps_what_was_typed(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        batch = await begins(visitor)
        page = await text_of(visitor, batch)
        token = await visitor.token(batch)
        new = cell(page, "name", 2)
        answer = await visitor.post(batch, {"token": token, new: "韦三"}, HX_Request="true")
        assert "已存" in await answer.text()
        assert answer.headers["HX-Trigger"] == "saved"
        assert 'value="韦三"' in await text_of(visitor, batch)
        answer = await visitor.post(
            f"{batch}/paste", {"token": await visitor.token(batch), "rows": "姓名\t住址\n黄\t村"}
        )
        assert answer.status == 400
        refused = await answer.text()
        assert "住址" in refused
        assert "batch.paste" in refused
        own = new.split(".")[1]
        await presses(visitor, batch, f"{batch}/out/{own}")
        assert 'value="韦三"' not in await text_of(visitor, batch)


async def test_an_older_page_covers_no_row_that_another_has_saved(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        batch = await begins(visitor)
        first, second = await text_of(visitor, batch), await text_of(visitor, batch)
        here, there = sent_by(first), sent_by(second)
        phone, name = cell(first, "phone"), cell(first, "name", 1)
        await village.clock.advance(1)
        saved = await visitor.post(batch, {**here, phone: "13811111111"}, HX_Request="true")
        assert saved.headers["HX-Trigger"] == "saved"

        # the other page types into the second row alone: the first stays as it is by now
        saved = await visitor.post(batch, {**there, name: "陆大山"}, HX_Request="true")
        assert saved.headers["HX-Trigger"] == "saved"
        page = await text_of(visitor, batch)
        assert 'value="13811111111"' in page
        assert 'value="陆大山"' in page


async def test_a_row_that_two_pages_fill_in_keeps_both_until_somebody_looked(
    village: Village,
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        batch = await begins(visitor)
        first, second = await text_of(visitor, batch), await text_of(visitor, batch)
        here, there = sent_by(first), sent_by(second)
        phone, name = cell(first, "phone"), cell(first, "name", 1)
        await village.clock.advance(1)
        await visitor.post(batch, {**here, phone: "13811111111"})
        both = {**there, phone: "13922222222", name: "陆大海"}
        live = await visitor.post(batch, both, HX_Request="true")
        assert "batch.elsewhere" in await live.text()
        assert "HX-Trigger" not in live.headers
        answer = await visitor.post(batch, both)
        shown = await answer.text()
        assert answer.status == 400
        assert "另一处存的是“13811111111”" in shown
        assert 'value="13922222222"' in shown, "what was typed stays on the page"
        assert 'value="陆大海"' in shown, "the other row is kept"
        assert 'value="13811111111"' in await text_of(visitor, batch)

        settled = await visitor.post(batch, sent_by(shown))
        assert settled.status == 303
        page = await text_of(visitor, batch)
        assert 'value="13922222222"' in page
        again = await visitor.post(batch, {**here, phone: "13833333333"})
        assert (again.status, "batch.elsewhere" in await again.text()) == (400, True)


async def test_a_batch_that_is_not_there_is_told_in_words(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        answer = await visitor.get(f"/batches/{'f' * 32}")
        assert answer.status == 400
        assert "本站没有这一批" in await answer.text()


@pytest.mark.parametrize("by", ["?page=1", "/out/{second}?page=1"])
async def test_a_new_row_that_could_not_be_kept_stays_on_the_page(
    village: Village, by: str
) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        batch = await begins(visitor)
        page = await text_of(visitor, batch)
        first, new = cell(page, "name"), cell(page, "name", 2)
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        named = batch.removeprefix("/batches/")
        await station.gathering().hand_in(CLERK, opened, named, "2026-11-28")  # by a colleague
        token = await visitor.token(batch)
        sent = {"token": token, first: "黄秀英", new: "韦阿婆"}
        second = cell(page, "name", 1).split(".")[1]
        answer = await visitor.post(batch + by.format(second=second), sent)
        shown = await answer.text()
        assert answer.status == 400
        assert re.search(rf'name="{re.escape(new)}"[^>]*value="韦阿婆"', shown)


async def test_each_row_has_a_button_for_what_is_missing(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        batch = await begins(visitor)
        page = await text_of(visitor, batch)
        assert page.count("没有签字的 1 人照样交也收") == 1
        sign = re.search(rf'formaction="({batch}/signed/[0-9a-f]+\?page=1)"', page)
        assert sign
        assert re.search(r'href="/items/stove/check/[0-9a-f]{32}"', page)
        assert re.search(r'href="/items/stove/form/[0-9a-f]{32}\?faults#faults"', page), "去填"
        await presses(visitor, batch, sign[1])
        page = await text_of(visitor, batch)
        assert "没有签字的" not in page


async def test_nobody_signs_for_a_row_that_is_not_there(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await publish(village, station)
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await visitor.logs_in()
        batch = await begins(visitor)
        token = await visitor.token(batch)
        answer = await visitor.post(f"{batch}/signed/{'e' * 32}", {"token": token})
        assert answer.status == 400
        assert "batch.unknown" in await answer.text()
