"""The loop: when it calls, how long it waits, what wakes it, and how it ends."""

import asyncio
import itertools

import pytest

from protocol.errors import (
    BusyError,
    DiskFullError,
    LineError,
    NotOnRosterError,
    ParentAbsentError,
)
from protocol.ids import NodeId
from protocol.trust.edition import Kind
from runtime.line.conversation import Tally
from station_agent.exchange.parent import Target
from station_agent.exchange.view.store import StationExchangeStore
from tests.station_agent.county import HUB
from tests.station_agent.exchange.operator import looping, paths_to
from tests.station_agent.village import Village


async def test_it_calls_again_after_a_short_pause(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        running = asyncio.create_task(loop.service.run())
        calls = await loop.calls_after(60)
        assert 60 / 7.5 - 1 <= len(calls) <= 60 / 2.5 + 1
        pauses = {round(b - a, 2) for a, b in itertools.pairwise(calls)}
        assert len(pauses) > 1  # villages do not call in step
        assert len(loop.operator.dialled) == 1  # over one connection
        loop.service.stop()
        await running


async def test_after_failures_it_waits_longer_and_after_a_success_not(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        loop.operator.failures = [LineError("down") for _ in range(12)]
        running = asyncio.create_task(loop.service.run())
        calls = await loop.calls_after(3000, step=2.5)
        pauses = [b - a for a, b in itertools.pairwise(calls)]
        assert max(pauses[:3]) <= 20 + 2.5
        assert max(pauses[:12]) > 60
        assert max(pauses[12:]) <= 7.5 + 2.5
        loop.service.stop()
        await running


async def test_a_line_that_worked_a_moment_ago_is_tried_again_soon(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        loop.operator.up = 1
        loop.operator.failures = [LineError("cut") for _ in range(8)]
        running = asyncio.create_task(loop.service.run())
        calls = await loop.calls_after(60)
        assert len(calls) > 10
        assert max(b - a for a, b in itertools.pairwise(calls)) <= 8
        loop.service.stop()
        await running


async def test_a_line_that_broke_while_it_carried_something_is_called_again_within_a_second(
    village: Village,
) -> None:
    async with village.open() as station, looping(village, station) as loop:
        loop.operator.up = 1
        loop.operator.failures = [LineError("reset") for _ in range(5)]
        running = asyncio.create_task(loop.service.run())
        calls = await loop.calls_after(8)
        assert len(calls) >= 6
        assert all(later - earlier <= 1.25 for earlier, later in itertools.pairwise(calls[:6]))
        loop.service.stop()
        await running


async def test_a_parent_that_is_busy_is_not_called_again_at_once(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        busy = BusyError("many exchanges")
        busy.retry_after_s = 30
        loop.operator.up, loop.operator.failures = 1, [busy]
        running = asyncio.create_task(loop.service.run())
        assert len(await loop.calls_after(29)) == 1
        loop.service.stop()
        await running


async def test_a_submit_wakes_it_at_once(village: Village) -> None:
    async with village.open() as station, looping(village, station, pause_s=3600.0) as loop:
        running = asyncio.create_task(loop.service.run())
        await loop.operator.called(1)
        loop.service.new_work()
        await loop.operator.called(2)
        loop.service.stop()
        await running


async def test_a_submit_rings_in_the_running_exchange(village: Village) -> None:
    async with village.open() as station, looping(village, station, linger_s=50) as loop:
        rung = asyncio.Event()

        async def wait_for_bell(exchange_store: StationExchangeStore) -> None:
            await exchange_store.wakeup.wait()
            rung.set()

        loop.operator.on_call = wait_for_bell
        running = asyncio.create_task(loop.service.run())
        await loop.operator.called(1)
        loop.service.new_work()
        await asyncio.wait_for(rung.wait(), 10)
        loop.operator.on_call = None
        loop.service.stop()
        await running


@pytest.mark.parametrize("failing", [True, False])
async def test_the_pause_that_the_parent_asks_for_is_kept_even_if_work_comes(
    village: Village, *, failing: bool
) -> None:
    busy = BusyError("later")
    busy.retry_after_s = 60
    async with village.open() as station, looping(village, station) as loop:
        if failing:
            loop.operator.failures = [busy]
        else:
            loop.operator.retry_after_s = 60
        running = asyncio.create_task(loop.service.run())
        await loop.operator.called(1)
        loop.service.new_work()
        assert await loop.calls_after(59) == []
        assert await loop.calls_after(20) != []
        loop.service.stop()
        await running


async def test_correcting_the_date_of_the_pc_changes_nothing(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        running = asyncio.create_task(loop.service.run())
        await loop.operator.called(1)
        for years in (-17, 26):
            village.clock.jump_wall(ms=years * 365 * 24 * 3600 * 1000)
            assert await loop.calls_after(1) == []  # it pauses for 2.5 s at least
        assert len(await loop.calls_after(20)) >= 2
        loop.service.stop()
        await running


async def test_a_refusal_in_words_is_tried_again_later(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        loop.operator.failures = [NotOnRosterError("suspended")]
        running = asyncio.create_task(loop.service.run())
        assert len(await loop.calls_after(30)) >= 2
        loop.service.stop()
        await running


async def test_a_full_disk_makes_room_and_goes_on(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        loop.operator.failures = [DiskFullError("full")]
        running = asyncio.create_task(loop.service.run())
        assert len(await loop.calls_after(30)) >= 2
        assert loop.relieved == ["made room"]
        loop.service.stop()
        await running


async def test_a_command_gets_the_line_from_an_exchange_that_only_lingers(
    village: Village,
) -> None:
    async with village.open() as station, looping(village, station, linger_s=50) as loop:
        loop.operator.lingering = asyncio.Event()
        running = asyncio.create_task(loop.service.run())
        await loop.operator.called(1)
        tally = await asyncio.wait_for(loop.service.now(), 10)
        assert tally == Tally()
        assert [linger for _, linger in loop.operator.calls] == [50, 0]
        loop.service.stop()
        await running


async def test_after_a_command_the_loop_lingers_again(village: Village) -> None:
    async with village.open() as station, looping(village, station, linger_s=50) as loop:
        loop.operator.lingering = asyncio.Event()
        running = asyncio.create_task(loop.service.run())
        await loop.operator.called(1)
        await asyncio.wait_for(loop.service.now(), 10)
        await loop.operator.called(3)
        assert [linger for _, linger in loop.operator.calls] == [50, 0, 50]
        loop.service.stop()
        await running


async def test_a_command_that_gets_through_ends_the_pause_after_failures(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        loop.operator.failures = [LineError("down") for _ in range(9)]
        running = asyncio.create_task(loop.service.run())
        while loop.operator.failures:
            await loop.calls_after(10)
        before = len(loop.operator.calls)
        await loop.service.now()
        await loop.operator.called(before + 2)
        loop.service.stop()
        await running


async def test_a_command_costs_no_second_exchange_if_nobody_lingers(village: Village) -> None:
    """Of 600 bytes, on a line that may be paid for by the byte."""
    async with village.open() as station, looping(village, station, pause_s=3600.0) as loop:
        running = asyncio.create_task(loop.service.run())
        await loop.operator.called(1)
        await loop.service.now()
        assert await loop.calls_after(100, step=5.0) == []
        assert len(loop.operator.calls) == 2
        loop.service.stop()
        await running


async def test_a_command_that_gives_up_leaves_the_line_free(village: Village) -> None:
    async with village.open() as station, looping(village, station) as loop:
        hold = asyncio.Event()

        async def wait(_: StationExchangeStore) -> None:
            await hold.wait()

        loop.operator.on_call = wait
        first = asyncio.create_task(loop.service.now())
        await loop.operator.called(1)
        second = asyncio.create_task(loop.service.now())
        await asyncio.sleep(0.01)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        hold.set()
        await first
        await asyncio.wait_for(loop.service.now(), 10)


async def test_a_new_parent_on_the_roster_is_called_on_a_new_line(village: Village) -> None:
    target = Target(HUB, "https://hub")
    paths = paths_to(village, lambda: target)
    async with village.open() as station, looping(village, station, paths=paths) as loop:
        await loop.service.now()
        target = Target(NodeId("bb" * 8), "https://other")
        await loop.service.now()
        await loop.service.now()
        assert [call.url for call in loop.operator.dialled] == ["https://hub", "https://other"]


async def test_in_one_turn_a_silent_parent_is_called_and_then_another(village: Village) -> None:
    home, other = Target(HUB, "https://hub"), Target(NodeId("cc" * 8), "https://county")
    paths = paths_to(village, lambda: home, other)
    async with village.open() as station, looping(village, station, paths=paths) as loop:
        await loop.service.now()
        await loop.clock.advance(1800)
        loop.operator.failures = [LineError("dead")]
        await loop.service.now()
        assert [call.url for call in loop.operator.dialled] == [home.url, other.url]
        assert paths.last is not None
        assert (paths.last.node, paths.last.by_other) == (other.parent, True)


async def test_if_nobody_answers_the_parents_silence_is_told(village: Village) -> None:
    home, other = Target(HUB, "https://hub"), Target(NodeId("cc" * 8), "https://county")
    paths = paths_to(village, lambda: home, other)
    async with village.open() as station, looping(village, station, paths=paths) as loop:
        await loop.clock.advance(1800)
        loop.operator.failures = [LineError("the hub"), LineError("the county")]
        with pytest.raises(LineError, match="the hub"):
            await loop.service.now()
        assert paths.last is None


async def test_one_command_sends_all_that_waits(village: Village) -> None:
    """In-doubt blobs may have to wait for their envelope: then it exchanges once more."""
    async with village.open() as station, looping(village, station) as loop:
        await village.submit(station, ("photo", village.file(1000)))
        loop.operator.up = 1

        async def carry(_: StationExchangeStore) -> None:
            if len(loop.operator.calls) == 3:
                await village.exchange(station)

        loop.operator.on_call = carry
        await loop.service.now()
        assert len(loop.operator.calls) == 3


async def test_whom_to_call_comes_from_the_roster_else_from_the_kit(village: Village) -> None:
    async with village.open() as station:
        assert station.exchanges.parentage.target() == Target(HUB, "")
        with pytest.raises(ParentAbsentError):
            station.exchanges.parentage.dial(station.exchanges.parentage.target())
        roster = village.county.make_roster(2, hub="https://127.0.0.1:7")
        news = village.county.news(Kind.ROSTER, roster)
        await station.exchanges.stores().store(b"exchange", 1, [news])
        assert station.exchanges.parentage.target() == Target(HUB, "https://127.0.0.1:7")
