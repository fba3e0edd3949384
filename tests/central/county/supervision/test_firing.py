"""Each rule at the day on which it is reached, on the case that it is about and no other."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from central.county.supervision.firing import Looked, firings
from central.county.supervision.ports import Charge
from central.county.supervision.rules import (
    MAX_MINUTES,
    MAX_OVER,
    MAX_PERCENT,
    MAX_RULES,
    MAX_RULES_BYTES,
    RULES,
    At,
    Rung,
    read_rules,
    read_yellow,
    rules_text,
    yellow_of,
)
from central.county.supervision.silence import happenings
from central.county.supervision.words import LIGHTS, RUNGS
from protocol.casework.clocks import NEWEST
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.fold import fold
from protocol.casework.lights import LIGHT_WORDS, USUAL
from protocol.casework.rules import CaseRules
from protocol.catalogue.calendars.due import read_limit
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.handling import Handling, Silence
from protocol.catalogue.items.kinds import NodeKind, Starts
from protocol.catalogue.items.parts import FlowNode, Limits
from protocol.envelope.payloads import Outcome
from protocol.errors import UsageError
from protocol.records.taken_in import Owed
from tests.protocol.casework.lives import ACCEPTED, DATA, RECEIVED, VILLAGE, Moment, at, ms, rules

Fired = dict[str, list[str]]


def looked(
    now: str, of: CaseRules, *happened: Moment, calendars: Mapping[int, Calendar] = DATA
) -> Looked:
    events = [
        Event(n=n, at_ms=ms(when), by="农梅", body=body)
        for n, (when, body) in enumerate(happened, start=1)
    ]
    return Looked(
        status=fold(events),
        rules=of,
        events=events,
        calendars=calendars,
        thresholds=USUAL,
        now=at(now),
    )


def fired(case: Looked) -> Fired:
    found: Fired = {}
    for one in firings(case, RULES):
        found.setdefault(f"{one.rule}{one.subject}", []).append(one.rung.value)
    return found


@pytest.mark.parametrize(
    ("now", "reached"),
    [
        ("2026-05-13T09:00", []),
        ("2026-05-14T09:00", ["reminder"]),  # two of ten left
        ("2026-05-15T09:00", ["reminder", "warning"]),  # one working day before
        ("2026-05-18T23:59", ["reminder", "warning"]),
        ("2026-05-19T00:00", ["reminder", "warning", "yellow"]),
        ("2026-05-22T09:00", ["reminder", "warning", "yellow", "red"]),  # four over
        ("2026-06-02T09:00", ["reminder", "warning", "yellow", "red", "letter"]),
    ],
)
def test_a_promise_climbs_rung_by_rung(now: str, reached: list[str]) -> None:
    case = looked(now, rules(), RECEIVED, ACCEPTED)
    assert fired(case).get("promised", []) == reached


def test_a_promise_that_ends_on_a_friday_is_late_on_saturday() -> None:
    nine = Limits(promised=read_limit("9wd"))
    late = looked("2026-05-16T00:00", rules(limits=nine), RECEIVED, ACCEPTED)
    assert fired(late)["promised"] == ["reminder", "warning", "yellow"]


def test_a_node_is_late_although_the_whole_is_not() -> None:
    case = looked("2026-05-09T09:00", rules(), RECEIVED, ACCEPTED)
    assert fired(case) == {"node审核": ["warning", "yellow"]}


def test_the_department_that_was_asked_answers_for_a_late_opinion() -> None:
    asked = ("2026-05-06T09:00", handling.OpinionAsked(department="县残联", until="2026-05-08"))
    case = looked("2026-05-09T09:00", rules(department="县民政局"), RECEIVED, ACCEPTED, asked)
    found = {one.rule: one.department for one in firings(case, RULES)}
    assert (found["opinion"], found["node"]) == ("县残联", "县民政局")


def test_what_the_way_made_late_is_another_rule_and_no_card() -> None:
    village = rules(Starts.VILLAGE)
    came = ("2026-05-11T09:00", VILLAGE)
    assert fired(looked("2026-05-12T09:00", village, came)) == {"transport": ["warning"]}
    own = fired(looked("2026-05-20T09:00", village, came))
    assert own == {"acceptance": ["warning", "red"]}


def test_who_should_have_accepted_answers_for_what_nobody_accepted() -> None:
    posted = rules(acceptance=FlowNode(id="in", kind=NodeKind.ACCEPTANCE, name="受理", post="窗口"))
    back = (("2026-04-30T10:00", opening.Transferred(note="x", where="县残联")),
            ("2026-04-30T11:00", opening.TakenBack(note="属于本县")))  # fmt: skip
    for before in ((), (ACCEPTED, *back)):
        case = looked("2026-05-20T09:00", posted, RECEIVED, *before)
        assert {one.post for one in firings(case, RULES)} == {"窗口"}


def test_a_second_correction_is_red_and_the_first_is_not() -> None:
    first = ("2026-04-29T10:00", opening.CorrectionAsked(note="缺页"))
    again = ("2026-05-07T10:00", opening.CorrectionAsked(note="缺章"))
    came = ("2026-05-06T10:00", opening.Corrected())
    assert fired(looked("2026-05-06T09:00", rules(), RECEIVED, first)) == {}
    second = looked("2026-05-07T11:00", rules(), RECEIVED, first, came, again)
    assert fired(second) == {"second-correction": ["red"]}


def test_what_happens_again_is_another_card() -> None:
    asked = ("2026-04-29T10:00", opening.CorrectionAsked(note="缺页"))
    came = ("2026-04-29T11:00", opening.Corrected())
    third = looked("2026-04-29T12:00", rules(), RECEIVED, asked, came, asked, came, asked)
    assert since(third, "second-correction") == ["3"]
    refused = ("2026-04-29T10:00", opening.NotAccepted())
    back = ("2026-04-29T11:00", opening.TakenBack(note="属于本县"))
    twice = looked("2026-04-29T12:00", rules(), RECEIVED, refused, back, refused)
    assert since(twice, "no-reason") == ["2", "4"]
    missed = (("2026-05-06T09:00", handling.PaperMissed(material=one)) for one in ("a", "b"))
    papers = looked("2026-05-06T10:00", rules(), RECEIVED, ACCEPTED, *missed)
    assert {one.subject for one in firings(papers, RULES) if "：" in one.words} >= {"a", "b"}


def since(case: Looked, rule: str) -> list[str]:
    return [one.since for one in firings(case, RULES) if one.rule == rule]


@pytest.mark.parametrize(
    ("body", "is_red"),
    [
        (opening.NotAccepted(note="  "), True),
        (opening.NotAccepted(note="不属于本县"), False),
    ],
)
def test_a_refusal_without_a_reason_is_red(body: AnyBody, is_red: bool) -> None:
    case = looked("2026-05-06T09:00", rules(), RECEIVED, ("2026-05-06T08:00", body))
    assert ("no-reason" in fired(case)) is is_red


@pytest.mark.parametrize(
    ("outcome", "is_red"), [(Outcome.REFUSED, True), (Outcome.APPROVED, False)]
)
def test_a_decision_needs_its_reason_only_where_it_refuses(outcome: Outcome, is_red: bool) -> None:
    decided = ("2026-05-06T09:00", closing.Decided(outcome=outcome))
    accepted = ("2026-04-30T09:00", opening.Accepted(node="decide"))
    case = looked("2026-05-06T10:00", rules(), RECEIVED, accepted, decided)
    assert ("no-reason" in fired(case)) is is_red


def test_a_special_procedure_that_overruns_has_a_card_of_its_own() -> None:
    begun = ("2026-05-06T09:00", handling.Suspended(procedure="专家评审", planned="3wd"))
    case = looked("2026-05-11T09:00", rules(), RECEIVED, ACCEPTED, begun)
    assert fired(case) == {"special专家评审": ["yellow"]}


def test_the_same_limit_can_be_late_twice_and_the_two_are_told_apart() -> None:
    """Sent back, a node has its limit anew."""
    passed = ("2026-05-11T09:00", handling.Passed(node="look", next="decide"))
    back = ("2026-05-12T09:00", handling.SentBack(node="decide", next="look", note="再看"))
    one = looked("2026-05-09T09:00", rules(), RECEIVED, ACCEPTED)
    two = looked("2026-05-20T09:00", rules(), RECEIVED, ACCEPTED, passed, back)
    since = [
        {each.since for each in firings(case, RULES) if each.rule == "node"} for case in (one, two)
    ]
    assert since == [{"2026-04-30T09:00"}, {"2026-05-12T09:00"}]


@pytest.mark.parametrize(
    ("decided", "is_given"), [("2026-04-30T09:09", True), ("2026-04-30T09:10", False)]
)
def test_what_was_only_written_in_is_told(decided: str, is_given: bool) -> None:
    passed = ("2026-04-30T09:05", handling.Passed(node="look", next="decide"))
    end = (decided, closing.Decided(outcome=Outcome.APPROVED))
    case = looked("2026-04-30T10:00", rules(), RECEIVED, ACCEPTED, passed, end)
    assert fired(case) == ({"outside受理至决定一次补录": ["warning"]} if is_given else {})
    instant = looked("2026-04-30T10:00", rules(instant=True), RECEIVED, ACCEPTED, passed, end)
    straight = looked("2026-04-30T10:00", rules(), RECEIVED, ACCEPTED, end)
    assert fired(instant) == fired(straight) == {}


@pytest.mark.parametrize(("day", "is_given"), [("2026-04-28", True), ("2026-04-29", False)])
def test_a_poster_from_before_the_receipt_is_told(day: str, is_given: bool) -> None:
    posted = ("2026-04-30T10:00", handling.PublicityBegun(day=day))
    case = looked("2026-04-30T11:00", rules(), RECEIVED, ACCEPTED, posted)
    assert ("outside公示早于收件" in fired(case)) is is_given


def test_a_poster_from_after_the_window_is_none_of_it() -> None:
    """At the window on 24 April, at the county in May."""
    accepted = ("2026-05-11T09:30", opening.Accepted(node="look"))
    posted = ("2026-05-11T10:00", handling.PublicityBegun(day="2026-04-29"))
    case = looked("2026-05-11T11:00", rules(), ("2026-05-11T09:00", VILLAGE), accepted, posted)
    assert since(case, "outside") == []


def test_money_that_no_sheet_explains_is_red() -> None:
    case = replace(
        looked("2026-04-30T11:00", rules(), RECEIVED, ACCEPTED),
        charges=[Charge(n=2, words="金额与所指的一笔不一致")],
    )
    assert fired(case) == {"charged金额与所指的一笔不一致": ["red"]}
    assert since(case, "charged") == ["2"]


# rules as data


def test_rules_are_read_as_they_are_written() -> None:
    assert read_rules(rules_text(RULES).encode()) == RULES


def _raw(**changed: Any) -> bytes:
    rule = {"id": "x", "word": "字", "trigger": "limit", "rungs": [{"rung": "red"}], **changed}
    return json.dumps([rule]).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"[]",
        b"{",
        _raw(id=""),
        _raw(trigger="weather"),
        _raw(rungs=[]),
        _raw(minutes=MAX_MINUTES + 1),
        _raw(rungs=[{"rung": "red"}, {"rung": "red", "over": 2}]),
        _raw(rungs=[{"rung": "red", "over": MAX_OVER + 1}]),
        rules_text([*RULES, RULES[0]]).encode(),
        b"[" + b" " * MAX_RULES_BYTES + b"]",
    ],
)
def test_what_is_no_set_of_rules_is_refused(raw: bytes) -> None:
    with pytest.raises(UsageError, match="监察规则"):
        read_rules(raw)


def test_as_many_rules_as_may_be_and_one_more() -> None:
    many = json.loads(_raw()) * MAX_RULES
    numbered = [{**one, "id": f"r{n}"} for n, one in enumerate(many)]
    assert len(read_rules(json.dumps(numbered).encode())) == MAX_RULES
    with pytest.raises(UsageError, match=str(MAX_RULES)):
        read_rules(json.dumps([*numbered, {**many[0], "id": "more"}]).encode())


def test_yellow_may_begin_so_early_and_no_earlier() -> None:
    assert yellow_of(MAX_PERCENT, 0, 0).percent == MAX_PERCENT
    with pytest.raises(UsageError, match="黄灯"):
        yellow_of(MAX_PERCENT + 1, 0, 0)
    with pytest.raises(UsageError, match="黄灯"):
        read_yellow('{"percent": 20}')


def test_every_rung_and_light_has_its_word_in_order() -> None:
    assert list(RUNGS) == [one.value for one in Rung]
    assert list(LIGHTS.items()) == [(one.value, word) for one, word in LIGHT_WORDS.items()]
    assert At(rung=Rung.RED, over=MAX_OVER).over == MAX_OVER


# what silence does


def kinds(case: Looked, release: int = 7) -> list[str]:
    return [type(one).__name__ for one in happenings(case, release)]


def test_silence_accepts_only_where_the_item_says_so_and_only_once_it_is_over() -> None:
    says = rules(handling=Handling(by_default=True))
    assert kinds(looked("2026-05-09T23:59", says, RECEIVED)) == []
    (body,) = happenings(looked("2026-05-10T00:00", says, RECEIVED), 7)
    assert isinstance(body, opening.AcceptedByDefault)
    assert (body.node, body.calendar) == ("look", 7)
    assert kinds(looked("2026-06-10T00:00", rules(), RECEIVED)) == []


def test_a_correction_lapses_only_where_the_item_says_so() -> None:
    asked = ("2026-04-29T10:00", opening.CorrectionAsked(note="缺页", until="2026-05-08"))
    lapses = rules(handling=Handling(lapses=True, correct=read_limit("5wd")))
    assert kinds(looked("2026-05-08T23:00", lapses, RECEIVED, asked)) == []
    assert kinds(looked("2026-05-09T00:00", lapses, RECEIVED, asked)) == ["Lapsed"]
    assert kinds(looked("2026-05-09T00:00", rules(), RECEIVED, asked)) == []


def test_papers_are_missed_one_by_one_and_publicity_ends() -> None:
    owed = tuple(
        Owed(material=name, until=until)
        for name, until in (("photo", "2026-05-08"), ("card", "2026-05-12"))
    )
    accepted = ("2026-04-30T09:00", opening.Accepted(node="look", owed=owed))
    posted = ("2026-04-30T10:00", handling.PublicityBegun(day="2026-04-30"))
    of = rules(publicity=read_limit("7d"))
    case = looked("2026-05-09T00:00", of, RECEIVED, accepted, posted)
    assert [*map(str, kinds(case))] == ["PublicityEnded", "PaperMissed"]


@pytest.mark.parametrize(
    ("silence", "then"), [(Silence.ESCALATE, []), (Silence.GO_ON, ["OpinionRecalled"])]
)
def test_a_silent_department_never_consents(silence: Silence, then: list[str]) -> None:
    asked = ("2026-05-06T09:00", handling.OpinionAsked(department="县残联", until="2026-05-08"))
    of = rules(handling=Handling(silence=silence))
    assert kinds(looked("2026-05-09T00:00", of, RECEIVED, ACCEPTED, asked)) == then


def test_a_new_calendar_moves_what_is_bound_to_an_older_one() -> None:
    more = Calendar(years=DATA[NEWEST].years, off=DATA[NEWEST].off, work=DATA[NEWEST].work,
                    local={at("2026-05-14").date(): "三月三补休"})  # fmt: skip
    accepted = ("2026-04-30T09:00", opening.Accepted(node="look", calendar=1))
    calendars = {1: more, NEWEST: DATA[NEWEST]}
    case = looked("2026-05-06T09:00", rules(), RECEIVED, accepted, calendars=calendars)
    assert kinds(case, 2) == ["DeadlineMoved", "DeadlineMoved"]
    assert kinds(case, 1) == []
