"""A loop that dies or hangs is restarted, and the log says so."""

import asyncio
import logging

import pytest

from runtime.jobs.supervise import HANG_S, Heartbeat, keep_running
from tests.builders.virtual_time import LoopClock, run


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [vars(record)["event"] for record in caplog.records]


def test_a_loop_that_ends_in_order_is_over(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async def work() -> None:
            await asyncio.sleep(1)

        clock = LoopClock()
        await keep_running("loop", work, pulse=Heartbeat(clock), clock=clock)
        assert clock.ticks_s() == 1

    run(story())
    assert not events(caplog)


def test_a_loop_that_dies_is_started_anew_after_growing_pauses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    starts: list[float] = []

    async def story() -> None:
        clock = LoopClock()

        async def work() -> None:
            starts.append(clock.ticks_s())
            if len(starts) < 4:
                raise KeyError("a fault of the program")

        await keep_running("loop", work, pulse=Heartbeat(clock), clock=clock)

    with caplog.at_level(logging.ERROR):
        run(story())
    assert starts == [0, 5, 15, 35]
    assert events(caplog) == ["loop.died"] * 3
    assert "a fault of the program" in caplog.text


def test_a_loop_that_hangs_is_cancelled_and_started_anew(caplog: pytest.LogCaptureFixture) -> None:
    starts: list[float] = []

    async def story() -> None:
        clock = LoopClock()
        pulse = Heartbeat(clock)

        async def work() -> None:
            starts.append(clock.ticks_s())
            if len(starts) == 1:
                pulse.expect(1000)
                await asyncio.sleep(1000 + HANG_S - 1)
                pulse.expect()
                await asyncio.Event().wait()

        await keep_running("loop", work, pulse=pulse, clock=clock)

    with caplog.at_level(logging.ERROR):
        run(story())
    assert len(starts) == 2
    assert 1000 + 2 * HANG_S - 1 < starts[1] < 1000 + 2 * HANG_S + 30
    assert events(caplog) == ["loop.hung"]


def test_who_stops_the_supervision_stops_the_loop() -> None:
    ended: list[str] = []

    async def story() -> None:
        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("loop")

        clock = LoopClock()
        task = asyncio.create_task(keep_running("loop", work, pulse=Heartbeat(clock), clock=clock))
        await asyncio.sleep(100)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(story())
    assert ended == ["loop"]
