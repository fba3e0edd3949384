"""Numbers at a village: in order, with the commit, asked for in time, void when the line forks."""

import asyncio
import shutil
from datetime import datetime, timedelta, timezone

import pytest

from protocol.envelope.number_payloads import VoidedBlock, Wanted
from protocol.errors import ApplicationUnknownError
from protocol.errors.numbers import NumberSpentError, NumberWrongError
from protocol.ids import ApplicationId
from protocol.limits import MAX_NUMBER_BLOCKS, MAX_VOIDED_RUNS, NUMBERS_LOW
from protocol.numbers.number import Number, NumberKind
from station_agent.store import numbers
from tests.builders.clerk import result_of, status_of
from tests.station_agent.numbers.scene import (
    block,
    given,
    it_is,
    reports,
    send,
    sums,
    ticket,
    use_up,
    void,
)
from tests.station_agent.village import Village

DAY_S = 86_400
CHINA = timezone(timedelta(hours=8))


def ms(year: int, month: int, day: int) -> int:
    """Midnight in China."""
    return int(datetime(year, month, day, tzinfo=CHINA).timestamp() * 1000)


async def test_without_a_block_nobody_is_sent_away_and_nothing_is_asked(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await station.numbers.look()
        assert await given(station, application) is None
        assert await reports(village, station) == []
        assert village.county.open(village.envelope_of(application)).number == ""


async def test_each_application_gets_the_next_number_and_takes_it_along(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(41, 25))
        application = await village.submit(station)
        more = await use_up(village, station, 3)
        number = await given(station, application)
        assert number is not None
        assert [Number.read(text).serial for text in (number, *more)] == [41, 42, 43, 44]
        await village.exchange(station)
        assert village.county.open(village.envelope_of(application)).number == number
        assert await sums(station) == [(4, 0, 21)]
        view = await result_of(station, number.replace("-", " "))
        assert view["application"] == application


async def test_numbers_go_on_with_the_next_start_and_carry_its_digits(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block())
        (first,) = await use_up(village, station, 1)
    async with village.open() as station:
        (second,) = await use_up(village, station, 1)
    assert [Number.read(one).serial for one in (first, second)] == [1, 2]
    assert Number.read(first).start != Number.read(second).start


async def test_a_block_that_comes_twice_begins_once(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block())
        await use_up(village, station, 2)
        await send(village, station, block())
        assert await sums(station) == [(2, 0, 23)]


async def test_with_exactly_so_many_left_nothing_is_asked_and_with_one_less_it_is(
    village: Village,
) -> None:
    async with village.open() as station:
        it_is(village, station, ms(2026, 3, 1))
        await send(village, station, block(1, NUMBERS_LOW + 1))
        await use_up(village, station, 1)
        assert await reports(village, station) == []
        await use_up(village, station, 1)
        (report,) = await reports(village, station)
        assert report.wanted == (Wanted(kind=NumberKind.CASE, year=2026),)
        assert [(use.block, use.next) for use in report.uses] == [(block(1, NUMBERS_LOW + 1), 3)]
        await use_up(village, station, 5)
        assert len(await reports(village, station)) == 1  # it is asked once
        village.clock.tick(7 * DAY_S + 1)
        village.clock.jump_wall(ms=7 * DAY_S * 1000 + 1000)
        await station.numbers.look()
        assert len(await reports(village, station)) == 2  # the answer may be lost
        await send(village, station, block(101, 100))
        await use_up(village, station, NUMBERS_LOW - 6)
        assert await sums(station) == [(21, 0, 0), (0, 0, 100)]


async def test_what_was_asked_on_a_wrong_date_is_asked_again(village: Village) -> None:
    """The PC's date said a year too much then; nobody waits for that day."""
    async with village.open() as station:
        it_is(village, station, ms(2026, 3, 1))
        await send(village, station, block(1, NUMBERS_LOW))
        village.clock.jump_wall(ms=400 * DAY_S * 1000)
        await use_up(village, station, 1)
        assert len([one for one in await reports(village, station) if one.wanted]) == 1
        village.clock.jump_wall(ms=-400 * DAY_S * 1000)
        await station.numbers.look()
        assert len([one for one in await reports(village, station) if one.wanted]) == 2


async def test_once_the_answer_has_come_more_is_asked_for_without_waiting(
    village: Village,
) -> None:
    async with village.open() as station:
        it_is(village, station, ms(2026, 3, 1))
        await send(village, station, block(1, NUMBERS_LOW))
        await use_up(village, station, 1)
        assert len([one for one in await reports(village, station) if one.wanted]) == 1
        await send(village, station, block(101, 5))
        await use_up(village, station, 5)  # fewer than the least are left again
        assert len([one for one in await reports(village, station) if one.wanted]) == 2


async def test_the_end_of_a_block_is_told_and_the_next_one_goes_on(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 20), block(501, 30))
        used = await use_up(village, station, 22)
        serials = [Number.read(one).serial for one in used]
        assert serials == [*range(1, 21), 501, 502]
        (report,) = await reports(village, station)
        assert {use.block.first: use.next for use in report.uses} == {1: 21, 501: 503}


