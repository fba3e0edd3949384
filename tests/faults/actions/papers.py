"""Pages of papers: each is there whole or not at all, and the county gets it once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from station_agent.app import Station
from station_agent.papers.pages import NewPage
from station_agent.papers.service import Step
from station_agent.papers.wanted import Wanted
from tests.builders.clerk import status_of
from tests.builders.disks.mains import Mains
from tests.builders.looking_once import looking_once
from tests.faults.action import Action
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import FORM, Counter, open_counter
from tests.station_agent.village import Village

WIDTHS = (300, 400)
PHOTO = NewPage(application=FORM, material="photo", wanted=Wanted())


@dataclass
class Place:
    """A station with a draft and a page of its papers; the second is about to be brought."""

    village: Village
    page: str = ""


@asynccontextmanager
async def opened(village: Village) -> AsyncIterator[tuple[Station, Counter]]:
    with looking_once():
        async with open_counter(village) as both:
            yield both


async def begun(root: Path) -> Place:
    place = Place(village=Village(root))
    async with opened(place.village) as (_, counter):
        place.page = await counter.add(scans.picture(WIDTHS[0]))
    return place


async def complete(root: Path) -> Place:
    place = await begun(root)
    async with opened(place.village) as (_, counter):
        await counter.add(scans.picture(WIDTHS[1]))
    return place


async def swept(place: Place, station: Station, pages: int) -> None:
    """A file for each page, and no other."""
    await station.upkeep.housekeeping.hourly()
    kept = [path for path in (place.village.data / "blobs").glob("*/*/*") if path.is_file()]
    assert len(kept) == pages
    assert list((place.village.data / "blobs").glob("*.new")) == []


async def widths(counter: Counter) -> list[int]:
    return [scans.opened(await counter.content(one)).width for one in await counter.order()]


async def add(place: Place, mains: Mains) -> None:
    async with opened(place.village) as (_, counter):
        with mains.armed():
            await counter.add(scans.picture(WIDTHS[1]))


async def both_are_there_in_the_end(place: Place, told: bool) -> None:
    async with opened(place.village) as (station, counter):
        found = await widths(counter)
        assert found == [*WIDTHS] or (found == [WIDTHS[0]] and not told)
        await swept(place, station, len(found))
        await counter.add(scans.picture(WIDTHS[1]))  # the clerk is not sure and brings it again
        assert await widths(counter) == [*WIDTHS]


async def scanned(root: Path) -> Place:
    """The second page lies in the scanner's folder."""
    place = await begun(root)
    folder = root / "scans"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(scans.picture(WIDTHS[1]))
    (root / "station.toml").write_text(f"scanner_folder = {str(folder)!r}\n", "utf-8")
    return place


async def pick(place: Place, counter: Counter) -> None:
    (scan,) = await counter.papers.scanner.offered()
    place.village.clock.tick(3)
    await counter.papers.add_scan(PHOTO, scan.id)


async def take_scan(place: Place, mains: Mains) -> None:
    async with opened(place.village) as (_, counter):
        with mains.armed():
            await pick(place, counter)


async def the_scan_is_in_the_folder_or_a_page(place: Place, told: bool) -> None:
    async with opened(place.village) as (station, counter):
        found = await widths(counter)
        assert found == [*WIDTHS] or (found == [WIDTHS[0]] and not told)
        await swept(place, station, len(found))
        if await counter.papers.scanner.offered():  # also if it is a page already
            await pick(place, counter)
        assert await widths(counter) == [*WIDTHS]


async def turn(place: Place, mains: Mains) -> None:
    async with opened(place.village) as (_, counter):
        with mains.armed():
            await counter.turn(place.page, 90)


async def it_lies_or_stands(place: Place, told: bool) -> None:
    async with opened(place.village) as (station, counter):
        size = scans.opened(await counter.content(place.page)).size
        lies, stands = (WIDTHS[0], 300), (300, WIDTHS[0])
        assert size == stands or (size == lies and not told)
        await swept(place, station, 1)


async def put_in_order(place: Place, mains: Mains) -> None:
    async with opened(place.village) as (_, counter):
        with mains.armed():
            await counter.papers.say_readable(FORM, place.page)
            await counter.papers.move(FORM, place.page, Step.DOWN)


async def it_is_first_or_last(place: Place, told: bool) -> None:
    async with opened(place.village) as (_, counter):
        shown = await counter.pages()
        last = shown[-1].page == place.page
        assert len(shown) == len(WIDTHS)
        assert last or not told
        assert not last or shown[-1].readable


async def take_away(place: Place, mains: Mains) -> None:
    async with opened(place.village) as (station, counter):
        with mains.armed():
            await counter.papers.remove(FORM, place.page)
            await station.upkeep.housekeeping.hourly()


async def the_other_one_stays(place: Place, told: bool) -> None:
    async with opened(place.village) as (station, counter):
        found = await widths(counter)
        assert found == [WIDTHS[1]] or (found == [*WIDTHS] and not told)
        await swept(place, station, len(found))


async def hands_in(place: Place, station: Station, counter: Counter) -> None:
    pages = await counter.papers.sealed(counter.opened, FORM)
    await station.intake.submit(place.village.submission(application=FORM), pages=pages)


async def hand_in(place: Place, mains: Mains) -> None:
    async with opened(place.village) as (station, counter):
        with mains.armed():
            await hands_in(place, station, counter)
            await station.upkeep.housekeeping.hourly()


async def the_county_gets_each_once(place: Place, told: bool) -> None:
    village = place.village
    async with opened(village) as (station, counter):
        saved = (await status_of(station))["counts"]["saved"]
        assert saved or not told
        if not saved:
            assert await widths(counter) == [*WIDTHS]
            await hands_in(place, station, counter)
        await swept(place, station, len(WIDTHS))
        await village.exchange(station)
        sent = village.county.open(village.envelope_of(FORM))
        assert [one.name for one in sent.attachments] == ["photo-1.jpg", "photo-2.jpg"]
        assert village.parent.whole() == {one.blob for one in sent.attachments}
        assert len(village.parent.envelopes) == 1


ACTIONS = [
    Action("station: take in a page", begun, add, both_are_there_in_the_end),
    Action("station: take in a scan", scanned, take_scan, the_scan_is_in_the_folder_or_a_page),
    Action("station: turn a page", begun, turn, it_lies_or_stands),
    Action("station: put pages in order", complete, put_in_order, it_is_first_or_last),
    Action("station: take a page away", complete, take_away, the_other_one_stays),
    Action("station: hand in with pages", complete, hand_in, the_county_gets_each_once),
]
