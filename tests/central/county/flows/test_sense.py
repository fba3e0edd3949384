"""What nobody can mean of a case is refused; what can be meant is told and kept."""

import json
import re
from datetime import timedelta

import pytest

from central.county.departments.ports import PersonStand
from central.county.flows.service import Wanted
from central.county.flows.standing import CaseStanding
from protocol.casework.events import closing
from protocol.casework.states import State
from protocol.envelope.payloads import Outcome
from protocol.errors import CaseUnknownError
from protocol.errors.casework import (
    StepFieldsError,
    StepNotNowError,
)
from protocol.trust.schedule import local_time
from tests.central.county.centre import Centre
from tests.central.county.flows.acting import CLERK, HEAD, kinds, one_case
from tests.central.county.supervision.scene import DAY_MS, case_of, catalogue


@pytest.mark.parametrize(
    ("before", "action", "note", "fields"),
    [
        ((), "ask-correction", "", {}),
        ((), "ask-correction", "缺页", {"until": "2020-01-01"}),
        ((), "link", "", {"case": "itself"}),
        ((), "merge", "同一件", {"case": "itself"}),
        ((), "tell", "", {"way": "打给王样例"}),
        (("accept",), "ask-opinion", "", {"department": "县残联", "until": "2020-01-01"}),
        (("accept",), "give-opinion", "", {"department": "别的局", "agrees": True}),
        (("accept",), "amend-flow", "改流程", {"after": 99}),
    ],
)
async def test_what_nobody_can_mean_is_refused_and_nothing_is_written(
    centre: Centre, before: tuple[str, ...], action: str, note: str, fields: dict[str, object]
) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    for one in before:
        await flows.act(number, Wanted(action=one), CLERK)
    if action == "give-opinion":
        asked = {"department": "县残联", "until": "2099-12-31"}
        await flows.act(number, Wanted(action="ask-opinion", fields=asked), CLERK)
    typed = {key: number if value == "itself" else value for key, value in fields.items()}
    seen = await kinds(centre, number)
    with pytest.raises(StepFieldsError) as refused:
        await flows.act(number, Wanted(action=action, note=note, fields=typed), CLERK)
    assert not re.search("[a-z]{4,} [a-z]{3,}", refused.value.words())  # no English
    assert await kinds(centre, number) == seen


async def test_a_poster_hangs_to_the_end_of_its_last_day(centre: Centre) -> None:
    """Whoever ends it a day early takes from the neighbours the day on which they may object."""
    whole = json.loads(catalogue())
    whole["items"][0]["publicity"] = {"window": "3d"}
    whole["items"][0]["flow"][0] |= {"kind": "publicity", "name": "公示"}
    release = await centre.county.catalogue.publish(json.dumps(whole).encode())
    number, flows = await case_of(centre, await centre.village(), release), centre.county.flows
    await flows.act(number, Wanted(action="accept"), CLERK)
    for ahead in ("2026-09-22", "2099-12-31"):
        with pytest.raises(StepFieldsError, match="将来"):
            await flows.act(number, Wanted(action="begin-publicity", fields={"day": ahead}), CLERK)
    await flows.act(number, Wanted(action="begin-publicity"), CLERK)
    for day in range(4):  # the day on which it was put up does not count
        with pytest.raises(StepNotNowError, match="2026-09-24"):
            await flows.act(number, Wanted(action="end-publicity"), CLERK)
        centre.ground.reset_clock()
        centre.clock.jump_wall(ms=(day + 1) * DAY_MS)
    await flows.act(number, Wanted(action="end-publicity"), CLERK)
    assert (await flows.life(number)).status.was_public


