"""What ends a pause of the loop."""

import asyncio

from runtime.jobs.supervise import Heartbeat
from station_agent.exchange.resting import Resting
from tests.builders.clock import FakeClock


async def ends_within(
    resting: Resting, clock: FakeClock, seconds: float, *, wakeable: bool
) -> bool:
    """Whether a pause of a minute is over after so long."""
    pause = asyncio.create_task(resting.pause(60, wakeable=wakeable))
    await clock.advance(seconds)
    over = pause.done()
    await clock.advance(60)
    await pause
    return over


async def test_only_what_comes_after_the_look_wakes_the_next_pause() -> None:
    clock = FakeClock()
    resting = Resting(clock, Heartbeat(clock))
    assert not await ends_within(resting, clock, 59, wakeable=True)
    assert await ends_within(resting, clock, 60, wakeable=True)
    resting.wake()
    assert not await ends_within(resting, clock, 1, wakeable=False)
    assert await ends_within(resting, clock, 1, wakeable=True)
    resting.begin()
    assert not await ends_within(resting, clock, 59, wakeable=True)
    resting.stop()
    assert resting.is_over
    assert await ends_within(resting, clock, 1, wakeable=False)
