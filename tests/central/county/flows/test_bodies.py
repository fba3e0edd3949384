"""What is typed becomes an event, and what comes before a decision is not left out."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from central.county.flows.service import Wanted
from protocol.casework.bodies import body_of
from protocol.casework.events import handling
from protocol.casework.table import ACTIONS
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import StepFieldsError
from protocol.trust.schedule import local_time
from tests.central.county.centre import Centre
from tests.central.county.flows.acting import CLERK, HEAD, kinds, one_case
from tests.central.county.village import Village

SEEN = date(2026, 9, 21)
RELIEF = {
    "id": "urgent-relief",
    "name": "临时救助",
    "type": "05",
    "department": "县民政局",
    "materials": [],
    "limits": {"legal": "5wd"},
    "handling": {"papers": "5wd"},
    "special": [{"name": "专家评审", "limit": "10wd"}],
    "flow": [
        {"id": "look", "kind": "review", "name": "核查", "post": "核查岗"},
        {"id": "decide", "kind": "decision", "name": "决定", "post": "审批岗"},
    ],
    "schema": {"type": "object"},
}


async def relief(centre: Centre, village: Village) -> str:
    catalogue = json.dumps({"items": [RELIEF]}, ensure_ascii=False).encode()
    release = await centre.county.catalogue.publish(catalogue)
    await centre.bring(village.submit(item="urgent-relief", form={}, release=release))
    return str((await centre.cases())[-1]["case"])


async def test_what_needs_a_reason_is_not_done_without_one(centre: Centre) -> None:
    case = await centre.county.flows.life(await one_case(centre, await centre.village()))
    need = {
        *("not-accept", "transfer", "take-back", "merge", "send-back", "suspend", "extend"),
        *("correct-decision", "annul-decision", "terminate", "amend-flow"),
    }
    for action in sorted(need):
        for note in ("", " \n"):
            with pytest.raises(StepFieldsError, match="理由"):
                body_of(ACTIONS[action], {}, note, case, by="韦兰", today=SEEN)


async def test_nobody_is_refused_without_a_reason(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    with pytest.raises(StepFieldsError, match="理由"):
        await flows.decide(number, outcome=Outcome.REFUSED, note=" \n", by=HEAD)
    await flows.act(number, Wanted(action="accept"), CLERK)
    refused = Wanted(action="decide", fields={"outcome": "refused"})
    with pytest.raises(StepFieldsError, match="理由"):
        await flows.act(number, refused, HEAD)
    assert await kinds(centre, number) == ["received", "accepted"]
    await flows.act(number, replace(refused, note="不在规划范围"), HEAD)


@pytest.mark.parametrize(
    "typed", ["2026/10/9", "2026年10月9日", "２０２６－１０－０９", "20261009"]
)
async def test_a_day_is_read_as_people_type_it(centre: Centre, typed: str) -> None:
    case = await centre.county.flows.life(await one_case(centre, await centre.village()))
    step, fields = ACTIONS["ask-opinion"], {"department": "县残联", "until": typed}
    body = body_of(step, fields, "", case, by="韦兰", today=SEEN)
    assert isinstance(body, handling.OpinionAsked)
    assert body.until == "2026-10-09"
    with pytest.raises(StepFieldsError, match="“10月9日”不是日期"):
        body_of(step, {**fields, "until": "10月9日"}, "", case, by="韦兰", today=SEEN)


async def test_an_opinion_is_late_on_the_day_after_its_last_one(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    await flows.act(number, Wanted(action="accept"), CLERK)
    today = local_time(centre.clock.now_ms()).date()
    until = today + timedelta(days=2)
    asked = {"department": "县残联", "until": until.isoformat()}
    case = await flows.act(number, Wanted(action="ask-opinion", fields=asked), CLERK)
    said = {"department": "县残联", "agrees": True}
    for day, late in ((until, False), (until + timedelta(days=1), True)):
        body = body_of(ACTIONS["give-opinion"], said, "", case, by="韦兰", today=day)
        assert isinstance(body, handling.OpinionGiven)
        assert body.late is late


async def test_after_help_in_an_emergency_a_decision_brings_what_was_left_out(
    centre: Centre,
) -> None:
    flows = centre.county.flows
    number = await relief(centre, await centre.village())
    paid = await flows.act(number, Wanted(action="pay-first", note="房屋烧毁"), HEAD)
    assert paid.status.paid_until
    await flows.decide(number, outcome=Outcome.APPROVED, note="准予")
    assert await kinds(centre, number) == [
        *("received", "paid-first", "accepted", "passed", "decided"),
    ]
    status = (await flows.life(number)).status
    assert (status.paid_until, status.accepted_ms is None) == ("", False)


async def test_a_special_procedure_without_words_stops_no_limit(centre: Centre) -> None:
    flows = centre.county.flows
    number = await relief(centre, await centre.village())
    await flows.act(number, Wanted(action="accept"), CLERK)
    wanted = Wanted(action="suspend", fields={"procedure": "专家评审"})
    with pytest.raises(StepFieldsError, match="理由"):
        await flows.act(number, wanted, CLERK)
    done = await flows.act(number, replace(wanted, note="请专家评审"), CLERK)
    assert done.status.spans[-1].name == "专家评审"