async def test_a_case_goes_on_only_as_one_that_is_there_and_open(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number, other = await one_case(centre, village), await one_case(centre, village)
    with pytest.raises(CaseUnknownError):
        await flows.act(number, Wanted(action="merge", note="重复", fields={"case": "999"}), HEAD)
    await flows.act(other, Wanted(action="withdraw"), HEAD)
    with pytest.raises(StepNotNowError, match="结束"):
        await flows.act(number, Wanted(action="merge", note="重复", fields={"case": other}), HEAD)
    assert await kinds(centre, number) == ["received"]


async def test_a_merge_by_mistake_is_taken_back(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number, other = await one_case(centre, village), await one_case(centre, village)
    await flows.act(number, Wanted(action="merge", note="重复", fields={"case": other}), HEAD)
    await flows.act(number, Wanted(action="take-back", note="不是同一件"), HEAD)
    assert (await flows.life(number)).status.state is State.RECEIVED


async def test_marks_that_no_terminal_should_be_sent_are_left_out_of_a_note(
    centre: Centre,
) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    await flows.act(number, Wanted(action="accept", note="好\x07\u202e的\n完"), CLERK)
    assert (await flows.life(number)).events[-1].body.note == "好的\n完"


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (Wanted(action="not-accept", note="不归本县"), Wanted(action="take-back", note="归本县")),
        (Wanted(action="ask-correction", note="缺页"), Wanted(action="cancel-correction")),
    ],
)
async def test_the_village_hears_that_what_it_was_told_does_not_stand(
    centre: Centre, first: Wanted, again: Wanted
) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    await flows.act(number, first, HEAD)
    await flows.act(number, again, HEAD)
    told = [said for _, said in await centre.decisions(village)]
    assert told[-1].outcome is Outcome.RESUMED
    assert told[-1].n > told[0].n
    (case,) = await centre.cases()
    assert (case["state"], case["outcome"]) == ("complete", None)
    await flows.decide(number, outcome=Outcome.APPROVED, note="准予")


async def test_who_approved_is_who_was_named(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    await flows.decide(number, outcome=Outcome.APPROVED, note="")
    wanted = Wanted(action="annul-decision", note="依据有误", fields={"approver": "李局"})
    body = (await flows.act(number, wanted, CLERK)).events[-1].body
    assert isinstance(body, closing.DecisionAnnulled)
    assert body.approver == "李局"


async def test_what_somebody_holds_stands_there_only_while_it_is_open(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    held, ended = await one_case(centre, village), await one_case(centre, village)
    for number in (held, ended):
        await flows.act(number, Wanted(action="take"), CLERK)
    await flows.act(ended, Wanted(action="withdraw"), CLERK)
    standing = CaseStanding(log=flows.log, casework=centre.county.casework, clock=centre.clock)
    one, other = PersonStand(name="韦兰"), PersonStand(name="农梅")
    look = centre.relay.store.transact
    assert await look(lambda session: standing.standing(session, one)) == 1
    await look(lambda session: standing.move(session, one, other, "黄局"))
    assert (await flows.life(held)).status.holder == "农梅"
    assert (await flows.life(ended)).status.holder == "韦兰"
    assert await look(lambda session: standing.standing(session, one)) == 0


async def test_a_village_that_waits_for_its_correction_hears_of_a_merge(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number, other = await one_case(centre, village), await one_case(centre, village)
    await flows.act(number, Wanted(action="ask-correction", note="缺页"), HEAD)
    await flows.act(number, Wanted(action="merge", note="同一件", fields={"case": other}), HEAD)
    told = [said for _, said in await centre.decisions(village)]
    assert [one.outcome for one in told] == [Outcome.CORRECTION, Outcome.ENDED]
    assert other in told[-1].note


PAPERS = {
    "id": "felling",
    "name": "林木采伐许可",
    "limits": {"promised": "10wd"},
    "materials": [
        {"id": "survey", "name": "伐区调查设计", "later": {"limit": "8wd", "promise": "承诺书"}},
    ],
    "schema": {"type": "object"},
}


async def test_what_may_follow_is_a_paper_of_the_item_and_comes_before_the_promise(
    centre: Centre,
) -> None:
    release = await centre.county.catalogue.publish(json.dumps({"items": [PAPERS]}).encode())
    village, flows = await centre.village(), centre.county.flows
    await centre.bring(village.submit(item="felling", form={}, release=release))
    number = str((await centre.cases())[-1]["case"])
    today = local_time(centre.clock.now_ms()).date()
    soon = (today + timedelta(days=3)).isoformat()
    for material, until, why in (
        ("nothing", soon, "没有这种材料"),
        ("survey", (today - timedelta(days=1)).isoformat(), "不能早于今天"),
        ("survey", "2099-12-31", "最迟在承诺办结"),
    ):
        owed = {"owed": [{"material": material, "until": until}]}
        with pytest.raises(StepFieldsError, match=why):
            await flows.act(number, Wanted(action="accept", fields=owed), CLERK)
    owed = {"owed": [{"material": "survey", "until": soon}]}
    taken = await flows.act(number, Wanted(action="accept", fields=owed), CLERK)
    assert [one.material for one in taken.status.owed] == ["survey"]
