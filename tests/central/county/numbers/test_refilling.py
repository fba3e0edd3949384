"""A station asks, and the county answers as often as it must and no more often."""

import pytest

from central.county.numbers.ports import Rules
from protocol.envelope.number_payloads import Wanted
from protocol.errors import UsageError
from protocol.limits import ALLOWANCE_S, NUMBER_ANSWERS, NUMBERS_LOW
from protocol.numbers.number import NumberKind
from tests.central.county.centre import Centre
from tests.central.county.numbers.scene import (
    CASE,
    YEAR,
    blocks,
    came,
    issue,
    last_block,
    report,
    shown,
)
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


async def test_a_county_learns_a_block_that_it_forgot_but_not_another_s(centre: Centre) -> None:
    village, other = await centre.village(), await centre.village()
    await issue(centre, other, count=30)
    foreign = await last_block(centre, other)
    await centre.bring(report(village, (foreign, foreign.first + 5, ()), wanted=()))
    assert await blocks(centre, village) == []
    (one,) = await blocks(centre, other)
    assert one.used == 0
    forgotten = type(foreign)(
        block=b"forgot-1",
        issuer="451423",
        kind=CASE,
        year=YEAR,
        first=999_000_001,
        last=999_000_030,
    )
    await centre.bring(report(village, (forgotten, 999_000_011, ()), wanted=()))
    (one,) = await blocks(centre, village)
    assert shown(one) == (10, 0, 20, None)
