"""What is being written is kept sealed, with its pages, until it is sent: then it is there once."""

from dataclasses import replace

import pytest

from protocol.envelope.blob import open_chunks
from protocol.errors.clerk import FollowUpManyError, FollowUpTakenError, FollowUpUnknownError
from protocol.errors.drafts import FillingBinnedError
from protocol.ids import ApplicationId
from protocol.limits import BIN_MS
from protocol.records.followups import Visit
from station_agent.app import Station
from station_agent.clerks.calls import Proof
from station_agent.clerks.unlocking import Opened
from station_agent.followups.filings import FilingService
from station_agent.papers.pages import NewPage
from station_agent.papers.wanted import Wanted
from tests.builders.clerk import CLERK
from tests.station_agent.followups.test_service import OWN, arrived, wanted
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import in_pieces
from tests.station_agent.village import Village

WORDS = "屋顶漏雨，两人同住"
VISIT = Visit(visitors=("农小芳", "黄大山"), words=WORDS)
PHOTO = NewPage(application=OWN, material="", wanted=Wanted())


async def opened(station: Station) -> Opened:
    return await station.unlocking.unlock(Proof())


def kept(station: Station) -> FilingService:
    return station.serving().filings


async def begins(station: Station, application: str, own: ApplicationId = OWN) -> None:
    await kept(station).save(
        await opened(station), own, about="visit", application=application, texts={"words": WORDS}
    )


async def test_it_is_there_after_a_new_start_and_lies_sealed(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await begins(station, own)
    for path in village.data.rglob("*"):
        assert not path.is_file() or WORDS.encode() not in path.read_bytes()
    async with village.open() as station:
        found = await kept(station).find(await opened(station), OWN)
        assert (found.about, found.application, found.texts) == ("visit", own, {"words": WORDS})
        assert [one.filing for one in await kept(station).every(await opened(station))] == [OWN]


async def test_its_photos_are_what_the_county_opens_and_go_with_the_sending(
    village: Village,
) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await begins(station, own)
        await station.papers.add(PHOTO, in_pieces(scans.picture()))
        vault = (await opened(station)).vault
        (page,) = await station.papers.pages(vault, OWN)
        _, photo = await station.papers.content(vault, OWN, page.page)
        await station.upkeep.housekeeping.hourly()  # sweeps nothing that is wanted
        pages = await station.papers.sealed(vault, OWN)
        await station.follow_ups.send(CLERK, wanted(VISIT, own), pages=pages)
        with pytest.raises(FollowUpTakenError):
            await kept(station).find(await opened(station), OWN)
        with pytest.raises(FollowUpTakenError):
            await begins(station, own)
        await station.upkeep.housekeeping.hourly()
        assert await station.papers.pages(vault, OWN) == []
        again = await station.follow_ups.send(CLERK, wanted(VISIT, own), pages=pages)
        assert again.follow_up == OWN
        await village.exchange(station)
    (sent,) = arrived(village)
    assert sent.said.subject == VISIT
    (file,) = sent.attachments
    assert (file.material, file.name) == ("", "photo-1.jpg")
    blob = bytes(village.parent.blobs[file.blob])
    assert b"".join(open_chunks(file.key, [blob])) == photo


async def test_pages_of_nothing_that_is_written_are_refused_and_go(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        await begins(station, own)
        await station.papers.add(PHOTO, in_pieces(scans.picture()))
        await kept(station).drop(OWN)
        with pytest.raises(FollowUpUnknownError):
            await kept(station).find(await opened(station), OWN)
        await station.upkeep.housekeeping.hourly()
        assert list((village.data / "blobs").glob("*/*/*")) == []


async def test_what_nobody_wants_lies_in_the_bin_and_comes_back_with_its_photo(
    village: Village,
) -> None:
    async with village.open() as station:
        own, key = await village.submit(station), await opened(station)
        await begins(station, own)
        await station.papers.add(PHOTO, in_pieces(scans.picture()))
        await kept(station).throw_away(OWN)
        with pytest.raises(FillingBinnedError):
            await kept(station).find(key, OWN)
        with pytest.raises(FillingBinnedError):
            await begins(station, own)
        assert await kept(station).every(key) == []
        await village.clock.advance(86_400)
        await kept(station).throw_away(OWN)  # once more: it does not stay for longer
        (binned,) = await kept(station).in_bin(key)
        assert binned.goes_ms == village.clock.now_ms() - 86_400_000 + BIN_MS
        await station.upkeep.housekeeping.hourly()
        await kept(station).put_back(OWN)
        found = await kept(station).find(key, OWN)
        assert (found.texts, await kept(station).in_bin(key)) == ({"words": WORDS}, [])
        assert len(await station.papers.pages(key.vault, OWN)) == 1


async def test_the_bin_is_emptied_after_its_days_and_not_by_a_date_that_jumps(
    village: Village,
) -> None:
    async with village.open() as station:
        own, key = await village.submit(station), await opened(station)
        await begins(station, own)
        await kept(station).throw_away(OWN)
        village.clock.jump_wall(ms=2 * BIN_MS)
        await station.upkeep.housekeeping.hourly()
        assert len(await kept(station).in_bin(key)) == 1
        await village.clock.advance(9 * 3600)
        await station.upkeep.housekeeping.hourly()
        assert await kept(station).in_bin(key) == []


async def test_of_too_many_the_next_is_refused_and_known_ones_are_saved(village: Village) -> None:
    async with village.open() as station:
        own = await village.submit(station)
        few = replace(kept(station), most=2)
        key = await opened(station)

        async def save(filing: ApplicationId) -> None:
            await few.save(key, filing, about="visit", application=own, texts={})

        for number in (1, 2):
            await save(ApplicationId(f"{number:032x}"))
        with pytest.raises(FollowUpManyError):
            await save(ApplicationId("3" * 32))
        await save(ApplicationId(f"{1:032x}"))
