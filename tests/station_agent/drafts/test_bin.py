"""Drafts of all clerks lie in one list; what is thrown away comes back, and goes told alone."""

import pytest

from protocol.errors import LockedError
from protocol.errors.drafts import FillingBinnedError, FillingUnknownError
from protocol.ids import ApplicationId
from protocol.limits import BIN_MS
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk
from station_agent.drafts.calls import ShowDrafts
from station_agent.drafts.service import WARNED_MS
from station_agent.store.desk import clerks, drafts
from station_agent.store.desk.clerks import Purpose
from tests.builders.clerk import CLERK
from tests.station_agent.drafts.typing import (
    FANG,
    FIRST,
    MEI,
    SECOND,
    kept,
    opened_by,
    texts_of,
    types,
)
from tests.station_agent.village import Village

WORD = "山歌好比春江水啊"
DAY_S = 86_400
NAME = "黄秀英"


async def open_names(station: Station) -> list[str]:
    return [one.who for one in (await station.drafts.told(opened_by(station))).open]


async def binned_names(station: Station) -> list[str]:
    return [one.who for one in (await station.drafts.told(opened_by(station))).bin]


async def test_the_list_says_for_whom_what_by_whom_and_since_when(village: Village) -> None:
    async with village.open() as station:
        begun_ms = await types(station, {"name": NAME}, place="f-name")
        await village.clock.advance(60)
        saved_ms = await types(station, {"name": f"{NAME}妹"}, clerk=MEI)
        await types(station, {"name": "后来的"}, SECOND)
        first, second = (await station.drafts.told(opened_by(station))).open
        assert (first.who, first.name, first.item) == (f"{NAME}妹", "养老保险", "pension")
        assert (list(first.clerks), first.place) == ([FANG, MEI], "f-name")
        assert (first.begun_ms, first.saved_ms) == (begun_ms, saved_ms)
        assert (second.application, second.who) == (SECOND, "后来的")
        assert await station.drafts.open_of(opened_by(station), "permit") == []
        of_item = await station.drafts.open_of(opened_by(station), "pension")
        assert [one.application for one in of_item] == [FIRST, SECOND]


async def test_one_that_cannot_be_read_stands_in_the_list_with_the_reason(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await types(station, {"name": "读得出"}, SECOND)
        await station.database.write(
            lambda tx: tx.run("UPDATE drafts SET format = 99 WHERE application = ?", (FIRST,))
        )
        first, second = (await station.drafts.told(opened_by(station))).open
        assert (first.problem, first.who, first.application) == ("filling.newer", "", FIRST)
        assert (second.problem, second.who) == ("", "读得出")


async def test_what_is_thrown_away_comes_back_as_it_was(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await station.drafts.throw_away(CLERK, FIRST)
        assert (await open_names(station), await binned_names(station)) == ([], [NAME])
        with pytest.raises(FillingBinnedError):
            await types(station, {"name": "又填"})
        await village.clock.advance(DAY_S)
        await station.drafts.throw_away(CLERK, FIRST)  # once more: it does not stay for longer
        (shown,) = (await station.drafts.told(opened_by(station))).bin
        assert shown.goes_ms == village.clock.now_ms() - DAY_S * 1000 + BIN_MS
        await station.drafts.put_back(CLERK, FIRST)
        assert (await open_names(station), await binned_names(station)) == ([NAME], [])
        await types(station, {"name": "又填"})
        assert await texts_of(station) == {"name": "又填"}


async def test_what_is_not_there_is_neither_thrown_away_nor_put_back(village: Village) -> None:
    async with village.open() as station:
        for act in (station.drafts.throw_away, station.drafts.put_back):
            with pytest.raises(FillingUnknownError):
                await act(CLERK, ApplicationId("f" * 32))


async def test_nothing_goes_before_its_day_nor_untold(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await types(station, {"name": "还在填"}, SECOND)
        await station.drafts.throw_away(CLERK, FIRST)
        tell, tidy = station.drafts.leaving, station.upkeep.housekeeping.hourly
        await village.clock.advance((BIN_MS - WARNED_MS) / 1000 - 1)
        assert await tell(opened_by(station)) == []
        await village.clock.advance(WARNED_MS / 1000 + DAY_S)
        await tidy()
        assert await binned_names(station) == [NAME]  # its day has come, but nobody was told
        assert [one.who for one in await tell(opened_by(station))] == [NAME]
        village.clock.jump_wall(ms=10 * BIN_MS)  # a date that jumps tells nobody anything
        await tidy()
        assert await binned_names(station) == [NAME]
        await village.clock.advance(8 * 3600)
        await tidy()
        assert await kept(station) is None
        assert await open_names(station) == ["还在填"]


async def test_one_that_was_put_back_is_told_again_before_it_goes(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await station.drafts.throw_away(CLERK, FIRST)
        await village.clock.advance(BIN_MS / 1000)
        assert len(await station.drafts.leaving(opened_by(station))) == 1
        await station.drafts.put_back(CLERK, FIRST)
        await station.drafts.throw_away(CLERK, FIRST)
        await village.clock.advance(BIN_MS / 1000)
        await station.upkeep.housekeeping.hourly()
        assert await binned_names(station) == [NAME]


async def test_a_command_needs_the_password_and_leaves_a_line(village: Village) -> None:
    async with village.open() as station:
        await types(station, {"name": NAME})
        await station.clerks.add(CLERK, AddClerk(name=FANG, password=WORD))
        with pytest.raises(LockedError):
            await station.drafts.drafts(CLERK, ShowDrafts())
        found = await station.drafts.drafts(CLERK, ShowDrafts(clerk=FANG, password=WORD))
        assert [one.who for one in found.open] == [NAME]
        lines = await station.database.read(clerks.openings)
        assert [(one.clerk, one.purpose) for one in lines] == [(FANG, Purpose.DRAFTS)]
        assert (await station.database.read(drafts.every))[0].saved_ms == found.open[0].saved_ms
