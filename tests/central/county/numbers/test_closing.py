"""What ends a block: a fork of the line, another PC, a station that is withdrawn, a person."""

import pytest

from protocol.envelope.number_payloads import Numbers
from protocol.errors import UsageError
from protocol.errors.numbers import NumberBlockError, NumberWrongError
from tests.central.county.centre import Centre
from tests.central.county.numbers.scene import (
    blocks,
    came,
    issue,
    last_block,
    number,
    report,
    shown,
)
from tests.central.county.review.withdrawing import Withdrawing, id_of
from tests.central.county.village import Village


def copied(village: Village) -> Village:
    """A second PC from a copy of the folder; each opens a start of its own from now on."""
    twin = Village(
        node=village.node,
        secrets=village.secrets,
        county=village.county,
        county_keys=village.county_keys,
        randomness=village.randomness,
    )
    twin.incarnation, twin.seq, twin.pred = village.incarnation, village.seq, village.pred
    village.restart()
    twin.restart()
    return twin


async def test_a_line_of_starts_that_goes_on_keeps_its_block(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village)
    for _ in range(3):
        await centre.bring(village.submit(), village.submit())
        village.restart()
    (one,) = await blocks(centre)
    assert one.closed is None


@pytest.mark.parametrize("goes_on", [True, False], ids=["goes-on", "starts-anew"])
async def test_where_the_line_forks_the_rest_is_voided_and_told(
    centre: Centre, *, goes_on: bool
) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    await issue(centre, village, count=30)
    block = await last_block(centre, village)
    await centre.bring(village.submit(number=number(village, block, block.first)))
    before = (village.incarnation, village.seq)
    twin = copied(village)
    if goes_on:
        village.incarnation, village.seq = before  # the first PC was never switched off
    await centre.bring(twin.submit(number=number(twin, block, block.first + 1)))
    assert (await blocks(centre))[0].closed is None
    await centre.bring(village.submit(number=number(village, block, block.first + 1)))
    (one,) = await blocks(centre)
    assert (shown(one), one.twice) == ((2, 28, 0, "电脑被复制或恢复"), 1)
    (voided,) = [v for told in await came(centre, village) for v in told.voided]
    assert voided.block == block.block
    late = twin.submit(number=number(twin, block, block.first + 4))
    await centre.bring(late)
    (one,) = await blocks(centre)
    assert shown(one) == (3, 27, 0, "电脑被复制或恢复")
    await centre.bring(report(twin, (block, block.first + 6, ()), wanted=()))
    (one,) = await blocks(centre)
    assert shown(one) == (6, 24, 0, "电脑被复制或恢复")
    await centre.bring(report(twin, (block, block.first + 6, ())))
    assert (await last_block(centre, village)).start == twin.incarnation


async def test_a_fork_does_not_close_what_is_issued_after_it(centre: Centre) -> None:
    village = await centre.village()
    await centre.bring(village.submit())
    twin = copied(village)
    await centre.bring(twin.submit(), village.submit())
    await issue(centre, village)
    village.restart()
    await centre.bring(village.submit())
    (one,) = await blocks(centre)
    assert one.closed is None


async def test_a_replaced_pc_loses_its_block_and_its_successor_gets_one(
    withdrawing: Withdrawing,
) -> None:
    centre = withdrawing
    village = await centre.village()
    await issue(centre, village, count=30)
    block = await last_block(centre, village)
    await centre.bring(village.submit(number=number(village, block, block.first)))
    invitation = await centre.lose(village)
    await centre.county.numbers.look()
    (one,) = await blocks(centre, village)
    assert shown(one) == (1, 29, 0, "电脑已更换")
    successor = await centre.join(invitation)
    await centre.county.numbers.look()
    await centre.county.numbers.look()
    closed, fresh = await blocks(centre, successor)
    assert (closed.closed, fresh.closed, fresh.remaining) == ("电脑已更换", None, 100)
    assert fresh.first == block.last + 1
    mail = [one for one in await centre.mail_of(successor) if isinstance(one, Numbers)]
    assert [told.block.hex() for one in mail for told in one.blocks] == [fresh.block]
    await centre.drain(await centre.village())  # another roster is in force
    await centre.county.numbers.look()
    assert len(await blocks(centre, successor)) == 2


async def test_a_block_for_a_successor_is_bound_to_no_start_of_the_lost_pc(
    withdrawing: Withdrawing,
) -> None:
    """The successor knows none of those starts and would leave the block alone."""
    centre = withdrawing
    village = await centre.village()
    await centre.bring(village.submit())
    successor = await centre.join(await centre.lose(village))
    await issue(centre, successor)
    mail = [one for one in await centre.mail_of(successor) if isinstance(one, Numbers)]
    assert [told.start for one in mail for told in one.blocks] == [b""]


async def test_who_found_the_lost_pc_gets_no_numbers_with_it(withdrawing: Withdrawing) -> None:
    """Its station is in use again, by another PC."""
    centre = withdrawing
    village = await centre.village()
    successor = await centre.join(await centre.lose(village))
    await centre.bring(report(village))
    assert await blocks(centre, village) == []
    await centre.bring(report(successor))
    (one,) = await blocks(centre, successor)
    assert (one.closed, one.remaining) == (None, 100)


async def test_a_number_of_a_lost_pc_counts_when_a_person_lets_its_application_in(
    withdrawing: Withdrawing,
) -> None:
    centre = withdrawing
    village = await centre.village()
    await issue(centre, village, count=30)
    block = await last_block(centre, village)
    text = number(village, block, block.first + 3)
    wire = village.submit(number=text)
    await centre.lose(village)
    await centre.county.numbers.look()
    await centre.bring(wire)
    (one,) = await blocks(centre, village)
    assert shown(one) == (0, 30, 0, "电脑已更换")
    await centre.county.review.accept(id_of(wire))
    (one,) = await blocks(centre, village)
    assert (shown(one), one.arrived) == ((1, 29, 0, "电脑已更换"), 1)
    (case,) = await centre.cases_of(village)
    assert case["number"] == text


async def test_a_withdrawn_station_loses_its_block(withdrawing: Withdrawing) -> None:
    centre = withdrawing
    village, other = await centre.village(), await centre.village()
    await issue(centre, village, other)
    await centre.drain(village)
    await centre.county.numbers.look()
    (one,) = await blocks(centre, village)
    assert shown(one) == (0, 30, 0, "村站已收回")
    (kept,) = await blocks(centre, other)
    assert kept.closed is None


async def test_a_person_voids_a_block_with_a_reason(centre: Centre) -> None:
    village = await centre.village()
    (block,) = await issue(centre, village)
    for wrong in ("", "  ", "\u200b"):
        with pytest.raises(NumberWrongError):
            await centre.county.numbers.void(block.block, wrong)
    with pytest.raises(NumberBlockError):
        await centre.county.numbers.void("ab" * 8, "没有的号段")
    with pytest.raises(UsageError):
        await centre.county.numbers.void("abc", "不是号段")
    voided = await centre.county.numbers.void(block.block, "打错年度")
    again = await centre.county.numbers.void(block.block, "再作废一次")
    assert shown(voided) == shown(again) == (0, 30, 0, "打错年度")
    noted = centre.ground.nodes.scene.authority.audit.newest(0, 1)[0]
    assert (noted.action, noted.subject) == ("numbers.void", village.node)
    assert noted.detail["why"] == "打错年度"
