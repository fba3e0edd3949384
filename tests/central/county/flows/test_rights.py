"""Who may do a step: by post, by delegation, and never without somebody."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.departments.staffing import Power as PostPower
from central.county.departments.staffing import Staffing
from central.county.flows.log import Acts, By, Logged
from central.county.flows.rights import Rights, question
from central.county.flows.service import Flows, Wanted
from protocol.casework.states import State
from protocol.casework.table import ACTIONS, Power, Step
from protocol.catalogue.items.kinds import NodeKind
from protocol.catalogue.items.parts import FlowNode
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import StepForbiddenError, StepNotNowError
from tests.central.county.centre import Centre
from tests.central.county.departments.scene import CIVIL_NAME, DAY, WINDOW_POST, staffing

LAN, MEI = By(name="韦兰", acts=Acts.ACCOUNT), By(name="农梅", acts=Acts.ACCOUNT)


async def opened(centre: Centre) -> tuple[Flows, str]:
    village = await centre.village()
    await centre.bring(village.submit())
    return centre.county.flows, str((await centre.cases())[0]["case"])


class Staffed:
    """Departments in which these accounts may do everything."""

    def __init__(self, *able: str) -> None:
        self.staffing = Staffing(able=frozenset(able))

    async def snapshot(self, session: AsyncSession) -> Staffing:
        return self.staffing


def rights_of(*able: str) -> Rights:
    return Rights(departments=Staffed(*able))  # type: ignore[arg-type]


class Deciding:
    """Rights by which those who are named may decide, and nothing else."""

    async def require(self, session: AsyncSession, case: Logged, step: Step, by: By, *_: object,
                      of: str = "") -> By:  # fmt: skip
        if by.name and step.power is not Power.DECIDE:
            raise StepForbiddenError(step.word)
        return by


async def test_an_account_without_the_right_is_refused_and_told_who_can(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = rights_of("韦兰")
    with pytest.raises(StepForbiddenError, match="韦兰"):
        await flows.act(number, Wanted(action="accept"), MEI)
    await flows.act(number, Wanted(action="accept"), LAN)
    assert (await flows.life(number)).status.accepter == "韦兰"


async def test_who_accepted_does_not_decide_where_another_can(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = rights_of("韦兰", "农梅")
    await flows.act(number, Wanted(action="accept"), LAN)
    decide = Wanted(action="decide", fields={"outcome": "approved"})
    with pytest.raises(StepForbiddenError, match="农梅"):
        await flows.act(number, decide, LAN)
    await flows.act(number, decide, MEI)
    assert (await flows.life(number)).status.decider == "农梅"


async def test_who_is_alone_decides_what_they_accepted(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = rights_of("韦兰")
    await flows.act(number, Wanted(action="accept"), LAN)
    await flows.act(number, Wanted(action="decide", fields={"outcome": "approved"}), LAN)


async def test_what_another_has_taken_on_is_taken_over_first(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = rights_of("韦兰", "农梅")
    await flows.act(number, Wanted(action="take"), LAN)
    with pytest.raises(StepForbiddenError, match="韦兰"):
        await flows.act(number, Wanted(action="accept"), MEI)
    with pytest.raises(StepNotNowError, match="韦兰"):
        await flows.act(number, Wanted(action="take"), MEI)
    await flows.act(number, Wanted(action="hand-over", fields={"to": "农梅"}), MEI)
    await flows.act(number, Wanted(action="accept"), MEI)


async def test_who_stepped_aside_is_asked_for_nothing_more(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = rights_of("韦兰", "农梅")
    await flows.act(number, Wanted(action="take"), LAN)
    stepped = await flows.act(number, Wanted(action="step-aside", note="亲属"), LAN)
    assert (stepped.status.holder, stepped.status.recused) == ("", ("韦兰",))
    for action in ("accept", "take"):
        with pytest.raises(StepForbiddenError, match="已回避"):
            await flows.act(number, Wanted(action=action), LAN)
    to = {"to": "韦兰"}
    with pytest.raises(StepForbiddenError, match="已回避"):
        await flows.act(number, Wanted(action="hand-over", fields=to), MEI)
    with pytest.raises(StepForbiddenError, match="没有人能办理"):
        await flows.act(number, Wanted(action="step-aside", note="亲属"), MEI)
    await flows.act(number, Wanted(action="accept"), MEI)
    await flows.act(number, Wanted(action="decide", fields={"outcome": "approved"}), MEI)


async def test_a_case_goes_to_nobody_who_can_do_nothing_with_it(centre: Centre) -> None:
    flows, number = await opened(centre)
    window = FlowNode(id="in", kind=NodeKind.ACCEPTANCE, name="受理", post=WINDOW_POST)
    case = await flows.life(number)
    rules = replace(case.rules, department=CIVIL_NAME, acceptance=window)
    held = replace(case, rules=rules, status=replace(case.status, holder="黄代表"))
    staffed = Staffed()
    staffed.staffing = staffing()
    rights, give_back = Rights(departments=staffed), ACTIONS["give-back"]  # type: ignore[arg-type]

    async def work(session: AsyncSession) -> None:
        await rights.require_able(session, held, "农经办", LAN, DAY)
        with pytest.raises(StepForbiddenError, match="办不了这一环节"):
            await rights.require_able(session, held, "黄代表", LAN, DAY)
        holder = By(name="黄代表", acts=Acts.ACCOUNT)  # was in the post when it came to them
        assert await rights.require(session, held, give_back, holder, DAY) == holder
        with pytest.raises(StepForbiddenError):
            await rights.require(session, held, ACTIONS["accept"], holder, DAY)

    await centre.relay.store.transact(work)


async def test_a_head_s_word_does_not_wait_for_who_has_taken_it_on(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = rights_of("韦兰", "农梅")
    await flows.act(number, Wanted(action="take"), LAN)
    await flows.act(number, Wanted(action="terminate", note="申请人去世"), MEI)
    assert (await flows.life(number)).status.state is State.TERMINATED


async def test_who_is_named_at_the_county_s_machine_needs_a_post_too(centre: Centre) -> None:
    flows, number = await opened(centre)
    staffed = Staffed()
    staffed.staffing = staffing()
    flows.rights = Rights(departments=staffed)  # type: ignore[arg-type]
    with pytest.raises(StepForbiddenError, match="大厅"):
        await flows.act(number, Wanted(action="accept"), By(name="农经办", acts=Acts.NAMED))
    await flows.act(number, Wanted(action="accept"), By(name="大厅", acts=Acts.NAMED))
    assert (await flows.life(number)).events[-1].right == "岗位无人"


async def test_who_may_only_decide_brings_no_acceptance_with_it(centre: Centre) -> None:
    flows, number = await opened(centre)
    flows.rights = Deciding()  # type: ignore[assignment]
    with pytest.raises(StepForbiddenError):
        await flows.decide(number, outcome=Outcome.APPROVED, note="准予", by=LAN)
    await flows.act(number, Wanted(action="accept"), By())
    await flows.decide(number, outcome=Outcome.APPROVED, note="准予", by=LAN)


async def test_each_step_asks_for_the_power_of_its_place(centre: Centre) -> None:
    flows, number = await opened(centre)
    case = await flows.life(number)
    day = centre.county.departments.today
    assert question(case, Power.ANY, day).power is PostPower.ACCEPT
    assert question(case, Power.HEAD, day).power is PostPower.DECIDE
    accepted = await flows.act(number, Wanted(action="accept"), By())
    assert question(accepted, Power.ANY, day).power is PostPower.DECIDE
    node = FlowNode(id=accepted.status.node, kind=NodeKind.DECISION, name="决定", post="审批岗")
    posted = replace(accepted, rules=replace(accepted.rules, nodes=(node,)))
    assert question(posted, Power.ANY, day).post == "审批岗"
    opinion = question(posted, Power.OPINION, day, of="县残联")
    assert (opinion.department, opinion.post, opinion.power) == ("县残联", "", PostPower.REVIEW)
    assert ACTIONS["take"].power is Power.ANY


async def test_what_is_decided_on_the_spot_is_decided_by_whoever_accepted_it(
    centre: Centre,
) -> None:
    flows, number = await opened(centre)
    rights = rights_of("韦兰", "农梅")
    case = await flows.act(number, Wanted(action="accept"), By(name="韦兰"))
    instant = replace(case, rules=replace(case.rules, instant=True))
    day, decide = centre.county.departments.today, ACTIONS["decide"]

    async def work(session: AsyncSession) -> By:
        with pytest.raises(StepForbiddenError, match="农梅"):
            await rights.require(session, case, decide, LAN, day)
        return await rights.require(session, instant, decide, LAN, day)

    assert (await centre.relay.store.transact(work)).name == "韦兰"
