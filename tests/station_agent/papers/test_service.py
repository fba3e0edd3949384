"""Pages from the first moment on: sealed, in order, once, and gone when nobody names them."""

from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from protocol.errors import DiskFullError
from protocol.errors.scans import ScanCountError, ScanHeicError, ScanUnknownError
from runtime.disk.space import DiskSpace
from station_agent.papers import service
from station_agent.papers.limits import MAX_PAGES
from station_agent.papers.pages import NewPage
from station_agent.papers.process import PageProcess, PageProcesses
from station_agent.papers.service import Step
from station_agent.papers.wanted import JPEG, PDF, Crop, Prepared, Wanted
from station_agent.store.desk import drafts
from station_agent.store.disk import Disk
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import (
    DRAFT,
    FORM,
    counter_of,
    files_of,
    in_pieces,
    open_counter,
)
from tests.station_agent.village import Village


def blobs_of(village: Village) -> int:
    return sum(path.is_file() for path in (village.data / "blobs").glob("*/*/*"))


async def test_a_page_is_there_again_after_the_pc_was_switched_off(village: Village) -> None:
    async with open_counter(village) as (_, counter):
        page = await counter.add()
        before = await counter.content(page)
    async with open_counter(village) as (station, counter):
        await station.upkeep.housekeeping.hourly()
        (shown,) = await counter.pages()
        assert (shown.page, shown.material, shown.kind) == (page, "photo", JPEG)
        assert (shown.width, shown.height, shown.readable) == (400, 300, False)
        assert await counter.content(page) == before
        assert scans.opened(before).size == (400, 300)


async def test_nothing_of_a_page_lies_open_on_the_disk(village: Village) -> None:
    async with open_counter(village) as (_, counter):
        page = await counter.add(scans.pdf(3))
        await counter.add(scans.telephone_photo())
        plain = await counter.content(page)
        assert b"%PDF" in plain
        for data in files_of(village):
            assert b"%PDF" not in data
            assert b"JFIF" not in data
            assert scans.SECRET.encode() not in data