async def test_a_block_that_was_begun_comes_to_its_end_before_another_begins(
    village: Village,
) -> None:
    async with village.open() as station:
        await send(village, station, block(501, 3))
        used = await use_up(village, station, 1)
        await send(village, station, block(1, 20))
        used += await use_up(village, station, 3)
        assert [Number.read(one).serial for one in used] == [501, 502, 503, 1]


async def test_the_end_of_a_block_is_told_before_those_that_go_on(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(9001, 2))
        await use_up(village, station, 1)
        blocks = [block(100 * n, 25) for n in range(1, MAX_NUMBER_BLOCKS + 1)]
        await send(village, station, *blocks)
        await use_up(village, station, 1)
        said = [use for one in await reports(village, station) for use in one.uses]
        assert (9001, 9003) in [(use.block.first, use.next) for use in said]
        assert not await station.database.read(numbers.must_tell)


async def test_tickets_that_were_used_are_no_use_of_cases(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 40, kind=NumberKind.TICKET))
        for _ in range(2):
            await ticket(station, await village.submit(station))
        await send(village, station, block(1, 40))
        assert Number.read((await use_up(village, station, 1))[0]).serial == 1
        assert await sums(station) == [(1, 0, 39), (2, 0, 38)]


async def test_voids_are_in_order_with_their_reason_and_told(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 60))
        await use_up(village, station, 1)
        assert (await void(station, NumberKind.CASE, 2, "打印机卡纸")).voided == ["2-3"]
        assert [Number.read(one).serial for one in await use_up(village, station, 1)] == [4]
        assert await sums(station) == [(2, 2, 56)]
        (report,) = await reports(village, station)
        assert [(r.first, r.last, r.reason) for r in report.uses[0].voided] == [
            (2, 3, "打印机卡纸")
        ]
        with pytest.raises(NumberSpentError):
            await void(station, NumberKind.CASE, 57, "太多")
        with pytest.raises(NumberWrongError):
            await void(station, NumberKind.CASE, 1, "  ")
        with pytest.raises(NumberSpentError):
            await void(station, NumberKind.TICKET, 1, "没有票据")
        assert await sums(station) == [(2, 2, 56)]
        await void(station, NumberKind.CASE, None, "换新格式")
        assert await sums(station) == [(2, 58, 0)]
        assert await use_up(village, station, 1) == [""]


async def test_very_many_voids_are_told_in_reports_that_each_hold_so_many(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 200), block(1001, 200))
        for _ in range(MAX_VOIDED_RUNS - 1):
            await void(station, NumberKind.CASE, 1, "写坏")
            await use_up(village, station, 1)
        await void(station, NumberKind.CASE, None, "换新格式")
        told = {
            use.block.first: (use.next, len(use.voided))
            for report in await reports(village, station)
            for use in report.uses
        }
        assert told == {1: (201, MAX_VOIDED_RUNS), 1001: (1201, 1)}
        assert not await station.database.read(numbers.must_tell)


async def test_the_county_voids_what_is_left(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block())
        await use_up(village, station, 3)
        gone = VoidedBlock(block=block().block, reason="电脑已更换")
        await send(village, station, block(101, 25), voided=(gone,))
        assert await sums(station) == [(3, 22, 0), (0, 0, 25)]
        assert [Number.read(one).serial for one in await use_up(village, station, 1)] == [101]


async def test_a_block_for_another_copy_of_the_pc_is_left_alone(village: Village) -> None:
    async with village.open() as station:
        await use_up(village, station, 1)
        await village.exchange(station)
        (own,) = {envelope.incarnation for envelope in village.parent.envelopes.values()}
        await send(village, station, block(1, 25, start=b"stranger"), block(101, 25, start=own))
        assert [Number.read(one).serial for one in await use_up(village, station, 1)] == [101]


async def test_two_copies_use_one_serial_and_give_two_numbers(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block())
        await use_up(village, station, 1)
    copy = village.data.with_name("copy")
    shutil.copytree(village.data, copy)
    async with village.open() as station:
        here = await use_up(village, station, 3)
    village.data = copy
    async with village.open() as station:
        there = await use_up(village, station, 3)
    assert [Number.read(n).serial for n in here] == [Number.read(n).serial for n in there]
    assert not set(here) & set(there)


async def test_a_pc_that_was_set_back_voids_the_rest_at_its_next_exchange(
    village: Village,
) -> None:
    async with village.open() as station:
        await send(village, station, block())
        await use_up(village, station, 1)
        await village.exchange(station)
    old = village.data.with_name("old")
    shutil.copytree(village.data, old)
    async with village.open() as station:
        await use_up(village, station, 4)
        await village.exchange(station)
    shutil.rmtree(village.data)
    shutil.move(old, village.data)
    async with village.open() as station:
        await village.exchange(station)
        assert await sums(station) == [(1, 24, 0)]
        assert await use_up(village, station, 1) == [""]
        report = (await reports(village, station))[-1]
        assert [(r.first, r.last) for r in report.uses[0].voided] == [(2, 25)]
        assert report.uses[0].voided[0].reason == numbers.SET_BACK
        assert report.wanted


