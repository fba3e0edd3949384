"""Line and stick at the desk: what waits, one button each, and what is wrong on every page."""

import re
from pathlib import Path

import pytest

from protocol.trust.reports.situation import Standing, Trouble, read_situation
from runtime.control.calls import Nothing
from runtime.sticks.places import Place
from runtime.web.alerts import Alert
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.desk.line.alerts import Alerts, alerts_of
from station_agent.status.calls import SituationShown
from tests.builders.clerk import CLERK
from tests.station_agent.desk.visitor import FANG, WORD, Visitor, open_visitor
from tests.station_agent.village import Village


async def situation_of(station: Station) -> SituationShown:
    return await station.situation.situation(CLERK, Nothing())


async def enters(station: Station, visitor: Visitor) -> None:
    await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
    await visitor.logs_in()


async def presses(visitor: Visitor, path: str, **fields: str) -> str:
    """Where the browser goes."""
    form = {"token": await visitor.token("/line"), **fields}
    answer = await visitor.post(path, form)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def ended(visitor: Visitor, url: str) -> str:
    """The page of a task once it has ended."""
    number = re.fullmatch(r"/line/([0-9a-f]{24})", url)
    assert number
    while True:
        text = await (await visitor.get(url)).text()
        if "hx-get" not in text:
            return text


async def test_the_page_says_what_waits_and_the_code_says_it_too(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await enters(station, visitor)
        await village.submit(station)
        text = await (await visitor.get("/line")).text()
        found = await situation_of(station)
        assert (found.waiting, found.standing, found.troubles) == (1, "active", [])
        assert found.code in text
        assert "1 件，" in text
        assert "现在都可以送" in text
        heard = read_situation(found.code)
        assert (heard.waiting, heard.standing) == (1, Standing.ACTIVE)


async def test_an_exchange_is_a_task_and_a_dead_line_is_said_in_words(village: Village) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await enters(station, visitor)
        text = await ended(visitor, await presses(visitor, "/line/exchange"))
        assert "未能完成" in text
        assert "什么都没有丢" in text
        assert "未能完成" in await (await visitor.get("/line")).text()


async def test_one_button_puts_on_a_stick_what_waits_and_takes_in_what_it_brings(
    village: Village, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    mounted = [Place(path=str(stick), free=10**9, packed=False)]
    async with village.open() as station, open_visitor(village, station, mounted) as visitor:
        await enters(station, visitor)
        await village.submit(station)
        for words in ("信封 1 件", "U 盘上已经有了"):
            url = await presses(visitor, "/line/stick", folder=str(stick))
            text = await ended(visitor, url)
            assert "现在可以拔出 U 盘" in text
            assert "没有给本站的" in text
            assert words in text
        assert list(stick.rglob("*.*"))


@pytest.mark.parametrize("folder", ["", "/", "/etc", "stick"])
async def test_nothing_is_written_where_no_stick_is(village: Village, folder: str) -> None:
    async with village.open() as station, open_visitor(village, station) as visitor:
        await enters(station, visitor)
        form = {"token": await visitor.token("/line"), "folder": folder}
        answer = await visitor.post("/line/stick", form)
        assert answer.status == 400
        assert "没有找到这个 U 盘" in await answer.text()


async def test_a_clock_that_is_wrong_stands_on_every_page_with_what_to_do(
    village: Village,
) -> None:
    async with village.open() as station:
        await village.exchange(station)
        village.clock.jump_wall(ms=3_600_000)
        alerts = Alerts(service=station.situation, clock=village.clock)
        await alerts.look()
        (found,) = alerts.now()
        assert (found.code, round(found.seconds)) == (Trouble.CLOCK_WRONG.value, 3600)
        async with open_visitor(village, station) as visitor:
            await enters(station, visitor)
            for path in ("/today", "/find", "/line"):
                text = await (await visitor.get(path)).text()
                assert "本机时钟与县里差" in text, path
                assert 'href="/line"' in text


def test_what_the_county_says_of_the_pc_comes_first() -> None:
    found = SituationShown(
        code="",
        troubles=["disk-low", "stumbled"],
        standing="stopped",
        line="never",
        exchanged_ms=None,
        waiting=0,
        waiting_bytes=0,
        oldest_s=0,
        free_mib=1,
        clock_error_ms=None,
        shut={},
        opens_in_s=None,
    )
    assert alerts_of(found) == (Alert("stopped"), Alert("disk-low"))
