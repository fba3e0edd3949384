import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import AnyBody, Event, kind_of
from protocol.casework.fold import fold, follow
from protocol.casework.rules import CaseRules
from protocol.casework.states import ENDED, OPEN, STATE_WORDS, UNDECIDED, State
from protocol.casework.status import Status
from protocol.casework.table import ACTIONS, BY_BODY, NEXT, STEPS, enabled, refusal
from protocol.catalogue.items.kinds import NodeKind
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import LogBrokenError
from protocol.json_values import from_json, to_json
from protocol.records.taken_in import Owed
from tests.protocol.casework.walks import Walk, body_of, flows, rules_with

choices = st.lists(st.integers(0, 100), max_size=40)


@given(rules=flows, turns=choices)
def test_whatever_happened_somebody_can_act_on_an_open_case(
    rules: CaseRules, turns: list[int]
) -> None:
    walk = Walk(rules)
    for turn in turns:
        if walk.status.state is State.ARCHIVED:
            break
        walk.go(turn)
        acting = [step for step in enabled(walk.status, rules) if step.power]
        if walk.status.state in OPEN:
            assert {step.action for step in acting} - {
                "link",
                "tell",
                "take",
                "hand-over",
                "step-aside",
            }


@given(rules=flows, turns=choices)
def test_every_open_case_can_still_be_ended(rules: CaseRules, turns: list[int]) -> None:
    walk = Walk(rules)
    for turn in turns:
        walk.go(turn)
    for _ in range(40):
        if walk.status.state in ENDED:
            break
        ways = {step.action: step for step in enabled(walk.status, rules)}
        name = next(name for name in _FORWARD if name in ways)
        walk.happens(body_of(ways[name], walk.status, rules))
    assert walk.status.state in ENDED


_FORWARD = (
    "reclaim",
    *("deliver", "decide", "settle-objection", "recall-opinion", "end-publicity", "pass"),
    "begin-publicity",
    *("resume", "accept", "confirm-correction"),
)


@given(rules=flows, turns=choices)
def test_the_fold_of_what_was_written_is_the_status_that_was_seen(
    rules: CaseRules, turns: list[int]
) -> None:
    walk = Walk(rules)
    for turn in turns:
        walk.go(turn)
    written = [to_json(event) for event in walk.events]
    assert fold(from_json(one, Event) for one in written) == walk.status


@given(rules=flows, turns=choices)
def test_what_the_table_does_not_know_never_happens(rules: CaseRules, turns: list[int]) -> None:
    walk = Walk(rules)
    for turn in turns:
        walk.go(turn)
    for step in STEPS:
        if walk.status.state not in step.sources:
            body = body_of(step, walk.status, rules)
            with pytest.raises(LogBrokenError):
                follow(walk.status, Event(n=walk.status.n + 1, at_ms=0, by="", body=body))


def test_every_kind_of_event_has_one_row_and_every_state_its_word() -> None:
    kinds = set(typing.get_args(AnyBody))
    assert kinds - set(BY_BODY) == {opening.Received}
    assert len(BY_BODY) == len(STEPS)
    assert len(ACTIONS) == len([step for step in STEPS if step.action])
    assert set(STATE_WORDS) == set(State)
    assert len({kind_of(kind) for kind in kinds}) == len(kinds)
    assert set(State) == OPEN | ENDED
    assert not OPEN & ENDED


def test_a_number_that_is_missing_breaks_the_log() -> None:
    first = Event(n=1, at_ms=1, by="", body=opening.Received())
    third = Event(n=3, at_ms=1, by="", body=handling.HandlerTook())
    with pytest.raises(LogBrokenError):
        fold([first, third])
    with pytest.raises(LogBrokenError):
        fold([Event(n=1, at_ms=1, by="", body=handling.HandlerTook())])


def test_the_law_of_the_beginning() -> None:
    assert NEXT[State.RECEIVED, opening.Accepted] is State.ACCEPTED
    assert NEXT[State.RECEIVED, opening.AcceptedByDefault] is State.ACCEPTED
    assert NEXT[State.CORRECTION, opening.Corrected] is State.RECEIVED
    assert NEXT[State.CORRECTION, opening.Lapsed] is State.LAPSED
    assert (State.CORRECTION, closing.Decided) not in NEXT
    assert (State.RECEIVED, closing.Decided) not in NEXT
    for state in UNDECIDED:
        assert NEXT[state, closing.Withdrawn] is State.WITHDRAWN
    for state in ENDED - {State.DELIVERED}:
        assert (state, closing.Withdrawn) not in NEXT


@pytest.mark.parametrize("waits", ["opinion", "publicity", "objection", "node"])
def test_nothing_is_decided_while_somebody_is_waited_for(waits: str) -> None:
    rules = rules_with(NodeKind.PUBLICITY) if waits in {"publicity", "node"} else rules_with()
    walk = Walk(rules)
    walk.happens(opening.Accepted(node=rules.first))
    if waits == "opinion":
        walk.happens(handling.OpinionAsked(department="县残联", until="2027-01-05"))
    elif waits == "publicity":
        walk.happens(handling.PublicityBegun(day="2027-01-04"))
    elif waits == "objection":
        walk.happens(handling.Objected())
    said = refusal(ACTIONS["decide"], walk.status, rules)
    assert said
    assert "decide" not in {step.action for step in enabled(walk.status, rules)}
    if waits == "opinion":
        assert "县残联" in said


