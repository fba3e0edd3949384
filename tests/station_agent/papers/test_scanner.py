"""Files of a scanner: offered, taken when they stand still, gone once their page is kept."""

import asyncio
from collections.abc import AsyncIterable
from pathlib import Path

import pytest

from protocol.errors.scans import (
    ScanFolderError,
    ScanGrowingError,
    ScanKindError,
    ScanLargeError,
)
from station_agent.papers.limits import MAX_SOURCE_BYTES
from station_agent.papers.pages import NewPage
from station_agent.papers.scanner import STILL_S, ScannerFolder
from station_agent.papers.wanted import Wanted
from tests.builders.clock import FakeClock
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import FORM, Counter, open_counter
from tests.station_agent.village import Village

PHOTO = NewPage(application=FORM, material="photo", wanted=Wanted())


def scanner_of(village: Village) -> Path:
    folder = village.data.parent / "扫描"
    folder.mkdir()
    (village.data / "station.toml").write_text(f"scanner_folder = {str(folder)!r}\n", "utf-8")
    return folder


async def names(counter: Counter) -> list[str]:
    return [one.name for one in await counter.papers.scanner.offered()]


async def picks(village: Village, counter: Counter, name: str, wait_s: float = 3.0) -> str:
    """Looks at what is offered, and takes one some seconds later."""
    (scan,) = [one.id for one in await counter.papers.scanner.offered() if one.name == name]
    await village.clock.advance(wait_s)
    return await counter.papers.add_scan(PHOTO, scan)


async def test_what_can_be_a_page_is_offered_the_newest_first(village: Village) -> None:
    folder = scanner_of(village)
    for name in ("a.jpg", "b.PDF", ".c.jpg", "d.tmp", "e.txt"):
        (folder / name).write_bytes(b"x")
    (folder / "f.jpg").mkdir()
    (folder / "g.jpg").symlink_to("/etc/passwd")
    async with open_counter(village) as (_, counter):
        assert sorted(await names(counter)) == ["a.jpg", "b.PDF"]


async def test_one_is_taken_and_goes_from_the_folder(village: Village) -> None:
    folder = scanner_of(village)
    (folder / "扫描1.jpg").write_bytes(scans.picture())
    async with open_counter(village) as (_, counter):
        page = await picks(village, counter, "扫描1.jpg")
        assert await counter.order() == [page]
        assert list(folder.iterdir()) == []


async def test_what_another_scan_has_written_over_meanwhile_stays(village: Village) -> None:
    folder = scanner_of(village)
    (folder / "a.jpg").write_bytes(scans.picture())
    next_one = scans.picture(440)

    async def add(source: AsyncIterable[bytes]) -> str:
        read = b"".join([piece async for piece in source])
        (folder / "a.jpg").write_bytes(next_one)  # another person's paper, under the same name
        return str(len(read))

    async with open_counter(village) as (_, counter):
        (scan,) = await counter.papers.scanner.offered()
        await village.clock.advance(STILL_S)
        assert await counter.papers.scanner.take(scan.id, add) == str(len(scans.picture()))
        assert (folder / "a.jpg").read_bytes() == next_one


async def test_one_that_is_no_page_stays(village: Village) -> None:
    folder = scanner_of(village)
    (folder / "a.jpg").write_bytes(scans.SVG)
    async with open_counter(village) as (_, counter):
        with pytest.raises(ScanKindError):
            await picks(village, counter, "a.jpg")
        assert await names(counter) == ["a.jpg"]


async def test_one_that_has_just_come_is_waited_for(village: Village) -> None:
    folder = scanner_of(village)
    (folder / "a.jpg").write_bytes(scans.picture())
    async with open_counter(village) as (_, counter):
        (scan,) = await counter.papers.scanner.offered()
        taking = asyncio.create_task(counter.papers.add_scan(PHOTO, scan.id))
        await waits(village)
        assert not taking.done()
        await village.clock.advance(STILL_S)
        page = await taking
        assert await counter.order() == [page]


async def test_one_that_is_still_written_is_not_taken(village: Village) -> None:
    folder = scanner_of(village)
    (folder / "a.jpg").write_bytes(scans.picture()[:500])
    async with open_counter(village) as (_, counter):
        (scan,) = await counter.papers.scanner.offered()
        taking = asyncio.create_task(counter.papers.add_scan(PHOTO, scan.id))
        await waits(village)
        (folder / "a.jpg").write_bytes(scans.picture())
        await village.clock.advance(STILL_S)
        with pytest.raises(ScanGrowingError):
            await taking
        (folder / "b.jpg").write_bytes(b"")
        with pytest.raises(ScanGrowingError):
            await picks(village, counter, "b.jpg")
        assert sorted(await names(counter)) == ["a.jpg", "b.jpg"]


async def waits(village: Village) -> None:
    """Somebody waits for the clock."""
    while not village.clock.sleepers:
        await asyncio.sleep(0.01)


async def test_what_is_not_offered_is_not_taken(village: Village) -> None:
    scanner_of(village)
    (village.data.parent / "secret.jpg").write_bytes(scans.picture())
    async with open_counter(village) as (_, counter):
        for name in (b"../secret.jpg", b"/etc/passwd", b"gone.jpg", b""):
            with pytest.raises(ScanGrowingError):
                await counter.papers.add_scan(PHOTO, name.hex())
        with pytest.raises(ScanGrowingError):
            await counter.papers.add_scan(PHOTO, "no hex")
        assert (village.data.parent / "secret.jpg").exists()


async def test_a_huge_one_is_not_read(village: Village) -> None:
    folder = scanner_of(village)
    with (folder / "a.jpg").open("wb") as file:
        file.truncate(MAX_SOURCE_BYTES + 1)
    async with open_counter(village) as (_, counter):
        with pytest.raises(ScanLargeError):
            await picks(village, counter, "a.jpg")
        assert await names(counter) == ["a.jpg"]


async def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = ScannerFolder(folder=tmp_path / "gone", clock=FakeClock())
    with pytest.raises(ScanFolderError, match="gone"):
        await gone.offered()
    assert await ScannerFolder(folder=None, clock=FakeClock()).offered() == []
