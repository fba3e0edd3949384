"""Whoever sees a person is written down, on every page of the desk, by its tables of routes."""

from collections import defaultdict

from protocol.ids import ApplicationId
from station_agent.app import Station
from station_agent.clerks.calls import Proof
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import Purpose
from tests.station_agent.desk.addresses import pages
from tests.station_agent.desk.filling import carried
from tests.station_agent.desk.intake_items import HAND_IN, brings, checks, counter, types
from tests.station_agent.desk.visitor import FANG, WORD, Visitor
from tests.station_agent.desk.writing.counter import writing
from tests.station_agent.village import Village

NAME = "黄秀英"


def of_one() -> list[str]:
    """Pages with an application in their address."""
    found = {path for path in pages() if "{application}" in path or "{filing}" in path}
    assert found
    return sorted(found)


async def written(station: Station) -> set[str]:
    """Whose records FANG opened."""
    lines = await station.database.read(clerks.openings)
    return {one.application for one in lines if one.clerk == FANG and one.application}


async def unnoted(station: Station, visitor: Visitor, samples: dict[str, str]) -> list[str]:
    """Pages that showed the person and were not written down, each by a login of its own."""
    left = []
    for path in of_one():
        await station.database.write(lambda tx: tx.run("DELETE FROM openings"))
        visitor.cookies.clear()
        await visitor.logs_in()
        answer = await visitor.get(path.format_map(defaultdict(lambda: "1", samples)))
        body = await answer.read()
        shows = NAME.encode() in body or answer.content_type == "image/jpeg"
        if shows and samples["application"] not in await written(station):
            left.append(path)
    return left


async def test_each_page_that_shows_a_draft_is_written_down(village: Village) -> None:
    async with counter(village) as (station, visitor):
        own = await types(visitor, name=NAME)
        await brings(visitor, own, "card", 200)
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        (sheet,) = await station.papers.pages(opened.vault, ApplicationId(own))
        samples = {"code": "subsidy", "application": own, "filing": own, "sheet": sheet.page}
        assert await unnoted(station, visitor, samples) == []


async def test_each_page_that_shows_an_application_is_written_down(village: Village) -> None:
    async with counter(village) as (station, visitor):
        own = await types(visitor, name=NAME, bank="农信社")
        await brings(visitor, own, "card", 200)
        await brings(visitor, own, "proof", 100)
        page = await checks(visitor, own)
        assert (await visitor.post(f"{HAND_IN}/{own}", carried(page))).status == 303
        opened = await station.unlocking.unlock(Proof(clerk=FANG, password=WORD))
        await station.serving().slips.begin_copy(opened, ApplicationId(own))
        samples = {"code": "subsidy", "application": own, "filing": own, "sheet": "0" * 32}
        assert await unnoted(station, visitor, samples) == []


async def test_each_page_of_what_was_written_is_written_down(village: Village) -> None:
    async with writing(village) as writer:
        await writer.asks_for_a_poster()
        place = await writer.writes("visit", visitor_1=FANG, visitor_2="黄大山", words="两间房")
        poster = f"/publicity/{writer.application}"
        form = f"/write/visit?filing={place.removeprefix('/writing/')}"
        for path in (poster, f"{poster}/sheet", place, form):
            assert await opens(writer.station, writer.visitor, path) == {
                (Purpose.FOLLOW_UP, writer.application)
            }, path
        for path in ("/publicity", "/letters", "/visits"):
            assert await opens(writer.station, writer.visitor, path) == {(Purpose.LIST, None)}, path


async def opens(
    station: Station, visitor: Visitor, path: str
) -> set[tuple[Purpose, ApplicationId | None]]:
    """What is written down when a page is opened right after a login."""
    visitor.cookies.clear()
    await visitor.logs_in()
    await station.database.write(lambda tx: tx.run("DELETE FROM openings"))
    assert (await visitor.get(path)).status == 200
    return {(one.purpose, one.application) for one in await station.database.read(clerks.openings)}
