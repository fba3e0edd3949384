"""Waiting numbers: in order, kept over a power cut, and of one day as trusted time says it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from protocol.errors.market import WaitingFullError, WaitingLeftError, WaitingNumberError
from runtime.control.calls import Nothing
from station_agent.queueing.calls import ByClerk, ComeBack, OfNumber, QueueShown
from station_agent.queueing.service import MAX_NUMBERS, QueueService
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import waiting
from station_agent.store.desk.waiting import Change, Place
from tests.builders.clerk import CLERK
from tests.builders.clock import FakeClock

MARKET, NEXT_MARKET = date(2026, 11, 28), date(2026, 12, 1)
WRONG = date(2009, 1, 1)  # as a PC says whose battery is empty
FANG = ByClerk(clerk="韦小芳")


@dataclass
class Window:
    """A desk with a line in front of it."""

    path: Path
    today: date = MARKET
    proved: bool = True
    clock: FakeClock = field(default_factory=FakeClock)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[QueueService]:
        """The PC is switched on."""
        database = await Database.open(self.path / "station.db")
        try:
            yield QueueService(
                database=database, clock=self.clock, day=lambda: (self.today, self.proved)
            )
        finally:
            await database.close()


@pytest.fixture
def window(tmp_path: Path) -> Window:
    return Window(tmp_path)


async def gives(queue: QueueService, count: int) -> list[int]:
    return [(await queue.take(CLERK, FANG)).number for _ in range(count)]


async def shown(queue: QueueService) -> QueueShown:
    return await queue.shown(CLERK, Nothing())


async def test_people_are_called_in_order_and_who_was_called_before_is_done(window: Window) -> None:
    async with window.open() as queue:
        assert await gives(queue, 3) == [1, 2, 3]
        assert (await queue.take(CLERK, FANG)).ahead == 3
        assert (await queue.call(CLERK, FANG)).serving == 1
        found = await queue.call(CLERK, FANG)
        assert (found.serving, found.waiting, found.done) == (2, [3, 4], 1)
        found = await queue.done(CLERK, OfNumber(number=2))
        assert (found.serving, found.waiting, found.done) == (None, [3, 4], 2)


@pytest.mark.parametrize(("last", "order"), [(False, [1, 3]), (True, [3, 1])])
async def test_who_was_skipped_comes_back_where_the_clerk_says(
    window: Window, last: bool, order: list[int]
) -> None:
    async with window.open() as queue:
        await gives(queue, 3)
        await queue.call(CLERK, FANG)
        found = await queue.skip(CLERK, OfNumber(number=1, clerk="韦小芳"))
        assert [(one.number, one.clerk) for one in found.skipped] == [(1, "韦小芳")]
        assert (await queue.call(CLERK, FANG)).serving == 2
        found = await queue.back(CLERK, ComeBack(number=1, last=last))
        assert (found.waiting, found.skipped) == (order, [])
        assert (await queue.call(CLERK, FANG)).serving == order[0]


async def test_what_does_not_fit_changes_nothing(window: Window) -> None:
    async with window.open() as queue:
        await gives(queue, 2)
        await queue.call(CLERK, FANG)
        before = await shown(queue)
        with pytest.raises(WaitingNumberError):
            await queue.skip(CLERK, OfNumber(number=2))  # it was not called
        with pytest.raises(WaitingNumberError):
            await queue.back(CLERK, ComeBack(number=2, last=False))
        with pytest.raises(WaitingNumberError):
            await queue.done(CLERK, OfNumber(number=9))
        with pytest.raises(WaitingLeftError):
            await queue.anew(CLERK, FANG)
        assert await shown(queue) == before


async def test_the_line_is_there_again_after_a_power_cut_and_a_date_that_fell_back(
    window: Window,
) -> None:
    async with window.open() as queue:
        await gives(queue, 4)
        await queue.call(CLERK, FANG)
        await queue.skip(CLERK, OfNumber(number=1))
        await queue.call(CLERK, FANG)
        before = await shown(queue)
    window.today, window.proved = WRONG, False
    async with window.open() as queue:
        found = await shown(queue)
        assert (found.serving, found.waiting, found.skipped) == (
            before.serving,
            before.waiting,
            before.skipped,
        )
        assert (found.day, found.is_of_today) == (str(MARKET), False)
        assert await gives(queue, 1) == [5]


async def test_the_next_market_begins_with_number_one(window: Window) -> None:
    async with window.open() as queue:
        await gives(queue, 2)  # nobody came for them
        window.today = NEXT_MARKET
        assert (await shown(queue)).last == 0
        assert await gives(queue, 1) == [1]
        assert (await shown(queue)).day == str(NEXT_MARKET)


async def test_without_a_proved_day_a_line_that_is_done_ends_and_the_clerk_ends_another(
    window: Window,
) -> None:
    window.proved = False
    async with window.open() as queue:
        await gives(queue, 1)
        await queue.call(CLERK, FANG)
        await queue.call(CLERK, FANG)
        window.today = NEXT_MARKET
        assert await gives(queue, 1) == [1]
        await queue.call(CLERK, FANG)
        await queue.skip(CLERK, OfNumber(number=1))
        window.today = WRONG
        assert await gives(queue, 1) == [2]
        await queue.call(CLERK, FANG)
        await queue.done(CLERK, OfNumber(number=2))
        assert (await queue.anew(CLERK, FANG)).day == str(WRONG)
        assert await gives(queue, 1) == [1]


async def test_so_many_numbers_in_a_day_and_no_more(window: Window) -> None:
    async with window.open() as queue:

        def fill(tx: Transaction) -> None:
            line = waiting.begin(tx, str(MARKET), proved=True, at_ms=0)
            for _ in range(MAX_NUMBERS - 1):
                waiting.add(tx, line, Change(state=Place.DONE, at_ms=0, clerk=""))

        await queue.database.write(fill)
        assert await gives(queue, 1) == [MAX_NUMBERS]
        with pytest.raises(WaitingFullError):
            await queue.take(CLERK, FANG)
        assert (await shown(queue)).last == MAX_NUMBERS


async def test_the_paper_of_a_number_says_who_comes_before(window: Window) -> None:
    async with window.open() as queue:
        await gives(queue, 3)
        assert (await queue.taken(3)).ahead == 2
        await queue.call(CLERK, FANG)
        assert (await queue.taken(3)).ahead == 1
        with pytest.raises(WaitingNumberError):
            await queue.taken(4)


async def test_an_old_page_calls_nobody_over_whom_another_has_called(window: Window) -> None:
    async with window.open() as queue:
        for _ in range(3):
            await queue.take(CLERK, FANG)
        await queue.call(CLERK, FANG, after=0)
        again = await queue.call(CLERK, FANG, after=0)  # the page of a second window
        assert (again.serving, again.waiting, again.done) == (1, [2, 3], 0)
        assert (await queue.call(CLERK, FANG, after=1)).serving == 2
