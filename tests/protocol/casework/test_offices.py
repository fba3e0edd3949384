from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.casework.events import closing, handling, offices, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.guards import MAX_OFFICE_LOG
from protocol.casework.offices import (
    enabled_at,
    followed_by,
    goes_back,
    hub_of,
    is_due,
    office_name,
    refused_of,
)
from protocol.casework.persons import is_recused, refused_to
from protocol.casework.rules import CaseRules
from protocol.casework.table import ACTIONS, BY_BODY, enabled, refusal
from protocol.catalogue.items.kinds import InName, NodeKind, Tier
from protocol.catalogue.items.parts import FlowNode
from protocol.catalogue.items.rules import IllegalError
from protocol.envelope.payloads import Outcome
from protocol.ids import NodeId
from protocol.records.taken_in import Owed
from protocol.trust.roster import Role, Roster, RosterEntry, State
from protocol.trust.schedule import local_time
from tests.protocol.casework.walks import OFFICE, Walk, body_of, flows, rules_with, with_township

OTHER = NodeId("b2" * 8)
CHECKED = with_township(rules_with(NodeKind.REVIEW), 1)  # accepted and looked at; county decides
DECIDED = with_township(rules_with(), 1)  # accepted and decided by the township
GIVEN = offices.OfficeGiven(office=OFFICE, name="水口镇社会事务办公室", key="0b" * 8)


def handed(rules: CaseRules) -> Walk:
    walk = Walk(rules)
    assert is_due(walk.status, rules)
    walk.happens(GIVEN, by="")
    return walk


def said(walk: Walk, body: AnyBody, by: str = "农梅") -> Event:
    """What the office says it has done next."""
    return Event(n=walk.status.n + 1, at_ms=walk.events[-1].at_ms, by=by, body=body)


def refused(walk: Walk, body: AnyBody, by: str = "农梅", office: NodeId = OFFICE) -> str:
    return refused_of(said(walk, body, by), walk.status, walk.rules, office)


def names(walk: Walk, office: NodeId = OFFICE) -> set[str]:
    return {step.action for step in enabled_at(walk.status, walk.rules, office)}


def test_an_office_accepts_and_looks_and_the_county_decides() -> None:
    walk = handed(CHECKED)
    assert names(walk) == {
        *("accept", "ask-correction", "not-accept", "take", "step-aside", "return-to-county")
    }
    walk.happens(opening.Accepted(node="n0"), by="农梅")
    assert not goes_back(walk.status, CHECKED)
    assert "pass" in names(walk)
    assert "decide" not in names(walk)
    walk.happens(handling.Passed(node="n0", next="decision"), by="农梅")
    assert [*followed_by(walk.status, CHECKED)] == [offices.OfficeReturned()]
    walk.happens(offices.OfficeReturned(), by="")
    assert not is_due(walk.status, CHECKED)
    assert refusal(ACTIONS["decide"], walk.status, CHECKED) == ""


def test_an_office_decides_what_it_was_given_to_decide() -> None:
    walk = handed(DECIDED)
    walk.happens(opening.Accepted(node="decision"), by="农梅")
    assert "decide" in names(walk)
    walk.happens(closing.Decided(outcome=Outcome.APPROVED), by="黄镇长")
    assert goes_back(walk.status, DECIDED)


def test_nobody_but_the_owner_of_a_log_goes_on_with_it() -> None:
    walk = handed(CHECKED)
    assert [step.action for step in enabled(walk.status, CHECKED)] == ["reclaim"]
    assert "水口镇社会事务办公室" in refusal(ACTIONS["accept"], walk.status, CHECKED)
    assert names(walk, OTHER) == set()
    body = opening.Accepted(node="n0")
    assert refused(walk, body) == ""
    assert refused(walk, body, office=OTHER) == "这一件不在您的乡镇办理"
    walk.happens(offices.OfficeReclaimed(note="换机"))
    assert refused(walk, body) == "这一件不在您的乡镇办理"


def test_what_was_taken_back_stays_until_somebody_gives_it_again() -> None:
    walk = handed(CHECKED)
    walk.happens(offices.OfficeReclaimed(note="乡镇电脑损坏"))
    assert not is_due(walk.status, CHECKED)
    assert "accept" in {step.action for step in enabled(walk.status, CHECKED)}
    walk.happens(offices.OfficeWanted())
    assert is_due(walk.status, CHECKED)
    walk.happens(GIVEN, by="")
    assert walk.status.turn == 5


