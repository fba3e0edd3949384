"""Quarantined bytes are kept for a year; that they came is kept for ever."""

from central.county.intake.housekeeping import KEPT_DAYS
from central.county.intake.models import QuarantineRow
from tests.central.county.centre import Centre


async def test_quarantine_is_emptied_after_a_year(centre: Centre) -> None:
    village, clock = await centre.village(), centre.clock
    old = village.submit(form={})
    await centre.bring(old)
    clock.jump_wall(ms=1)
    await centre.bring(village.submit(form={}))

    clock.jump_wall(ms=KEPT_DAYS * 86_400_000)
    await centre.county.housekeeping.tidy()
    assert [row.wire for row in await centre.rows(QuarantineRow)] != [old]
    assert await centre.count(QuarantineRow) == 1
    clock.jump_wall(ms=1)
    await centre.county.housekeeping.tidy()
    assert await centre.count(QuarantineRow) == 0

    await centre.bring(old)
    account = await centre.account(village.node)
    assert (account["quarantined"], account["rejected"]) == (2, 2)
    assert len(await centre.rejections(village)) == 2