async def test_a_hub_that_was_set_back_costs_no_numbers(village: Village) -> None:
    """It says less than before, and speaks of nothing that this PC does not know."""
    async with village.open() as station:
        await send(village, station, block())
        await use_up(village, station, 1)
        await village.exchange(station)
        village.parent.envelopes.clear()
        village.parent.seen = None
        await village.exchange(station)
        assert (await status_of(station))["set_back_ms"] is not None
        assert await sums(station) == [(1, 0, 24)]


async def test_a_year_ends_by_the_county_s_time_and_by_no_other(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 60), block(1, 60, year=2027))
        village.clock.jump_wall(ms=400 * DAY_S * 1000)  # the PC's date says 2027
        assert Number.read((await use_up(village, station, 1))[0]).series.year == 2026
        it_is(village, station, ms(2027, 1, 1) - 1000)
        assert Number.read((await use_up(village, station, 1))[0]).series.year == 2026
        it_is(village, station, ms(2027, 1, 1), n=10)
        (number,) = await use_up(village, station, 1)
        assert (Number.read(number).series.year, Number.read(number).serial) == (2027, 1)
        assert await sums(station) == [(2, 58, 0), (1, 0, 59)]
        report = (await reports(village, station))[-1]
        assert report.uses[0].voided[0].reason == numbers.YEAR_OVER


@pytest.mark.parametrize(
    ("day", "years"),
    [((2026, 11, 30), [2026]), ((2026, 12, 1), [2026, 2027])],
)
async def test_in_december_the_next_year_s_numbers_are_asked_for(
    village: Village, day: tuple[int, int, int], years: list[int]
) -> None:
    async with village.open() as station:
        it_is(village, station, ms(*day))
        await send(village, station, block(1, 21))
        await use_up(village, station, 2)
        (report,) = await reports(village, station)
        assert [one.year for one in report.wanted] == years


async def test_the_next_year_s_are_asked_for_however_many_of_this_year_are_left(
    village: Village,
) -> None:
    async with village.open() as station:
        it_is(village, station, ms(2026, 12, 1))
        await send(village, station, block(1, 60))
        await station.numbers.look()
        (report,) = await reports(village, station)
        assert [one.year for one in report.wanted] == [2027]


async def test_a_ticket_is_sealed_with_its_report_and_given_once(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 40, kind=NumberKind.TICKET), block(1, 40))
        application = await village.submit(station)
        answer = await ticket(station, application)
        assert Number.read(answer.number).series.kind is NumberKind.TICKET
        assert await ticket(station, application) == answer
        (report,) = await reports(village, station)
        assert (report.number, report.application.hex()) == (answer.number, application)
        assert await sums(station) == [(1, 0, 39), (1, 0, 39)]


async def test_a_ticket_for_an_application_that_is_not_here_uses_no_number(
    village: Village,
) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 40, kind=NumberKind.TICKET))
        application = await village.submit(station)
        mistyped = ApplicationId(application[:-1] + ("0" if application[-1] != "0" else "1"))
        with pytest.raises(ApplicationUnknownError):
            await ticket(station, mistyped)
        assert await reports(village, station) == []
        assert await sums(station) == [(0, 0, 40)]
        assert Number.read((await ticket(station, application)).number).serial == 1


async def test_two_who_ask_at_once_for_one_application_get_one_ticket(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 40, kind=NumberKind.TICKET))
        application = await village.submit(station)
        answers = await asyncio.gather(*(ticket(station, application) for _ in range(4)))
        assert len({one.number for one in answers}) == 1
        assert await sums(station) == [(1, 0, 39)]


async def test_tickets_of_the_next_year_wait_for_it(village: Village) -> None:
    async with village.open() as station:
        it_is(village, station, ms(2026, 12, 5))
        await send(village, station, block(1, 40, kind=NumberKind.TICKET, year=2027))
        application = await village.submit(station)
        heard = len(await reports(village, station))
        for _ in range(2):
            with pytest.raises(NumberSpentError):
                await ticket(station, application)
        assert not any(one.application for one in await reports(village, station))
        assert len(await reports(village, station)) == heard
        it_is(village, station, ms(2027, 1, 1), n=10)
        answer = await ticket(station, application)
        assert Number.read(answer.number).series.year == 2027


async def test_what_a_person_voids_is_the_number_that_would_come_next(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 60), block(1, 60, year=2027))
        it_is(village, station, ms(2027, 1, 1))
        await void(station, NumberKind.CASE, 1, "写坏")
        assert await sums(station) == [(0, 60, 0), (0, 1, 59)]
        assert Number.read((await use_up(village, station, 1))[0]).serial == 2


async def test_a_village_has_no_tickets(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block())
        with pytest.raises(NumberSpentError):
            await ticket(station, ApplicationId("ab" * 16))
        assert await reports(village, station) == []
