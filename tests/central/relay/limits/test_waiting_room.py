"""Who comes while all exchanges are taken waits a moment for a place, in turn."""

import asyncio

import pytest

from central.relay.limits.turns import FIRST_RATE, RetryTimes
from central.relay.limits.waiting_room import WaitingRoom
from protocol.errors import BusyError
from runtime.system import SystemClock

LONG_S, MOST = 30.0, 3


def a_room(*, most: int = MOST, wait_s: float = LONG_S) -> WaitingRoom:
    return WaitingRoom(RetryTimes(SystemClock()), most=most, wait_s=wait_s)


async def waiting(room: WaitingRoom, count: int) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(room.wait()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def test_a_place_that_becomes_free_goes_to_who_came_first() -> None:
    room = a_room()
    first, second, third = await waiting(room, MOST)
    room.call(2)
    await asyncio.gather(first, second)
    assert not third.done()
    room.call(1)
    await third


async def test_a_newcomer_goes_behind_those_who_wait_and_those_who_were_called() -> None:
    room = a_room()
    assert room.has_turn(1)
    assert not room.has_turn(0)
    (one,) = await waiting(room, 1)
    assert not room.has_turn(1)
    room.call(1)
    assert not room.has_turn(1), "it is given away, and not taken yet"
    assert room.has_turn(2)
    await one
    assert room.has_turn(1)


async def test_nobody_is_called_twice_into_one_place() -> None:
    room = a_room()
    first, second = await waiting(room, 2)
    room.call(1)
    room.call(1)
    await first
    assert not second.done()
    second.cancel()
    await asyncio.wait({second})
    assert room.has_turn(1)


async def test_as_many_wait_as_there_is_room_for_and_one_more_is_sent_away() -> None:
    room = a_room()
    tasks = await waiting(room, MOST)
    with pytest.raises(BusyError):
        await room.wait()
    room.call(MOST)
    await asyncio.gather(*tasks)


async def test_nobody_waits_for_a_turn_that_is_far() -> None:
    wait_s = 0.1
    room = a_room(most=1000, wait_s=wait_s)
    tasks = await waiting(room, int(FIRST_RATE * wait_s))
    with pytest.raises(BusyError):
        await room.wait()
    assert await asyncio.gather(*tasks, return_exceptions=True) != [None] * len(tasks)


async def test_who_has_waited_in_vain_is_sent_away_and_leaves_no_gap() -> None:
    room = a_room(wait_s=0.05)
    with pytest.raises(BusyError):
        await room.wait()
    (late,) = await waiting(room, 1)
    room.call(1)
    await late
