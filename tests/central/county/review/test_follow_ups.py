"""What a withdrawn or lost PC says of applications is refused, and kept."""

import pytest

from central.county.followups.models import FollowUpRow
from protocol.errors.clerk import FollowUpWithdrawnError
from protocol.records.followups import Withdrawal
from tests.central.county.review.withdrawing import Withdrawing


@pytest.mark.parametrize("how", ["drain", "stop", "lose"])
async def test_nobody_withdraws_an_application_by_such_a_pc(centre: Withdrawing, how: str) -> None:
    village = await centre.village()
    await centre.bring(village.submit(), village.follow_up(Withdrawal(by="农某")))
    await getattr(centre, how)(village)
    await centre.bring(village.follow_up(Withdrawal(by="谁")))
    rows = [row for row in await centre.rows(FollowUpRow) if row.station == village.node]
    assert len(rows) == 1
    codes = [one.code for one in await centre.rejections(village)]
    if how != "lose":  # a lost PC can't be written to
        assert codes == [FollowUpWithdrawnError.code]
