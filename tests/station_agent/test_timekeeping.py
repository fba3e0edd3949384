"""Trusted time, on a PC that believes it is 2009 or 2035."""

import pytest

from runtime.line.converse import Tally
from station_agent.services.timekeeping import TrustedClock
from tests.builders.clock import START_MS, FakeClock
from tests.station_agent.village import Village

IN_2009_MS, IN_2035_MS = 1_230_768_000_000, 2_051_222_400_000
HOUR_MS = 3_600_000


def test_nobody_has_told_the_time_yet() -> None:
    trusted = TrustedClock(FakeClock(), None, 0)
    assert trusted.now_ms() is None
    assert not trusted.hear(0)
    assert trusted.now_ms() is None


@pytest.mark.parametrize("local_ms", [IN_2009_MS, START_MS, IN_2035_MS])
def test_it_goes_on_by_ticks_whatever_the_date_is_set_to(local_ms: int) -> None:
    clock = FakeClock(local_ms)
    trusted = TrustedClock(clock, None, 0)
    assert trusted.hear(START_MS)
    clock.tick(3600)
    clock.jump_wall(ms=IN_2035_MS - IN_2009_MS)
    assert trusted.now_ms() == START_MS + HOUR_MS
    assert trusted.offset_ms == START_MS - local_ms


def test_another_process_knows_the_difference_and_never_goes_back() -> None:
    clock = FakeClock(IN_2009_MS + HOUR_MS)
    trusted = TrustedClock(clock, START_MS - IN_2009_MS, START_MS)
    assert trusted.now_ms() == START_MS + HOUR_MS
    clock.jump_wall(ms=-2 * HOUR_MS)  # the battery of the PC's clock is empty
    assert trusted.now_ms() == START_MS


def test_a_parent_with_a_slow_clock_does_not_turn_time_back() -> None:
    trusted = TrustedClock(FakeClock(), None, START_MS)
    trusted.hear(START_MS - HOUR_MS)
    assert (trusted.now_ms(), trusted.largest_ms) == (START_MS, START_MS)


@pytest.mark.parametrize("local_ms", [IN_2009_MS, IN_2035_MS])
async def test_a_wrong_date_changes_nothing_but_what_is_shown(
    village: Village, local_ms: int
) -> None:
    village.clock = FakeClock(local_ms)
    async with village.open() as station:
        application = await village.submit(station)
        village.clock.jump_wall(ms=-(20 * 365 * 24 * HOUR_MS))
        second = await village.submit(station)
        assert isinstance(await village.exchange(station), Tally)
        await station.housekeeping.hourly()
        assert await village.state(station, application) == "at_hub"
    created = [village.envelope_of(each).header.created for each in (application, second)]
    assert created[0] == (local_ms, START_MS)
    assert created[1] == (local_ms - 20 * 365 * 24 * HOUR_MS, START_MS)


async def test_before_the_first_exchange_there_is_no_trusted_time(village: Village) -> None:
    village.parent.time_ms = 0
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
    assert village.envelope_of(application).header.created == (START_MS, None)
