"""A station asks the county about what waits without a word, and ever more rarely."""

import shutil
from dataclasses import replace

import pytest

from protocol.envelope.envelope import Envelope, Lane
from protocol.envelope.payloads import Inquiry, ReceiptState, read_payload
from protocol.envelope.suites import suite_number
from station_agent.app import Station
from station_agent.store import station as stations
from tests.builders.clerk import status_of
from tests.station_agent.village import Village

DAY_MS = 86_400_000


def inquiries(village: Village) -> list[Inquiry]:
    """What the parent was given for the county, opened."""
    asked = [one for one in village.parent.envelopes.values() if one.lane is Lane.CONTROL]
    return [_opened(village, envelope) for envelope in asked]


def _opened(village: Village, envelope: Envelope) -> Inquiry:
    key = village.county.keys.opening[suite_number(envelope.header.suite)]
    payload = read_payload(envelope.open(key))
    assert isinstance(payload, Inquiry)
    return payload


async def days_pass(village: Village, station: Station, days: int) -> bool:
    """Whether the county is asked after them."""
    village.clock.jump_wall(ms=days * DAY_MS)
    return await station.upkeep.inquiry.ask()


async def test_what_stays_in_custody_is_asked_about(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        assert not await days_pass(village, station, 1)
        assert await days_pass(village, station, 2)
        await village.exchange(station)
        envelope = village.envelope_of(application)
        assert inquiries(village) == [Inquiry(envelopes=(envelope.id,))]


async def test_it_asks_more_and_more_rarely(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await village.exchange(station)
        asked = [day for day in range(1, 120) if await days_pass(village, station, 1)]
    assert asked == [3, 6, 11, 20, 37, 70, 103]


async def test_a_receipt_ends_the_asking(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        receipt = village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        village.parent.send(receipt)
        await village.exchange(station)
        assert await village.state(station, application) == "received"
        assert not await days_pass(village, station, 40)


async def test_an_inquiry_is_no_application_of_the_clerk(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await village.exchange(station)
        await days_pass(village, station, 3)
    async with village.open() as station:  # the journal is read again
        assert sum((await status_of(station))["counts"].values()) == 1


@pytest.mark.parametrize("jump", [-400, 400])
async def test_a_clock_that_jumps_costs_no_more_than_an_inquiry(
    village: Village, jump: int
) -> None:
    async with village.open() as station:
        await village.submit(station)
        await village.exchange(station)
        assert await days_pass(village, station, jump)
        assert not await days_pass(village, station, 0)


async def test_after_a_set_back_everything_since_is_asked_for(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        village.parent.seen = (b"unheard!", 7)
        await village.exchange(station)
        assert (await status_of(station))["set_back_ms"] is not None
        receipt = village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        village.parent.send(receipt)
        await village.exchange(station)
        assert await station.upkeep.inquiry.ask()
        assert not await station.upkeep.inquiry.ask()
        state = await station.database.read(stations.read_state)
        assert state.pulled_ms == village.clock.now_ms()
        await village.exchange(station)
        (inquiry,) = inquiries(village)
        assert inquiry.since_ms > 1
        assert inquiry.envelopes == (village.envelope_of(application).id,)  # it has no result


async def test_it_asks_from_before_the_exchange_in_which_the_loss_shows(village: Village) -> None:
    """What came in the exchange before was told after the loss, and is newer than it."""
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        held_ms = village.parent.time_ms
        village.parent.time_ms += 86_400_000
        village.parent.send(
            village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        )
        await village.exchange(station)
        village.parent.seen = None
        await village.exchange(station)
        assert await station.upkeep.inquiry.ask()
        await village.exchange(station)
    (inquiry,) = inquiries(village)
    assert inquiry.since_ms == held_ms


async def test_after_a_set_back_it_asks_twice(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
        await village.exchange(station)
        village.parent.seen = (b"unheard!", 7)
        await village.exchange(station)
        asked = 0
        for _ in range(5):
            asked += await station.upkeep.inquiry.ask()
            village.clock.tick(8 * 24 * 3600)
        state = await station.database.read(stations.read_state)
    assert (state.pulls, state.lost_from_ms) == (0, None)
    assert asked >= 2


async def test_who_asks_says_again_where_the_answer_should_go(village: Village) -> None:
    """A county that was set back forgot that this PC had called it past its hub."""
    async with village.open() as station:
        said, told = [], station.upkeep.inquiry
        inquiry = replace(told, say_where=lambda: said.append(1))
        await village.submit(station)
        await village.exchange(station)
        assert not await inquiry.ask()
        assert not said
        village.clock.jump_wall(ms=3 * DAY_MS)
        assert await inquiry.ask()
    assert said == [1]


async def test_after_a_lost_database_everything_is_asked_for(village: Village) -> None:
    """Also what no envelope of the queue waits for: its receipt may still come by itself."""
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        envelope = village.envelope_of(application).id
    for path in village.data.glob("station.db*"):
        path.unlink()
    async with village.open() as station:
        village.parent.send(village.county.receipt(envelope, ReceiptState.RECEIVED))
        await village.exchange(station)
        assert await village.state(station, application) == "received"
        assert await station.upkeep.inquiry.ask()
        await village.exchange(station)
    assert inquiries(village) == [Inquiry(envelopes=(envelope,), since_ms=1)]


async def test_a_cut_after_the_journal_asks_for_nothing(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
    shutil.copyfile(village.data / "station.db", village.data / "before")
    async with village.open() as station:
        await village.submit(station)
    shutil.move(village.data / "before", village.data / "station.db")
    async with village.open() as station:
        assert sum((await status_of(station))["counts"].values()) == 2
        assert not await station.upkeep.inquiry.ask()
