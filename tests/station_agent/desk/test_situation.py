"""The code for help by telephone: for anybody at this PC, on every page, also a locked one."""

import re

from runtime.control.calls import Nothing
from station_agent.clerks.calls import AddClerk
from tests.builders.clerk import CLERK
from tests.station_agent.desk.filling import text_of
from tests.station_agent.desk.visitor import FANG, WORD, open_visitor
from tests.station_agent.village import Village

KEY = 'href="/situation" data-help aria-keyshortcuts="F1"'


async def test_who_is_not_logged_in_reads_the_code_out_and_nothing_else(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        await station.intake.submit(village.submission("黄秀英"))
        page = await text_of(visitor, "/situation")
        digits = (await station.situation.situation(CLERK, Nothing())).code
        assert re.search(r"\d{10}", digits.replace("-", ""))
        assert f"<code>{digits}</code>" in page
        part = await visitor.get("/situation?live", HX_Request="true")
        assert await part.text() == digits
        assert "黄秀英" not in page
        assert FANG not in page


async def test_every_page_has_the_key_locked_or_not(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        for path in ("/login", "/forgot", "/situation"):
            assert KEY in await text_of(visitor, path)
        await visitor.logs_in()
        page = await text_of(visitor, "/today")
        assert page.count(KEY) == 2  # at the foot, and on the cover
        await village.clock.advance(601)
        assert KEY in await text_of(visitor, "/login")
        assert (await visitor.get("/situation")).status == 200
