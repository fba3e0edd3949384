"""Pages go to the county as they lie here: once, in their order, whatever happens meanwhile."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from protocol.envelope.blob import open_chunks
from protocol.envelope.payloads import ReceiptState
from protocol.errors import (
    ApplicationTakenError,
    AttachmentTooLargeError,
    MaterialMissingError,
    MaterialUnknownError,
)
from protocol.errors.scans import ScanUnknownError
from protocol.limits import MAX_FILES
from station_agent.app import Station
from station_agent.papers.earlier import EarlierPages
from station_agent.papers.service import Step
from tests.builders.clerk import status_of
from tests.builders.clock import START_MS
from tests.station_agent.papers import scans
from tests.station_agent.papers.counter import FORM, Counter, open_counter
from tests.station_agent.village import Village

DAY_MS = 86_400_000


async def hands_in(
    village: Village, station: Station, counter: Counter, item: str = "pension"
) -> None:
    pages = await counter.papers.sealed(counter.opened, FORM)
    await station.intake.submit(village.submission(item=item, application=FORM), pages=pages)


@asynccontextmanager
async def counter_with_safe(village: Village) -> AsyncIterator[tuple[Station, Counter]]:
    """One page was handed in as a draft, and the county has it in its backup."""
    async with open_counter(village) as (station, counter):
        await counter.add()
        await hands_in(village, station, counter)
        await village.exchange(station)
        envelope = village.envelope_of(FORM)
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.SAFE))
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
        yield station, counter


def arrived(village: Village) -> list[tuple[str, str, bytes]]:
    """Material, name and content of each file, as the county opens it."""
    sent = village.county.open(village.envelope_of(FORM))
    assert village.parent.whole() == {one.blob for one in sent.attachments}
    found = []
    for one in sent.attachments:
        plain = b"".join(open_chunks(one.key, [bytes(village.parent.blobs[one.blob])]))
        assert (one.size, one.sha256) == (len(plain), hashlib.sha256(plain).digest())
        found.append((one.material, one.name, plain))
    return found


async def test_the_county_gets_each_page_once_in_its_order(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        first, second = await counter.add(), await counter.add(scans.pdf(2))
        await counter.papers.move(FORM, second, Step.UP)
        picture, paper = await counter.content(first), await counter.content(second)
        await hands_in(village, station, counter)
        await station.upkeep.housekeeping.hourly()
        await village.exchange(station)
        assert arrived(village) == [
            ("photo", "photo-1.pdf", paper),
            ("photo", "photo-2.jpg", picture),
        ]


async def test_pages_stay_while_the_county_may_return_the_application(village: Village) -> None:
    async with counter_with_safe(village) as (station, counter):
        (page,) = await counter.pages()
        assert await EarlierPages(counter.papers).content(counter.opened, FORM, page.page)
        decision, _ = village.county.decision(bytes.fromhex(FORM))
        village.parent.send(decision)
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
        assert await counter.pages() == []
        assert [one for one in (village.data / "blobs").glob("*/*/*") if one.is_file()] == []


async def test_a_full_disk_lets_go_of_them(village: Village) -> None:
    async with counter_with_safe(village) as (station, counter):
        await station.upkeep.housekeeping.make_room()
        assert await counter.pages() == []
        assert [one for one in (village.data / "blobs").glob("*/*/*") if one.is_file()] == []


async def test_handing_in_again_is_answered_alike_until_the_pages_are_other_ones(
    village: Village,
) -> None:
    async with open_counter(village) as (station, counter):
        await counter.add()
        for _ in range(2):
            await hands_in(village, station, counter)
        assert (await status_of(station))["counts"]["saved"] == 1
        with pytest.raises(ApplicationTakenError):
            await station.intake.submit(village.submission(application=FORM))


async def test_nothing_can_be_changed_once_it_was_handed_in(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        page = await counter.add()
        await hands_in(village, station, counter)
        for changed in (counter.papers.remove(FORM, page), counter.turn(page, 90), counter.add()):
            with pytest.raises(ScanUnknownError):
                await changed
        await station.upkeep.housekeeping.hourly()
        await village.exchange(station)
        assert len(arrived(village)) == 1


async def test_a_page_that_was_taken_away_meanwhile_is_not_sent(village: Village) -> None:
    """The page to read out was open in one window, the papers in another."""
    async with open_counter(village) as (station, counter):
        page = await counter.add()
        pages = await counter.papers.sealed(counter.opened, FORM)
        await counter.papers.remove(FORM, page)
        await station.upkeep.housekeeping.hourly()
        with pytest.raises(ScanUnknownError):
            await station.intake.submit(village.submission(application=FORM), pages=pages)
        assert (await status_of(station))["counts"]["saved"] == 0


async def test_the_sweep_leaves_alone_what_is_being_handed_in(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        page = await counter.add()
        pages = await counter.papers.sealed(counter.opened, FORM)
        ref = counter.papers.blobs.own(pages[0].blob)
        assert counter.papers.blobs.hold(ref)
        await counter.papers.remove(FORM, page)
        await station.upkeep.housekeeping.hourly()
        assert counter.papers.blobs.has(ref)
        counter.papers.blobs.claimed(ref)
        await station.upkeep.housekeeping.hourly()
        assert not counter.papers.blobs.has(ref)


async def test_a_refusal_costs_no_page(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        page = await counter.add(material="other")
        with pytest.raises(MaterialMissingError):
            await station.intake.submit(village.submission(item="permit", application=FORM))
        with pytest.raises(MaterialUnknownError):
            await hands_in(village, station, counter)
        await station.upkeep.housekeeping.hourly()
        assert scans.opened(await counter.content(page)).size == (400, 300)


async def test_files_and_pages_together_are_so_many_and_no_more(village: Village) -> None:
    async with open_counter(village) as (station, counter):
        await counter.add()
        pages = await counter.papers.sealed(counter.opened, FORM)
        files = [("photo", village.file(10)) for _ in range(MAX_FILES)]
        with pytest.raises(AttachmentTooLargeError):
            await station.intake.submit(
                village.submission(application=FORM, files=files), pages=pages
            )
        await station.intake.submit(
            village.submission(application=FORM, files=files[1:]), pages=pages
        )
        assert (await status_of(station))["counts"]["saved"] == 1


async def test_pages_that_may_have_to_be_corrected_stay_sixty_days_of_the_county(
    village: Village,
) -> None:
    async with counter_with_safe(village) as (station, counter):
        for years in (-17, 34):  # the date of this PC has no part in it
            village.clock.jump_wall(ms=years * 365 * DAY_MS)
            await station.upkeep.housekeeping.hourly()
            assert len(await counter.pages()) == 1
        for days, kept in ((59, 1), (61, 0)):
            village.parent.county_ms = START_MS + days * DAY_MS
            await village.exchange(station)
            await station.upkeep.housekeeping.hourly()
            assert len(await counter.pages()) == kept
