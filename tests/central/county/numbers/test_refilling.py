"""A station asks, and the county answers as often as it must and no more often."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.lives import life_number, life_of
from central.county.counters.models import CounterRow
from central.county.numbers.ports import Rules
from central.relay.instance.service import instance_of
from protocol.envelope.number_payloads import NumberBlock, Wanted
from protocol.errors import UsageError
from protocol.limits import ALLOWANCE_S, MAX_NUMBER_BLOCKS, NUMBER_ANSWERS, NUMBERS_LOW
from protocol.numbers.number import LIFE_SERIALS, LIVES, NumberKind, first_serial
from tests.central.county.centre import Centre
from tests.central.county.numbers.scene import (
    CASE,
    YEAR,
    blocks,
    came,
    issue,
    last_block,
    number,
    report,
    shown,
)
from tests.central.county.numbers.test_closing import copied
from tests.central.county.numbers.test_issuing import at_township, charge

DAY_MS = 86_400_000


async def test_a_station_that_has_few_left_gets_more(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village, count=30)
    first = await last_block(centre, village)
    await centre.bring(report(village, (first, first.last - NUMBERS_LOW + 1, ())))
    assert len(await came(centre, village)) == 1  # twenty are left
    await centre.bring(report(village, (first, first.last - NUMBERS_LOW + 2, ())))
    second = await last_block(centre, village)
    assert (second.first, second.start) == (first.last + 1, village.incarnation)
    assert [shown(one) for one in await blocks(centre)] == [
        (11, 0, 19, None),
        (0, 0, 100, None),
    ]
    line = await centre.account(village.node)
    assert (line["control"], line["missing"]) == (2, [])


async def test_a_block_that_is_on_its_way_is_told_again_and_no_other_is_issued(
    centre: Centre,
) -> None:
    village = await centre.village()
    await issue(centre, village, count=30)
    village.restart()
    await centre.bring(report(village))
    await centre.bring(report(village))
    told = [block for one in await came(centre, village) for block in one.blocks]
    assert len({block.block for block in told}) == 1
    assert [block.start for block in told[1:]] == [village.incarnation] * 2


async def test_a_block_that_the_station_knew_and_knows_no_more_is_voided(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village, count=30)
    first = await last_block(centre, village)
    await centre.bring(report(village, (first, first.first + 4, ()), wanted=()))
    village.restart()
    await centre.bring(report(village))  # an older copy of its disk
    second = await last_block(centre, village)
    assert second.block != first.block
    assert [shown(one) for one in await blocks(centre)] == [
        (4, 26, 0, "村站没有收到"),
        (0, 0, 100, None),
    ]
    (voided,) = [one for told in await came(centre, village) for one in told.voided]
    assert (voided.block, voided.reason) == (first.block, "村站没有收到")


async def test_a_block_for_which_a_report_had_no_room_is_not_lost(centre: Centre) -> None:
    village = await centre.village()
    for _ in range(MAX_NUMBER_BLOCKS + 1):
        await issue(centre, village, count=30)
    every = [block for one in await came(centre, village) for block in one.blocks]
    *told, last = [(block, block.first + 1, ()) for block in every]
    await centre.bring(report(village, last, wanted=()))
    await centre.bring(report(village, *told))
    assert [one.closed for one in await blocks(centre)] == [None] * (MAX_NUMBER_BLOCKS + 1)
    await centre.bring(report(village, *told[1:]))  # it had room: the first is not there any more
    closed = [one.first for one in await blocks(centre) if one.closed == "村站没有收到"]
    assert closed == [every[0].first, every[-1].first]


async def test_so_many_answers_in_a_day_and_no_more(centre: Centre) -> None:
    """Whoever says that all is used gets no endless numbers."""
    village = await centre.village()
    await centre.bring(report(village))
    for _ in range(NUMBER_ANSWERS + 3):
        block = await last_block(centre, village)
        await centre.bring(report(village, (block, block.last + 1, ())))
    assert len(await came(centre, village)) == NUMBER_ANSWERS
    centre.clock.tick(ALLOWANCE_S)
    centre.clock.jump_wall(ms=0)
    block = await last_block(centre, village)
    await centre.bring(report(village, (block, block.last + 1, ())))
    assert len(await came(centre, village)) == NUMBER_ANSWERS + 1


async def test_a_block_on_its_way_is_told_so_often_in_a_day_and_no_oftener(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village, count=30)
    for _ in range(NUMBER_ANSWERS + 3):
        await centre.bring(report(village))
    assert len(await came(centre, village)) == 1 + NUMBER_ANSWERS
    assert len(await blocks(centre)) == 1


@pytest.mark.parametrize("year", [YEAR - 1, YEAR + 1])
async def test_numbers_of_another_year_are_not_issued(centre: Centre, year: int) -> None:
    """It is September."""
    village = await centre.village()
    await centre.bring(report(village, wanted=[Wanted(kind=CASE, year=year)]))
    assert await came(centre, village) == []


async def test_in_december_the_next_year_s_are(centre: Centre) -> None:
    village = await centre.village()
    centre.clock.jump_wall(ms=80 * DAY_MS)
    await centre.bring(report(village, wanted=[Wanted(kind=CASE, year=YEAR + 1)]))
    assert (await last_block(centre, village)).year == YEAR + 1


async def test_a_village_that_asks_for_tickets_gets_none(centre: Centre) -> None:
    village, window = await centre.village(), await at_township(centre)
    charge(centre, window, village)
    ticket = [Wanted(kind=NumberKind.TICKET, year=YEAR)]
    await centre.bring(report(village, wanted=ticket))
    assert await came(centre, village) == []
    await centre.bring(report(window, wanted=ticket))
    assert (await last_block(centre, window)).kind is NumberKind.TICKET


async def test_a_policy_that_can_t_be_read_keeps_nothing_out(centre: Centre) -> None:
    village = await centre.village()

    def unreadable() -> Rules:
        raise UsageError("policy.toml: 不认识 [number]")

    object.__setattr__(centre.county.numbers.blocks.issuing, "rules", unreadable)
    wanted = [Wanted(kind=kind, year=YEAR) for kind in NumberKind]
    assert await centre.bring(village.submit(), report(village, wanted=wanted)) == []
    assert len(await centre.receipts(village)) == 3
    assert await came(centre, village) == []


async def test_reports_may_come_late_and_twice(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village, count=60)
    block = await last_block(centre, village)
    old = report(village, (block, block.first + 3, [(block.first, block.first, "写坏")]), wanted=())
    new = report(
        village,
        (block, block.first + 9, [(block.first, block.first, "写坏")]),
        wanted=(),
    )
    for wire in (new, old, new):
        await centre.bring(wire)
        (one,) = await blocks(centre)
        assert (shown(one), one.voids[0].reason) == ((8, 1, 51, None), "写坏")


async def former_life(centre: Centre) -> int:
    """A life of the county that is over; its number."""

    async def work(session: AsyncSession) -> int:
        now = life_of(await instance_of(session))
        life = next(one for one in ("AB", "CD") if one != now)
        session.add(CounterRow(name=f"block 451423 case {YEAR} {life}", value=500))
        return life_number(life)

    return await centre.relay.store.transact(work)


def made_up(life: int, first: int, *, issuer: str = "451423", count: int = 30) -> NumberBlock:
    """A block of which the county has no row."""
    begin = first_serial(life) + first
    return NumberBlock(
        block=b"made-up%d" % (first % 10),
        issuer=issuer,
        kind=CASE,
        year=YEAR,
        first=begin,
        last=begin + count - 1,
    )


async def test_a_county_learns_a_block_of_a_former_life_that_it_forgot(centre: Centre) -> None:
    """It was restored from a backup that is older than the block."""
    village = await centre.village()
    block = made_up(await former_life(centre), 501)
    runs = [(block.first + 1, block.first + 1, "写坏")]
    await centre.bring(report(village, (block, block.first + 11, runs), wanted=()))
    (one,) = await blocks(centre, village)
    assert shown(one) == (10, 1, 19, None)
    await centre.bring(village.submit(number=number(village, block, block.first + 12)))
    (one,) = await blocks(centre, village)
    assert (shown(one), one.arrived) == ((12, 1, 17, None), 1)


async def test_a_block_that_is_learnt_anew_outlives_an_older_fork(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    twin = copied(village)
    await centre.bring(twin.submit(), village.submit())
    block = made_up(await former_life(centre), 501)
    await centre.bring(report(village, (block, block.first + 11, ()), wanted=()))
    village.restart()
    await centre.bring(village.submit())
    (one,) = await blocks(centre, village)
    assert shown(one) == (11, 0, 19, None)


async def test_nobody_takes_serials_by_saying_that_they_were_issued(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    await issue(centre, other, count=30)
    foreign = await last_block(centre, other)
    former, present = await former_life(centre), foreign.first // LIFE_SERIALS
    never = next(n for n in range(LIVES) if n not in (former, present))
    for wrong in (
        foreign,
        made_up(present, 5001),
        made_up(never, 5002),
        made_up(former, 5003, issuer="451424"),
        made_up(former, LIFE_SERIALS - 6, count=30),  # its end is of another life
    ):
        await centre.bring(report(village, (wrong, wrong.first + 5, ()), wanted=()))
        assert await blocks(centre, village) == []
    (one,) = await blocks(centre, other)
    assert one.used == 0
    (following,) = await issue(centre, other, count=30)
    assert following.first == foreign.last + 1
