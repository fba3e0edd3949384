"""What a withdrawn or lost PC says of applications is refused, and kept."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.followups.models import FollowUpRow
from protocol.casework.events.opening import Corrected
from protocol.casework.states import State
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


async def test_papers_that_came_move_a_case_whose_pc_cannot_be_told(centre: Withdrawing) -> None:
    village, flows = await centre.village(), centre.county.flows
    await centre.bring(village.submit())
    number = str((await centre.cases())[-1]["case"])
    await flows.act(number, Wanted(action="ask-correction", note="缺页"), By(name="韦兰"))
    await centre.lose(village)

    async def work(session: AsyncSession) -> bool:
        handled = await centre.county.casework.handled(session, number)
        return await flows.itself(session, handled, Corrected())

    assert await centre.relay.store.transact(work)
    assert (await flows.life(number)).status.state is State.RECEIVED
    (case,) = [one for one in await centre.cases() if one["case"] == number]
    assert case["outcome"] is None
