"""Time at a station: the county's signed word, whatever the PC or the hub believe."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from protocol.envelope.payloads import ReceiptState
from protocol.limits import KEEP_MS, KEEP_RUN_MS, MAX_TIME_MS
from protocol.stick.names import FileKind, ItemName
from runtime.line.conversation import Tally
from runtime.sticks.writer import StickWriter
from station_agent.app import Station
from station_agent.status.terminal import show_status
from tests.builders.clerk import ask_status, status_of
from tests.builders.clock import START_MS, FakeClock
from tests.station_agent.county import HUB, County
from tests.station_agent.village import Village

IN_2009_MS, IN_2035_MS = 1_230_768_000_000, 2_051_222_400_000
RECEIVED_MS = START_MS + 1  # of the county's first receipt
DAY_MS = 86_400_000
YEAR_10000_MS = 253_402_300_800_000
STRANGE = [-1, 0, 1, MAX_TIME_MS, MAX_TIME_MS + 1, YEAR_10000_MS, 2**53 - 1, 2**63, 2**64 - 1]


@pytest.mark.parametrize("local_ms", [0, IN_2009_MS, IN_2035_MS, MAX_TIME_MS])
async def test_a_wrong_date_changes_nothing_but_what_is_shown(
    village: Village, local_ms: int
) -> None:
    village.clock = FakeClock(local_ms)
    async with village.open() as station:
        application = await village.submit(station)
        village.clock.jump_wall(ms=START_MS - local_ms)
        second = await village.submit(station)
        assert isinstance(await village.exchange(station), Tally)
        await station.upkeep.housekeeping.hourly()
        assert await village.state(station, application) == "at_hub"
    created = [village.envelope_of(each).header.created for each in (application, second)]
    assert created == [(local_ms, START_MS), (START_MS, START_MS)]


async def test_before_the_first_word_of_the_county_there_is_no_trusted_time(
    village: Village,
) -> None:
    village.parent.signs = False
    village.parent.time_ms = IN_2035_MS
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        status = await status_of(station)
    assert village.envelope_of(application).header.created == (START_MS, None)
    assert status["time"] == {"n": 0, "at_ms": None, "sure": False}


@pytest.mark.parametrize("time_ms", STRANGE)
async def test_whatever_a_hub_says_of_the_time_everything_works(
    village: Village, time_ms: int
) -> None:
    """One Hello of the far future once made submit, status and exchange fail for ever."""
    async with village.open() as station:
        await village.submit(station)
    village.parent.time_ms, village.parent.county_ms = time_ms, START_MS
    for _ in range(2):
        async with village.open() as station:
            assert isinstance(await village.exchange(station), Tally)
            application = await village.submit(station)
            await station.upkeep.housekeeping.hourly()
            await station.upkeep.housekeeping.daily()
            assert await village.shown(station, application)
            assert isinstance(await village.exchange(station), Tally)
            assert await village.state(station, application) == "at_hub"


@pytest.mark.parametrize("junk", [b"\xc0", b"x" * 128])
async def test_a_word_on_the_time_that_is_none_is_passed_over(
    village: Village, junk: bytes
) -> None:
    village.parent.time_n = 5
    village.parent.time = lambda: junk  # type: ignore[method-assign]
    async with village.open() as station:
        assert isinstance(await village.exchange(station), Tally)
        assert (await status_of(station))["time"]["n"] == 0


async def test_another_county_tells_no_time(village: Village) -> None:
    village.parent.time_n = 5
    other = County()
    other.keys = other.station_keys
    village.parent.time = lambda: other.time(5, IN_2035_MS)  # type: ignore[method-assign]
    async with village.open() as station:
        assert isinstance(await village.exchange(station), Tally)
        assert (await status_of(station))["time"]["n"] == 0


async def test_an_old_word_is_not_brought_back(village: Village) -> None:
    async with village.open() as station:
        await village.exchange(station)
        village.parent.signs, old = False, village.parent.time_n - 1
        village.parent.time_n, village.parent.time_ms = old, IN_2035_MS
        await village.exchange(station)
        assert station.upkeep.housekeeping.trusted.now_ms() == START_MS
    async with village.open() as station:
        assert station.upkeep.housekeeping.trusted.n == old + 1
        await village.exchange(station)
        assert station.upkeep.housekeeping.trusted.now_ms() == START_MS


async def test_a_parent_that_is_behind_is_shown_what_we_hold(village: Village) -> None:
    """A county that was put back by hand, or a hub that was away: not at once, and not twice."""
    async with village.open() as station:
        await village.exchange(station)
        village.parent.signs, held = False, village.parent.time_n
        village.parent.time_n = 0
        await village.exchange(station)
    async with village.open() as station:
        await village.exchange(station)
        village.parent.time_n = held
        await village.exchange(station)
        await village.exchange(station)
    shown = [hello.time for hello in village.parent.greeted[-4:]]
    assert [bool(time) for time in shown] == [False, True, True, False]
    assert shown[1] == village.county.time(held, START_MS)
    assert {hello.time_n for hello in village.parent.greeted[-4:]} == {held}


async def test_a_parent_of_another_life_of_the_county_is_shown_the_time_of_ours(
    village: Village,
) -> None:
    """The number alone says nothing: two lives may have given out the same one."""
    async with village.open() as station:
        await village.exchange(station)
        village.parent.signs, held = False, village.parent.time_n
        village.parent.county_instance = b"county-2"
        await village.exchange(station)
        await village.exchange(station)
    shown = [hello.time for hello in village.parent.greeted[-2:]]
    assert shown == [b"", village.county.time(held, START_MS)]


# what is let go before the county calls it SAFE


@asynccontextmanager
async def settled(village: Village) -> AsyncIterator[Station]:
    """A station with one application that the county has received and not saved."""
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        envelope = village.envelope_of(application).id
        village.parent.send(village.county.receipt(envelope, ReceiptState.RECEIVED))
        await village.exchange(station)
        yield station


async def kept(station: Station) -> bool:
    """Whether its sealed bytes are still there, after the slow job has run."""
    await station.upkeep.housekeeping.hourly()
    rows = await station.database.read(lambda tx: tx.rows("SELECT wire FROM outbox"))
    return all(row["wire"] for row in rows)


async def county_says(village: Village, station: Station, at_ms: int) -> None:
    village.parent.county_ms = at_ms
    await village.exchange(station)


async def run_for(village: Village, ms: int) -> None:
    village.clock.tick(ms / 1000)


async def test_words_ninety_days_apart_let_go_after_seven_more_days_of_running(
    village: Village,
) -> None:
    async with settled(village) as station:
        assert await kept(station)
        first_ms = START_MS + 10 * DAY_MS  # the first one after it
        for said_ms in (first_ms, first_ms + KEEP_MS - 1, first_ms + KEEP_MS):
            await county_says(village, station, said_ms)
            assert await kept(station)
        await run_for(village, KEEP_RUN_MS)
        assert await kept(station)  # we ran, but the county has said nothing since
        await county_says(village, station, first_ms + KEEP_MS)
        assert not await kept(station)


async def test_the_word_that_was_held_when_it_was_settled_does_not_count(village: Village) -> None:
    """It may be months old: where no line is, a stick brings receipts and no time."""
    async with settled(village) as station:
        assert await kept(station)
        await run_for(village, KEEP_RUN_MS)
        await county_says(village, station, START_MS + 2 * KEEP_MS)
        assert await kept(station)


async def test_without_seven_days_of_running_nothing_goes(village: Village) -> None:
    """Whoever sets a clock has a week to be found out, also where the PC is off most of it."""
    async with settled(village) as station:
        await county_says(village, station, START_MS)
        assert await kept(station)
        await run_for(village, KEEP_RUN_MS)
        await county_says(village, station, START_MS + 10 * KEEP_MS)
        assert await kept(station)
        await run_for(village, KEEP_RUN_MS - 1)
        await county_says(village, station, START_MS + 10 * KEEP_MS)
        assert await kept(station)
        await run_for(village, 1)
        await county_says(village, station, START_MS + 10 * KEEP_MS)
        assert not await kept(station)


async def test_a_county_put_right_within_a_week_has_let_nothing_go(village: Village) -> None:
    async with settled(village) as station:
        await county_says(village, station, START_MS)
        assert await kept(station)
        await county_says(village, station, START_MS + 200 * DAY_MS)
        assert await kept(station)
        await run_for(village, KEEP_RUN_MS - 1)
        await county_says(village, station, START_MS + 7 * DAY_MS)
        assert await kept(station)
        await run_for(village, KEEP_RUN_MS)
        await county_says(village, station, START_MS + KEEP_MS)
        assert await kept(station)  # old from here on, and not from the wrong word


async def test_running_time_is_counted_over_starts(village: Village) -> None:
    async with settled(village) as station:
        for said_ms in (START_MS, RECEIVED_MS + KEEP_MS):
            await county_says(village, station, said_ms)
            assert await kept(station)
    for _ in range(7):
        async with village.open() as station:
            assert await kept(station)
            await run_for(village, DAY_MS)
            assert await kept(station)
        village.clock.jump_wall(ms=30 * DAY_MS)  # it is off, or its date is set
    async with village.open() as station:
        await county_says(village, station, RECEIVED_MS + KEEP_MS)
        assert not await kept(station)


async def test_a_word_held_back_by_the_hub_does_not_shorten_the_ninety_days(
    village: Village,
) -> None:
    async with settled(village) as station:
        await county_says(village, station, START_MS - KEEP_MS)  # signed long before the receipt
        assert await kept(station)
        await county_says(village, station, RECEIVED_MS + KEEP_MS - 1)
        assert await kept(station)
        await run_for(village, KEEP_RUN_MS)
        await county_says(village, station, RECEIVED_MS + KEEP_MS)
        assert await kept(station)


@pytest.mark.parametrize("time_ms", [START_MS + 200 * DAY_MS, *STRANGE])
async def test_no_hub_and_no_date_lets_anything_go(village: Village, time_ms: int) -> None:
    async with settled(village) as station:
        village.parent.time_ms, village.parent.county_ms = time_ms, START_MS
        for _ in range(3):
            await village.exchange(station)
            assert await kept(station)
            village.clock.jump_wall(ms=100 * 365 * DAY_MS)
            await run_for(village, 2 * KEEP_RUN_MS)
            assert await kept(station)


async def test_another_life_of_the_county_begins_the_ninety_days_anew(village: Village) -> None:
    async with settled(village) as station:
        await county_says(village, station, START_MS)
        assert await kept(station)
        await run_for(village, KEEP_RUN_MS)
        village.parent.county_instance = b"county-2"
        village.county.instance = b"county-2"
        await county_says(village, station, START_MS + KEEP_MS)
        assert await kept(station)


async def test_a_stick_brings_the_time_which_is_about(village: Village, tmp_path: Path) -> None:
    village.parent.signs = False
    for n, at_ms in ((4, START_MS), (3, IN_2035_MS)):
        writer = StickWriter(
            tmp_path / "stick",
            node=HUB,
            signer=village.county.station_keys.signer,
            clock=village.clock,
        )
        writer.open()
        signed = village.county.time(n, at_ms)
        writer.bag(None).put(ItemName(FileKind.TIME, hashlib.sha256(signed).digest()), signed)
        writer.sign()
    async with village.open() as station:
        taken = await station.stick.take_in(tmp_path / "stick", lambda _: None)
        assert (taken.times, taken.refused) in ((1, {}), (2, {}))
        again = await station.stick.take_in(tmp_path / "stick", lambda _: None)
        assert (again.times, again.skipped) == (0, 0)
        status = await status_of(station)
    assert status["time"] == {"n": 4, "at_ms": START_MS, "sure": False}


async def test_what_was_let_go_is_not_offered_to_another_county(village: Village) -> None:
    """There is nothing left to offer; an empty envelope would be refused for ever."""
    async with settled(village) as station:
        for said_ms in (START_MS, RECEIVED_MS + KEEP_MS):
            await county_says(village, station, said_ms)
            assert await kept(station)
        await run_for(village, KEEP_RUN_MS)
        await county_says(village, station, RECEIVED_MS + KEEP_MS)
        assert not await kept(station)
        village.parent.county_instance = village.county.instance = b"county-2"
        village.parent.instance = b"parent-2"
        village.parent.restore(0)
        assert isinstance(await village.exchange(station), Tally)
        rows = await station.database.read(lambda tx: tx.rows("SELECT refused FROM outbox"))
        assert [row["refused"] for row in rows] == [None]


@pytest.mark.parametrize(
    ("local_ms", "words"), [(IN_2009_MS, "慢 6472 天"), (START_MS + 6 * 60_000, "快 6 分钟")]
)
async def test_the_clerk_is_told_of_a_wrong_clock_and_of_times_that_are_about(
    village: Village, capsys: pytest.CaptureFixture[str], local_ms: int, words: str
) -> None:
    village.clock = FakeClock(local_ms)
    async with village.open() as station:
        await village.submit(station)
        eta_estimator = station.status.eta_estimator
        eta_estimator.observe(Tally(carried_bytes=90_000, busy_s=1.0))
        await eta_estimator.exchanged(eta_estimator.trusted.best_ms(), well=True)
        show_status(await ask_status(station))
        sure = capsys.readouterr().out
        await run_for(village, DAY_MS + 1000)
        show_status(await ask_status(station))
        about = capsys.readouterr().out
    assert f"本机时钟比县中心{words}" in sure
    assert ("预计约" in sure, "预计约" in about) == (False, True)


async def test_a_start_with_a_date_far_ahead_lets_nothing_go_and_says_about(
    village: Village,
) -> None:
    """Restarted with an empty battery: what field reports tell of comes together."""
    async with settled(village) as station:
        await county_says(village, station, START_MS)
        assert await kept(station)
    for local_ms in (IN_2035_MS, IN_2009_MS, MAX_TIME_MS):
        village.clock = FakeClock(local_ms)
        async with village.open() as station:
            await run_for(village, KEEP_RUN_MS)
            assert await kept(station)
            assert not (await status_of(station))["time"]["sure"]
            await county_says(village, station, START_MS + DAY_MS)
            assert await kept(station)
            assert (await status_of(station))["time"]["at_ms"] == START_MS + DAY_MS