def test_an_office_reclaims_nothing_and_terminates_nothing() -> None:
    walk = handed(CHECKED)
    for body in (offices.OfficeReclaimed(note="x"), closing.Terminated(note="x")):
        assert refused(walk, body) == "这一步只能由县里办"


def test_an_office_does_not_decide_where_the_county_does() -> None:
    walk = handed(CHECKED)
    walk.happens(opening.Accepted(node="decision"))
    decided = closing.Decided(outcome=Outcome.APPROVED)
    assert refused(walk, decided) == "本事项由县里决定"


def test_an_office_does_not_accept_what_the_county_accepts() -> None:
    rules = replace(DECIDED, acceptance=None)
    walk = Walk(rules)
    assert not is_due(walk.status, rules)
    walk.happens(opening.Accepted(node="decision"))
    assert is_due(walk.status, rules)
    walk.happens(GIVEN, by="")
    assert refused(walk, opening.CorrectionAsked(note="缺页")) == "本事项由县里受理"


@given(rules=flows, turns=st.lists(st.integers(0, 100), max_size=30))
def test_an_office_keeps_a_case_only_where_it_works_on_it(
    rules: CaseRules, turns: list[int]
) -> None:
    walk = Walk(rules)
    for turn in turns:
        walk.go(turn)
        assert not goes_back(walk.status, rules)
        if walk.status.office:
            for step in enabled_at(walk.status, rules, OFFICE):
                if not refused_to(step, walk.status, rules, "农梅"):
                    assert not refused(walk, body_of(step, walk.status, rules))


@pytest.mark.parametrize(
    "said",
    [
        {"tier": Tier.TOWNSHIP, "kind": NodeKind.PUBLICITY},
        {"tier": Tier.TOWNSHIP, "kind": NodeKind.JOINT},
        {"tier": Tier.TOWNSHIP, "kind": NodeKind.DELIVERY},
        {"office": "社会事务办公室", "kind": NodeKind.REVIEW},
        {"in_name": InName.TOWNSHIP, "kind": NodeKind.DECISION},
    ],
)
def test_a_node_says_of_a_township_only_what_one_does(said: dict[str, object]) -> None:
    with pytest.raises(IllegalError):
        FlowNode(id="n", name="环节", **said)  # type: ignore[arg-type]


def test_who_accepts_at_an_office_does_not_decide_there() -> None:
    walk = handed(DECIDED)
    walk.happens(opening.Accepted(node="decision"), by="农梅")
    decided = closing.Decided(outcome=Outcome.APPROVED)
    for name in ("农梅", "农梅 ", "农 梅"[:1] + "梅"):
        assert "受理的人不能作决定" in refused(walk, decided, by=name)
    assert refused(walk, decided, by="黄镇长") == ""
    assert refused(walk, decided, by="") == "没有写明是谁办的"
    walk.rules = replace(DECIDED, instant=True)  # decided on the spot: one person may
    assert refused(walk, decided) == ""


def test_who_stepped_aside_does_nothing_more_but_return_it() -> None:
    walk = handed(CHECKED)
    walk.happens(handling.HandlerTook())
    assert refused(walk, handling.Recused(who="黄镇长", note="亲属")) == "只能自己回避"
    walk.happens(handling.Recused(who="农梅", note="亲属"))
    assert walk.status.holder == ""
    accepted = opening.Accepted(node="n0")
    assert "已回避" in refused(walk, accepted)
    assert "已回避" in refused(walk, handling.HandlerTook())
    assert refused(walk, accepted, by="黄镇长") == ""
    assert refused(walk, offices.OfficeReturned()) == ""
    walk.happens(offices.OfficeReturned())  # by its own word: it does not come again by itself
    assert not is_due(walk.status, CHECKED)
    assert not is_recused(walk.status, "农梅")  # somebody else at the county