async def test_without_the_vault_a_page_can_t_be_opened(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        page = await counter.add()
        row = await station.database.read(lambda tx: tx.row("SELECT * FROM papers"))
        assert row is not None
        assert row["page"] == page
        (about,) = await counter.papers.sealed(counter.opened, FORM)
        assert about.key not in b"".join(map(bytes, (row["about"], row["blob"], row["source"])))


async def test_the_same_bytes_again_are_the_same_page(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        first = await counter.add()
        assert await counter.add() == first
        assert await counter.add(material="other") != first
        assert len(await counter.pages()) == 2
        await station.upkeep.housekeeping.hourly()
        assert blobs_of(village) == 2


async def test_what_can_t_be_taken_leaves_nothing(village: Village) -> None:
    async with open_counter(village) as (_, counter):
        with pytest.raises(ScanHeicError):
            await counter.add(scans.heic())
        assert await counter.pages() == []
        assert blobs_of(village) == 0
        assert list((village.data / "blobs").glob("*.new")) == []


async def test_a_browser_that_goes_away_leaves_nothing(village: Village) -> None:
    async def cut() -> AsyncIterator[bytes]:
        async for piece in in_pieces(scans.picture()):
            yield piece
            raise ConnectionResetError

    async with open_counter(village) as (_, counter):
        new = NewPage(application=FORM, material="photo", wanted=Wanted())
        with pytest.raises(ConnectionResetError):
            await counter.papers.add(new, cut())
        assert await counter.pages() == []
        assert blobs_of(village) == 0


async def test_pages_change_places_within_their_material(village: Village) -> None:
    async with open_counter(village) as (_, counter):
        one, two, three = [await counter.add(scans.picture(100 + n)) for n in range(3)]
        other = await counter.add(material="zzz")
        await counter.papers.move(FORM, three, Step.UP)
        assert await counter.order() == [one, three, two, other]
        await counter.papers.move(FORM, one, Step.DOWN)
        assert await counter.order() == [three, one, two, other]
        await counter.papers.move(FORM, three, Step.UP)  # the first stays the first
        await counter.papers.move(FORM, other, Step.UP)
        assert await counter.order() == [three, one, two, other]
        four = await counter.add(scans.picture(200))
        assert await counter.order() == [three, one, two, four, other]


async def test_a_page_is_turned_and_cropped_and_to_be_looked_at_again(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        page = await counter.add()
        await counter.papers.say_readable(FORM, page)
        assert (await counter.pages())[0].readable
        await counter.turn(page, 90, Crop(bottom=500))
        (shown,) = await counter.pages()
        assert (shown.width, shown.height, shown.readable) == (300, 200, False)
        assert scans.opened(await counter.content(page)).size == (300, 200)
        await station.upkeep.housekeeping.hourly()
        assert blobs_of(village) == 1  # the picture before is gone
        assert scans.opened(await counter.content(page)).size == (300, 200)


async def test_a_pdf_is_not_turned(village: Village) -> None:
    async with open_counter(village) as (_, counter):
        page = await counter.add(scans.pdf(2))
        before = await counter.content(page)
        await counter.turn(page, 90)
        assert await counter.content(page) == before
        (shown,) = await counter.pages()
        assert (shown.kind, shown.pages, shown.is_pdf) == (PDF, 2, True)


async def test_a_page_that_is_taken_away_is_gone_with_its_key_and_its_file(
    village: Village,
) -> None:
    async with open_counter(village) as (station, counter):
        page = await counter.add()
        await counter.papers.remove(FORM, page)
        assert await counter.pages() == []
        await station.upkeep.housekeeping.hourly()
        assert blobs_of(village) == 0
        for again in (
            counter.papers.remove(FORM, page),
            counter.papers.move(FORM, page, Step.UP),
            counter.papers.say_readable(FORM, page),
            counter.turn(page, 90),
            counter.content(page),
        ):
            with pytest.raises(ScanUnknownError):
                await again


async def test_readable_is_said_and_taken_back(village: Village) -> None:
    async with open_counter(village) as (_, counter):
        page = await counter.add()
        for said in (True, False):
            await counter.papers.say_readable(FORM, page, readable=said)
            assert (await counter.pages())[0].readable is said


async def test_exactly_so_many_pages_are_taken(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_PAGES == 30
    monkeypatch.setattr(service, "MAX_PAGES", 2)
    async with open_counter(village) as (_, counter):
        for n in range(2):
            await counter.add(scans.picture(100 + n))
        with pytest.raises(ScanCountError):
            await counter.add()


async def test_without_room_nothing_is_begun(village: Village) -> None:
    class FullDisk(Disk):
        def room(self) -> DiskSpace:
            return DiskSpace(1000, 10_000_000_000)

    village.disk = FullDisk(village.data)
    async with open_counter(village) as (_, counter):
        with pytest.raises(DiskFullError):
            await counter.add()
        assert await counter.pages() == []


async def test_pages_go_with_a_draft_that_is_gone_for_good(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        await counter.add()
        await station.upkeep.housekeeping.hourly()
        assert len(await counter.pages()) == blobs_of(village) == 1
        await station.database.write(lambda tx: tx.run("DELETE FROM drafts"))
        await station.upkeep.housekeeping.hourly()
        assert await counter.pages() == []
        assert blobs_of(village) == 0


async def test_without_a_draft_no_page_is_taken(village: Village) -> None:
    async with village.open() as station:
        with pytest.raises(ScanUnknownError):
            await counter_of(station).add()


async def test_what_is_handed_in_meanwhile_is_turned_no_more(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        page = await counter.add()
        before = await counter.content(page)

        class Slow(PageProcesses):
            @asynccontextmanager
            async def look(
                self, wanted: Wanted, source: AsyncIterable[bytes]
            ) -> AsyncIterator[tuple[PageProcess, Prepared, bytes]]:
                async with super().look(wanted, source) as made:
                    await station.database.write(lambda tx: tx.run("DELETE FROM drafts"))
                    yield made

        slow = replace(counter, papers=replace(counter.papers, processes=Slow()))
        with pytest.raises(ScanUnknownError):
            await slow.turn(page, 90)
        await station.database.write(lambda tx: drafts.put(tx, DRAFT))
        assert await counter.content(page) == before
        assert blobs_of(village) == 1
