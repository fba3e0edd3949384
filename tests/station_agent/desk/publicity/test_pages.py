"""A poster: it comes with its case, is printed with the minimum, hangs so long, and comes down."""

import re
from datetime import date, timedelta

from protocol.records.followups import Objection, PosterState, Posting
from protocol.trust.schedule import local_time
from tests.builders.clock import START_MS
from tests.station_agent.desk.visitor import FANG
from tests.station_agent.desk.writing.counter import CASE, LINES, Writer, writing
from tests.station_agent.village import Village

DAY_MS = 86_400_000


async def posts(writer: Writer, what: str, place: str = "村委会公示栏") -> None:
    filing = await writer.writes(what, place=place)
    await writer.brings(filing, 300)
    await writer.sends(filing)


async def test_the_task_waits_today_and_the_sheet_says_the_minimum(village: Village) -> None:
    async with writing(village) as writer:
        assert "公示要张贴" not in await writer.page("/today")
        await writer.asks_for_a_poster()
        assert "公示要张贴" in await writer.page("/today")
        assert "/publicity/" in await writer.page(f"/applications/{writer.application}")
        sheet = await writer.page(f"/publicity/{writer.application}/sheet")
        for line in LINES:
            assert line.text in sheet
        assert all(one in sheet for one in ("最低生活保障审核确认", "7 天", "0771-0000121", CASE))
        assert "poster.css" in sheet


async def test_it_goes_up_hangs_and_comes_down_each_with_a_photo(village: Village) -> None:
    async with writing(village) as writer:
        await writer.asks_for_a_poster()
        await posts(writer, "placed")
        today = local_time(village.clock.now_ms()).date()
        page = await writer.page(f"/publicity/{writer.application}")
        last = next(
            one for number in range(7, 20) if f"公示到 {(one := today + timedelta(number))}" in page
        )
        assert isinstance(last, date)
        assert "正在公示" in page
        assert f"{today} 村委会公示栏 {FANG}" in page
        assert "公示要张贴" not in await writer.page("/today")
        await posts(writer, "taken-down")
        assert "已撤下" in await writer.page("/publicity")
        assert (await writer.visitor.get(f"/publicity/{writer.application}/sheet")).status == 400
        up, down = await writer.at_county()
        assert up.said.subject == Posting(what=PosterState.PLACED, place="村委会公示栏")
        assert down.said.subject == Posting(what=PosterState.TAKEN_DOWN, place="村委会公示栏")
        assert [len(one.attachments) for one in (up, down)] == [1, 1]


async def test_it_hangs_through_its_last_day(village: Village) -> None:
    async with writing(village) as writer:
        await writer.asks_for_a_poster(days=5)
        await posts(writer, "placed")
        page = await writer.page(f"/publicity/{writer.application}")
        said = re.search(r"公示到 (\d{4}-\d\d-\d\d)", page)
        assert said is not None
        left = date.fromisoformat(said[1]) - local_time(START_MS).date()
        for days, hangs in ((left.days, True), (left.days + 1, False)):
            village.parent.county_ms = START_MS + days * DAY_MS
            await village.exchange(writer.station)
            page = await writer.page(f"/publicity/{writer.application}")
            assert said[0] in page
            assert ("正在公示" in page) is hangs


async def test_a_newer_task_goes_up_anew_whatever_the_clock_says(village: Village) -> None:
    async with writing(village) as writer:
        await writer.asks_for_a_poster(n=1)
        await posts(writer, "placed")
        village.clock.jump_wall(ms=-DAY_MS)
        await writer.asks_for_a_poster(days=5, n=2)
        page = await writer.page(f"/publicity/{writer.application}")
        assert "还没有贴" in page
        assert "5 天" in page
        await posts(writer, "placed")
        assert "正在公示" in await writer.page(f"/publicity/{writer.application}")


async def test_an_objection_on_paper_is_taken_in_with_its_pages(village: Village) -> None:
    async with writing(village) as writer:
        await writer.asks_for_a_poster()
        filing = await writer.writes("objection", words="不同意", by="陆某")
        await writer.brings(filing, 300, 200)
        await writer.sends(filing)
        page = await writer.page(f"/publicity/{writer.application}")
        assert "书面" in page
        (sent,) = await writer.at_county()
        assert sent.said.subject == Objection(words="不同意", by="陆某")
        assert len(sent.attachments) == 2


async def test_where_nothing_was_asked_there_is_no_poster(village: Village) -> None:
    async with writing(village) as writer:
        for path in ("", "/sheet"):
            answer = await writer.visitor.get(f"/publicity/{writer.application}{path}")
            assert answer.status == 400
        assert "县里还没有要求公示的" in await writer.page("/publicity")
        assert "/publicity/" not in await writer.page(f"/applications/{writer.application}")