def test_nobody_acts_on_what_a_colleague_has_taken_on() -> None:
    walk = handed(CHECKED)
    walk.happens(handling.HandlerTook(), by="黄镇长")
    for body in (opening.Accepted(node="n0"), handling.HandlerTook()):
        assert "由黄镇长接办" in refused(walk, body)
        assert refused(walk, body, by="黄镇长") == ""
    for way in (handling.HandlerGaveBack(), offices.OfficeReturned()):
        assert refused(walk, way) == ""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (opening.Accepted(node="decision"), "第一个环节"),
        (opening.Accepted(node="n0", note="\u202e倒"), "看不见"),
        (opening.NotAccepted(), "理由"),
        (opening.CorrectionAsked(), "要改什么"),
        (opening.CorrectionAsked(note="缺页", approver="韦局"), "别人审批"),
        (opening.CorrectionAsked(note="缺页", until="1970-01-02"), "最后期限"),
        (opening.Accepted(node="n0", owed=(Owed(material="p", until="1970-01-02"),)), "最后期限"),
    ],
)
def test_what_no_honest_office_writes_is_refused(body: AnyBody, why: str) -> None:
    assert why in refused(handed(CHECKED), body)


def test_the_day_itself_is_not_too_early_for_a_last_day() -> None:
    """What a handler may set for today is not taken away with the whole turn."""
    walk = handed(CHECKED)
    today = local_time(walk.events[-1].at_ms).date().isoformat()
    owed = (Owed(material="p", until=today),)
    for body in (
        opening.CorrectionAsked(note="缺页", until=today),
        opening.Accepted(node="n0", owed=owed),
    ):
        assert refused(walk, body) == ""


def test_an_office_skips_no_node_and_decides_nothing_else() -> None:
    walk = handed(with_township(rules_with(NodeKind.REVIEW, NodeKind.REVIEW), 3))
    walk.happens(opening.Accepted(node="n0"))
    assert "下一个环节" in refused(walk, handling.Passed(node="n0", next="decision"))
    walk.happens(handling.Passed(node="n0", next="n1"))
    assert "上一个环节" in refused(walk, handling.SentBack(node="n1", next="n1", note="重查"))
    walk.happens(handling.Passed(node="n1", next="decision"))
    ended = closing.Decided(outcome=Outcome.ENDED)
    assert "准予或不予" in refused(walk, ended, by="黄镇长")


def test_a_log_that_an_office_lets_grow_goes_back_and_comes_no_more() -> None:
    walk = handed(CHECKED)
    for _ in range(MAX_OFFICE_LOG // 2):
        walk.happens(handling.HandlerTook())
        walk.happens(handling.HandlerGaveBack())
    assert "太多" in refused(walk, handling.HandlerTook())
    assert refused(walk, offices.OfficeReturned()) == ""
    walk.happens(offices.OfficeReturned(), by="")
    assert not is_due(walk.status, CHECKED)
    assert "太多" in refusal(BY_BODY[offices.OfficeGiven], walk.status, CHECKED)


def _roster(**nodes: RosterEntry) -> Roster:
    return Roster(edition=None, delegation=None, nodes={NodeId(n): e for n, e in nodes.items()})  # type: ignore[arg-type]


def _entry(role: Role, code: str, parent: str = "", state: State = State.ACTIVE) -> RosterEntry:
    return RosterEntry(role=role, state=state, code=code, name="水口镇", parent=parent)


def test_the_office_of_a_village_is_its_townships_wherever_its_pc_calls() -> None:
    hub, far = _entry(Role.HUB, "451423103000"), _entry(Role.HUB, "451423104000")
    below = _entry(Role.STATION, "451423103201", parent="hub")
    away = _entry(Role.STATION, "451423103202", parent="far")
    alone = _entry(Role.STATION, "451423105201", parent="hub")
    roster = _roster(hub=hub, far=far, below=below, away=away, alone=alone)
    assert hub_of(roster, NodeId("below")) == "hub"
    assert hub_of(roster, NodeId("away")) == "hub"
    assert hub_of(roster, NodeId("alone")) is None
    assert hub_of(roster, NodeId("nobody")) is None
    assert office_name(roster, NodeId("hub"), "社会事务办公室") == "水口镇社会事务办公室"


def test_a_hub_that_was_withdrawn_has_no_office() -> None:
    hub = _entry(Role.HUB, "451423103000", state=State.RETIRED)
    roster = _roster(hub=hub, below=_entry(Role.STATION, "451423103201", parent="hub"))
    assert hub_of(roster, NodeId("below")) is None
