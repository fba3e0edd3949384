"""The life of cases on a real database: what is done, what is told, and what the log says."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.flows.shown import shown
from protocol.casework.events import closing, opening
from protocol.casework.events.log import kind_of
from protocol.casework.fold import fold
from protocol.casework.states import State
from protocol.envelope.payloads import Outcome
from protocol.errors import CaseClosedError
from protocol.errors.casework import (
    CaseMovedError,
    StepFieldsError,
    StepNotNowError,
    StepUnknownError,
)
from protocol.records.corrections import FieldFault
from protocol.records.followups import (
    Delivered,
    Objection,
    Rating,
    Supplement,
    Telling,
    Way,
    Withdrawal,
)
from tests.central.county.centre import Centre
from tests.central.county.flows.acting import CLERK, HEAD, kinds, one_case


async def test_a_whole_life_from_receipt_to_rating(centre: Centre, tmp_path: Path) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    paper = tmp_path / "决定书.pdf"
    paper.write_bytes(b"%PDF")

    accepted = await flows.act(number, Wanted(action="accept"), CLERK)
    assert (accepted.status.state, accepted.status.accepter) == (State.ACCEPTED, "韦兰")
    await flows.act(number, Wanted(action="take"), HEAD)
    decided = await flows.act(
        number,
        Wanted(action="decide", note="准予。", fields={"outcome": "approved"}, attach=[paper]),
        HEAD,
    )
    assert (decided.status.outcome, decided.status.decider) == (Outcome.APPROVED, "黄局")
    ((_, told),) = await centre.decisions(village)
    assert (told.outcome, told.note) == (Outcome.APPROVED, "准予。")
    assert [file.name for file in told.attachments] == ["决定书.pdf"]

    said = Telling(what=Delivered.HANDED_OVER, way=Way.IN_PERSON, person="韦小宝")
    await centre.bring(village.follow_up(said))
    await centre.bring(village.follow_up(Rating(level=5, words="好")))
    end = await flows.life(number)
    assert (end.status.state, end.status.rating) == (State.DELIVERED, 5)
    assert await kinds(centre, number) == [
        *("received", "accepted", "taken", "decided"),
        *("delivered", "rated"),
    ]
    assert fold(end.events) == end.status


async def test_a_paper_that_is_handed_over_is_not_the_decision(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    await flows.decide(number, outcome=Outcome.APPROVED, note="准予")
    paper = Telling(
        what=Delivered.HANDED_OVER, way=Way.IN_PERSON, person="韦小宝", document="受理通知书"
    )
    await centre.bring(village.follow_up(paper))
    life = await flows.life(number)
    assert (life.status.state, life.status.told_ms) == (State.DECIDED, None)
    assert life.events[-1].body == closing.Told(
        document="受理通知书", way="in-person", person="韦小宝"
    )


async def test_decide_brings_what_asks_for_nobodys_judgement(centre: Centre) -> None:
    number = await one_case(centre, await centre.village())
    await centre.county.flows.decide(number, outcome=Outcome.REFUSED, note="不符合条件")
    assert await kinds(centre, number) == ["received", "accepted", "decided"]


async def test_a_correction_is_asked_and_answered_by_papers(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    wanted = Wanted(action="ask-correction", note="缺反面", fields={"until": "２０２７-01-31"})
    await flows.act(number, wanted, CLERK)
    (case,) = await centre.cases()
    assert (case["state"], case["until"]) == ("returned", "2027-01-31")
    with pytest.raises(CaseClosedError):
        await flows.decide(number, outcome=Outcome.APPROVED, note="")

    scan = village.scan(b"the other side")
    await centre.bring(village.follow_up(Supplement(words="反面"), scan), scan)
    (case,) = await centre.cases()
    assert (case["state"], case["outcome"]) == ("complete", None)
    assert (await flows.life(number)).status.state is State.RECEIVED

    await flows.decide(number, outcome=Outcome.APPROVED, note="准予")
    told = [said for _, said in await centre.decisions(village)]
    assert [one.outcome for one in told] == [
        *(Outcome.CORRECTION, Outcome.RESUMED),  # nobody waits for papers that are here
        Outcome.APPROVED,
    ]
    assert told[0].n < told[1].n < told[2].n  # so the station shows the later one


async def test_a_corrected_application_goes_on_as_another_case(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    first = await one_case(centre, village)
    await flows.decide(first, outcome=Outcome.CORRECTION, note="缺页")
    await centre.bring(village.submit(corrects=village.applications[0]))
    (second,) = {case["case"] for case in await centre.cases()} - {first}

    ended = await flows.life(first)
    assert (ended.status.state, ended.events[-1].body) == (
        State.CONTINUED,
        opening.Continued(case=second),
    )
    assert (await flows.life(second)).status.corrects == first
    assert len(await centre.decisions(village)) == 1


async def test_an_application_that_corrects_what_was_not_returned_moves_nothing(
    centre: Centre,
) -> None:
    village = await centre.village()
    first = await one_case(centre, village)
    await centre.bring(village.submit(corrects=village.applications[0]))
    assert await kinds(centre, first) == ["received"]


async def test_what_came_before_its_application_moves_it_when_that_comes(centre: Centre) -> None:
    village = await centre.village()
    application = village.submit()
    await centre.bring(
        village.follow_up(Withdrawal(by="韦小宝")), village.follow_up(Rating(level=3))
    )
    await centre.bring(application)
    (case,) = await centre.cases()
    assert set(await kinds(centre, case["case"])) == {"received", "withdrawal-asked", "rated"}
    again = village.follow_up(Objection(words="不是本村人"))
    await centre.bring(again)
    await centre.bring(again)
    assert (await centre.county.flows.life(case["case"])).status.objections == 1


@pytest.mark.parametrize(
    ("action", "fields", "outcome", "words"),
    [
        ("withdraw", {"person": "韦小宝"}, Outcome.ENDED, "撤回"),
        ("terminate", {}, Outcome.ENDED, "申请人去世"),
        ("transfer", {"where": "县残联"}, Outcome.ENDED, "县残联"),
        ("not-accept", {"where": "县医保局"}, Outcome.REFUSED, "县医保局"),
        ("merge", {}, Outcome.ENDED, "一起办理"),
    ],
)
async def test_the_village_hears_of_every_end(
    centre: Centre, action: str, fields: dict[str, str], outcome: Outcome, words: str
) -> None:
    village = await centre.village()
    number = await one_case(centre, village)
    if action == "merge":
        await centre.bring(village.submit())
        fields = {"case": ({one["case"] for one in await centre.cases()} - {number}).pop()}
    wanted = Wanted(action=action, note="申请人去世", fields=fields)
    await centre.county.flows.act(number, wanted, HEAD)
    ((_, told),) = await centre.decisions(village)
    assert told.outcome is outcome
    assert words in told.note


async def test_a_withdrawal_takes_the_place_of_a_correction_that_was_asked(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    await flows.decide(number, outcome=Outcome.CORRECTION, note="缺页")
    await flows.act(number, Wanted(action="withdraw", fields={"person": "韦小宝"}), CLERK)
    told = [said.outcome for _, said in await centre.decisions(village)]
    assert told == [Outcome.CORRECTION, Outcome.ENDED]


async def test_what_was_not_accepted_is_taken_back_and_decided(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    await flows.act(number, Wanted(action="not-accept", note="不属于本县"), CLERK)
    await flows.act(number, Wanted(action="take-back", note="属于本县"), HEAD)
    await flows.decide(number, outcome=Outcome.APPROVED, note="准予")
    told = [said.outcome for _, said in await centre.decisions(village)]
    assert told == [Outcome.REFUSED, Outcome.RESUMED, Outcome.APPROVED]


async def test_a_clock_that_was_put_back_puts_no_event_before_another(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    centre.clock.jump_wall(ms=-3_600_000)
    life = await flows.act(number, Wanted(action="accept"), CLERK)
    assert life.status.accepted_ms == life.status.received_ms


async def test_a_decision_is_put_right_or_annulled_by_another_event(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    await flows.decide(number, outcome=Outcome.APPROVED, note="准于")
    await flows.act(number, Wanted(action="correct-decision", note="准予"), HEAD)
    await flows.act(number, Wanted(action="annul-decision", note="依据有误"), HEAD)
    life = await flows.life(number)
    assert (life.status.state, life.status.outcome) == (State.ACCEPTED, None)
    body = life.events[-1].body
    assert isinstance(body, closing.DecisionAnnulled)
    assert body.approver == "黄局"
    await flows.decide(number, outcome=Outcome.REFUSED, note="不予")
    told = [said.note for _, said in await centre.decisions(village)]
    assert told == ["准于", "更正：准予", "原决定已撤销，重新办理：依据有误", "不予"]


async def test_what_is_missing_wrong_or_not_known_is_named(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    with pytest.raises(StepUnknownError, match="approve"):
        await flows.act(number, Wanted(action="approve"), CLERK)
    with pytest.raises(StepNotNowError, match=number):
        await flows.act(number, Wanted(action="decide", fields={"outcome": "approved"}), CLERK)
    for wanted in (
        Wanted(action="not-accept"),  # without a reason
        Wanted(action="transfer", fields={"where": "县残联"}, note=" "),
        Wanted(action="terminate"),
        Wanted(action="accept", fields={"node": "n7"}),  # that follows from the case
        Wanted(action="accept", fields={"colour": "red"}),
        Wanted(action="hand-over"),  # to whom?
        Wanted(action="accept", note="长" * 4001),
        Wanted(action="ask-correction", fields={"until": "下周"}),
        Wanted(action="take", attach=[Path("a.pdf")]),
    ):
        with pytest.raises(StepFieldsError):
            await flows.act(number, wanted, CLERK)
    assert await kinds(centre, number) == ["received"]


async def test_whoever_saw_an_older_state_is_told_who_was_faster(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    seen = (await flows.life(number)).status.n
    await flows.act(number, Wanted(action="accept", seen=seen), CLERK)
    with pytest.raises(CaseMovedError, match="韦兰"):
        await flows.act(number, Wanted(action="accept", seen=seen), HEAD)
    assert await kinds(centre, number) == ["received", "accepted"]


async def test_of_many_at_the_same_moment_one_accepts(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    ends = await asyncio.gather(
        *(flows.act(number, Wanted(action="accept"), By(name=f"人{n}")) for n in range(4)),
        return_exceptions=True,
    )
    assert sum(not isinstance(end, BaseException) for end in ends) == 1
    assert await kinds(centre, number) == ["received", "accepted"]


async def test_the_status_is_what_the_log_says_and_a_difference_is_found(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    first, second = await one_case(centre, village), await one_case(centre, village)
    await flows.act(first, Wanted(action="accept"), CLERK)
    await flows.decide(second, outcome=Outcome.APPROVED, note="")
    look = flows.log.differing
    found = await centre.relay.store.transact(lambda session: look(session, ("", b""), 100))
    assert (found.cases, found.more) == ([], None)
    key = (await flows.life(second)).key

    wrong = text("UPDATE case_status SET state = 'received' WHERE state = 'decided'")
    await centre.relay.store.transact(lambda session: session.execute(wrong))
    found = await centre.relay.store.transact(lambda session: look(session, ("", b""), 100))
    assert found.cases == [key]


async def test_what_people_wrote_is_erased_and_what_happened_stays(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await one_case(centre, village)
    await flows.act(number, Wanted(action="hand-over", fields={"to": "农梅"}), CLERK)
    fault = FieldFault(field="name", words="韦小宝的名字")
    await flows.decide(number, outcome=Outcome.CORRECTION, note="", faults=[fault])
    await flows.act(number, Wanted(action="cancel-correction"), CLERK)
    await flows.act(number, Wanted(action="accept", note="韦小宝家三口"), CLERK)
    await flows.act(number, Wanted(action="withdraw", fields={"person": "韦小宝"}), CLERK)
    before = await flows.life(number)
    await centre.relay.store.transact(lambda session: flows.log.erase(session, {before.key}))
    after = await flows.life(number)
    assert [kind_of(one.body) for one in after.events] == [
        kind_of(one.body) for one in before.events
    ]
    assert str(before.events).count("韦小宝") == 3
    assert "韦小宝" not in str(after.events)


async def test_a_case_says_when_its_limits_end_and_why(centre: Centre) -> None:
    flows = centre.county.flows
    number = await one_case(centre, await centre.village())
    life = shown(case := await flows.life(number), await flows.dated(case))
    assert (life.state, life.light) == ("received", "green")
    assert (life.due.promised, life.due.legal) == ("", "")
    (accepting,) = life.limits
    assert (accepting.what, accepting.name) == ("acceptance", "")
    assert accepting.due
    assert "起算日，不计" in accepting.why[0]
    assert "accept" in life.enabled
    assert life.events[0].kind == "received"
    assert life.events[0].at.endswith("+08:00")