def test_a_publicity_is_passed_only_after_a_poster_of_its_own_hung_to_its_end() -> None:
    rules = rules_with(NodeKind.PUBLICITY)
    walk = Walk(rules)
    walk.happens(opening.Accepted(node=rules.first))
    assert refusal(ACTIONS["pass"], walk.status, rules) == "还没有公示过"
    walk.happens(handling.PublicityBegun(day="2027-01-04"))
    assert refusal(ACTIONS["begin-publicity"], walk.status, rules) == "公示已经开始"
    walk.happens(handling.PublicityEnded())
    assert refusal(ACTIONS["pass"], walk.status, rules) == ""
    walk.happens(closing.FlowAmended(before=0, after=2, node=rules.first))
    assert refusal(ACTIONS["pass"], walk.status, rules) == "还没有公示过"


def test_of_two_departments_one_is_recalled_and_the_other_still_waited_for() -> None:
    rules = rules_with(NodeKind.JOINT)
    walk = Walk(rules)
    walk.happens(opening.Accepted(node=rules.first))
    for department in ("县残联", "县人社局"):
        walk.happens(handling.OpinionAsked(department=department, until="2027-01-05"))
    walk.happens(handling.OpinionRecalled(department="县残联"))
    assert refusal(ACTIONS["pass"], walk.status, rules) == "还在等县人社局的意见"


def test_each_paper_that_is_owed_comes_or_is_missed_by_itself() -> None:
    rules = rules_with()
    walk = Walk(rules)
    owed = tuple(Owed(material=one, until="2027-01-05") for one in ("photo", "book", "bill"))
    walk.happens(opening.Accepted(node=rules.first, owed=owed))
    walk.happens(handling.PapersCame(materials=("book",)))
    assert [one.material for one in walk.status.owed] == ["photo", "bill"]
    walk.happens(handling.PaperMissed(material="photo"))
    walk.happens(handling.PaperMissed(material="bill"))
    assert (walk.status.owed, walk.status.missed) == ((), ("photo", "bill"))


def test_a_correction_that_was_cancelled_is_none() -> None:
    walk = Walk(rules_with())
    walk.happens(opening.CorrectionAsked(until="2027-01-09"))
    walk.happens(opening.CorrectionCancelled())
    assert (walk.status.corrections, walk.status.correction_until) == (0, "")
    assert walk.status.state is State.RECEIVED


def test_what_the_fold_keeps_of_a_whole_life() -> None:
    rules = rules_with(NodeKind.REVIEW)
    walk = Walk(rules)
    walk.happens(opening.CorrectionAsked(until="2027-01-09"))
    assert (walk.status.corrections, walk.status.correction_until) == (1, "2027-01-09")
    walk.happens(opening.Corrected(), by="")
    assert walk.status.received_ms == walk.events[-1].at_ms
    walk.happens(opening.Accepted(node="n0"), by="韦兰")
    walk.happens(handling.HandlerTook(), by="农梅")
    assert (walk.status.accepter, walk.status.holder, walk.status.node) == ("韦兰", "农梅", "n0")
    walk.happens(handling.Suspended(procedure="专家评审"))
    walk.happens(handling.Resumed())
    (span,) = walk.status.spans
    assert (span.from_ms, span.to_ms) == (walk.events[-2].at_ms, walk.events[-1].at_ms)
    walk.happens(handling.Passed(node="n0", next="decision"))
    assert (walk.status.node, walk.status.holder) == ("decision", "")
    walk.happens(closing.Decided(outcome=Outcome.REFUSED), by="黄局")
    walk.happens(closing.Told(way="telephone"))
    walk.happens(closing.Delivered(way="in-person"))
    walk.happens(closing.Rated(level=2), by="")
    end = walk.status
    assert (end.outcome, end.decider, end.rating) == (Outcome.REFUSED, "黄局", 2)
    assert end.told_ms == walk.events[-3].at_ms
    assert end.ended_ms == end.delivered_ms == walk.events[-2].at_ms
    walk.happens(closing.DecisionAnnulled(note="依据有误", approver="黄局"))
    assert (walk.status.state, walk.status.outcome, walk.status.ended_ms) == (
        State.ACCEPTED,
        None,
        None,
    )


def test_acceptance_by_default_counts_from_the_day_of_receipt() -> None:
    walk = Walk(rules_with())
    walk.happens(opening.AcceptedByDefault(node="decision"), by="")
    assert walk.status.accepted_ms == walk.status.received_ms < walk.events[-1].at_ms


def test_a_status_without_events_stands_at_nothing() -> None:
    assert Status().n == 0
