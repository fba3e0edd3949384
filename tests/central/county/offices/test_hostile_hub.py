"""Whoever runs a hub, or stole its PC, lies to the county: nothing of it changes what is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from central.county.departments.ports import PersonStand
from central.county.flows.log import Acts, By
from central.county.flows.service import Wanted
from central.county.offices.models import OfficeInboxRow
from central.county.offices.taking import _was_given
from protocol.casework.events import closing, handling, offices, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.events.wire import read_events
from protocol.casework.guards import MAX_OFFICE_LOG
from protocol.codec import altered, pack
from protocol.envelope.office_payloads import OfficeCase
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import StepForbiddenError
from protocol.ids import NodeId
from protocol.trust.roster import Drained, State
from tests.central.county.centre import Centre
from tests.central.county.offices.scene import OWN, Office

ACCEPTED = opening.Accepted(node="r")
PASSED = handling.Passed(node="r", next="d")
RETURNED = offices.OfficeReturned()
DECIDED = closing.Decided(outcome=Outcome.APPROVED)
HEAD = By(name="黄局")
BEGUN = ["received", "office-given"]
ENDED = [*BEGUN, "office-reclaimed"]


async def note_of(office: Office, given: OfficeCase) -> str:
    """Why its turn ended, as the log says."""
    return (await office.centre.county.flows.life(given.case)).events[-1].body.note


@pytest.mark.parametrize(
    ("body", "by", "why"),
    [
        (opening.Accepted(node="d"), "农梅", "第一个环节"),
        (ACCEPTED, "", "没有写明是谁办的"),
        (ACCEPTED, "黄\u200b局", "没有写明是谁办的"),
        (opening.NotAccepted(), "农梅", "理由"),
        (opening.CorrectionAsked(note="缺页", approver="黄局"), "农梅", "别人审批"),
        (handling.Recused(who="黄局", note="亲属"), "农梅", "只能自己回避"),
        (closing.Terminated(note="x"), "农梅", "只能由县里办"),
        (offices.OfficeReclaimed(note="x"), "农梅", "只能由县里办"),
    ],
)
async def test_what_no_office_may_do_ends_its_turn_and_says_why(
    office: Office, body: AnyBody, by: str, why: str
) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    await office.says(given, body, by=by)
    assert await office.kinds(given) == ENDED
    assert why in await note_of(office, given)


async def test_what_an_office_dates_ahead_happened_when_it_came(office: Office) -> None:
    """Else it would give itself a later end of every limit that runs from there."""
    await office.open()
    given = await office.given(await office.centre.village())
    await office.says(given, ACCEPTED, later_ms=30 * 86_400_000)
    life = await office.centre.county.flows.life(given.case)
    assert await office.kinds(given) == [*BEGUN, "accepted"]
    assert life.status.accepted_ms == office.centre.clock.now_ms()


async def test_who_accepts_at_an_office_does_not_decide_whatever_its_program_says(
    office: Office,
) -> None:
    await office.open()
    given = await office.given(await office.centre.village(), OWN)
    await office.says(given, opening.Accepted(node="d"), DECIDED)
    assert await office.kinds(given) == [*BEGUN, "accepted", "office-reclaimed"]
    assert "受理的人不能作决定" in await note_of(office, given)


async def test_who_stepped_aside_at_an_office_does_nothing_more(office: Office) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    stepped = handling.Recused(who="农梅", note="申请人的姐姐")
    await office.says(given, stepped, ACCEPTED)
    assert await office.kinds(given) == [*BEGUN, "recused", "office-reclaimed"]
    assert "已回避" in await note_of(office, given)
    by = By(name="农梅")  # another person of that name, at the county
    done = await office.centre.county.flows.act(given.case, Wanted(action="accept"), by)
    assert done.status.accepter == "农梅"


async def test_an_office_names_no_right_of_the_county(office: Office) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    await office.says(given, ACCEPTED, by="黄局")  # says that it acts by a delegation
    life = await office.centre.county.flows.life(given.case)
    assert life.events[-1].right == "水口镇社会事务办公室"


async def test_other_words_under_numbers_that_are_taken_end_the_turn(office: Office) -> None:
    """A copy of the office was set back, and goes another way."""
    await office.open()
    given = await office.given(await office.centre.village())
    await office.says(given, ACCEPTED)
    other = opening.NotAccepted(note="不归本县")
    await office.says(given, other)
    assert await office.kinds(given) == [*BEGUN, "accepted", "office-reclaimed"]
    assert (await office.answers())[-1].over


async def test_bytes_that_are_no_event_end_the_turn_and_stop_nobody_else(office: Office) -> None:
    await office.open()
    first = await office.given(await office.centre.village())
    second = await office.given(await office.centre.village())
    await office.repeats(first, [b"\xc1 no event"], turn=first.turn)
    await office.says(second, ACCEPTED)
    assert await office.kinds(first) == ENDED
    assert await office.kinds(second) == [*BEGUN, "accepted"]
    assert await office.centre.rows(OfficeInboxRow) == []


async def test_events_of_a_newer_program_wait_and_stop_nobody(office: Office) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    newer = pack({"n": 3, "at_ms": 1, "by": "农梅", "body": {"kind": "of-tomorrow"}})
    await office.repeats(given, [newer], turn=given.turn)
    assert await office.kinds(given) == BEGUN
    assert await office.centre.rows(OfficeInboxRow) == []  # whole, where all such wait
    await office.says(given, ACCEPTED)
    assert await office.kinds(given) == [*BEGUN, "accepted"]


async def test_numbers_in_any_other_order_end_the_turn(office: Office) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    at_ms = read_events(given.events)[-1].at_ms
    twice = [Event(n=3, at_ms=at_ms, by="农梅", body=ACCEPTED)] * 2
    await office.repeats(given, [*twice, Event(n=9, at_ms=at_ms, by="农梅", body=PASSED)])
    assert await office.kinds(given) == [*BEGUN, "accepted", "office-reclaimed"]


async def test_what_comes_after_the_turn_changes_nothing(office: Office) -> None:
    await office.open()
    given, flows = await office.given(await office.centre.village()), office.centre.county.flows
    await office.says(given, ACCEPTED)
    await flows.act(given.case, Wanted(action="reclaim", note="不答复"), HEAD)
    await flows.act(given.case, Wanted(action="to-office"), HEAD)
    await office.centre.county.offices.look()
    again = (await office.cases())[-1]
    before = await office.kinds(given)
    await office.says(given, ACCEPTED, PASSED, RETURNED)  # of the turn that is over
    await office.repeats(given, [Event(n=9, at_ms=1, by="农梅", body=PASSED)], turn=4, first=5)
    assert await office.kinds(given) == before
    late = (await office.answers())[-1]
    assert (late.turn, late.upto, late.over, late.code) == (2, 3, True, "case.not-ours")
    await office.says(again, PASSED)
    assert (await office.kinds(given))[-2:] == ["passed", "office-returned"]


async def test_a_hub_hears_nothing_of_a_case_that_was_never_its_own(
    office: Office, centre: Centre
) -> None:
    village = await centre.village()
    await centre.bring(village.submit())  # of the county alone
    (case,) = await centre.cases()
    await office.open()
    given = await office.given(await centre.village())
    before = await office.mail()
    for turn in (2, 3, 500):
        of = {"station": village.node, "application": case["application"]}
        stranger = altered(given, **{name: bytes.fromhex(one) for name, one in of.items()})
        await office.repeats(stranger, [pack(1)], turn=turn, first=turn + 1)
    assert await office.mail() == before
    assert len((await centre.county.flows.life(case["case"])).events) == 1


def test_a_turn_is_that_of_its_own_hub_alone() -> None:
    """Of two hubs, the one that had no turn is not even told that there is such a case."""
    mine, other = NodeId("a1" * 8), NodeId("b2" * 8)
    given = offices.OfficeGiven(office=mine, name="水口镇", key="0b" * 8)
    bodies: tuple[AnyBody, ...] = (opening.Received(), given)
    events = [Event(n=n, at_ms=n, by="", body=body) for n, body in enumerate(bodies, 1)]
    assert [turn for turn in range(4) if _was_given(events, turn, mine)] == [2]
    assert not any(_was_given(events, turn, other) for turn in range(4))


async def test_a_case_that_somebody_returns_does_not_come_again_by_itself(office: Office) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    await office.says(given, RETURNED)
    for _ in range(3):
        await office.centre.county.offices.look()
    assert await office.kinds(given) == [*BEGUN, "office-returned"]
    await office.centre.county.flows.act(given.case, Wanted(action="to-office"), HEAD)
    await office.centre.county.offices.look()
    assert (await office.kinds(given))[-1] == "office-given"


async def test_returning_by_itself_where_it_does_not_is_refused(office: Office) -> None:
    """Else a hub and its county would give a case to each other for ever."""
    await office.open()
    given = await office.given(await office.centre.village())
    await office.says(given, RETURNED, by="")
    await office.centre.county.offices.look()
    assert await office.kinds(given) == ENDED


async def test_a_log_that_was_made_long_goes_back_and_stops_no_other_case(office: Office) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    grown: list[AnyBody] = [handling.HandlerTook(), handling.HandlerGaveBack()] * (
        MAX_OFFICE_LOG // 2 + 1
    )
    await office.says(given, *grown)
    kinds = await office.kinds(given)
    assert (len(kinds), kinds[-1]) == (2 + MAX_OFFICE_LOG + 1, "office-reclaimed")
    await office.centre.county.flows.act(given.case, Wanted(action="accept"), HEAD)
    await office.centre.county.offices.look()
    other = await office.given(await office.centre.village())
    assert other.case != given.case


async def test_whoever_is_named_as_a_holder_can_be_removed_at_the_county(
    office: Office, centre: Centre
) -> None:
    """What hands over the cases of somebody who leaves writes nothing into an office's log."""
    await office.open()
    given = await office.given(await centre.village())
    await office.says(given, handling.HandlerTook(), by="黄局")
    standing, gone = centre.county.departments._standing, PersonStand(name="黄局")
    transact = centre.relay.store.transact
    assert await transact(lambda session: standing.standing(session, gone)) == 0
    to = PersonStand(name="韦局")
    await transact(lambda session: standing.move(session, gone, to, "韦局"))
    assert await office.kinds(given) == [*BEGUN, "taken"]


async def test_the_key_of_a_pc_that_was_lost_opens_nothing_more(
    office: Office, centre: Centre
) -> None:
    await office.open()
    with lost_hub(office):
        await centre.bring((await centre.village()).submit(item="low-income", release=2))
        await centre.county.offices.look()
        assert await office.cases() == []
    await centre.county.offices.look()
    assert len(await office.cases()) == 1


@pytest.mark.parametrize("state", [None, State.SUSPENDED, State.DRAINING])
async def test_a_lost_or_withdrawn_pc_works_on_no_case(office: Office, state: State | None) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    with lost_hub(office, state):
        await office.says(given, ACCEPTED)
    assert await office.kinds(given) == BEGUN
    assert await office.centre.rows(OfficeInboxRow) == []
    await office.centre.county.offices.reclaim(office.hub.node, "电脑失窃", HEAD)
    assert await office.kinds(given) == ENDED


@contextmanager
def lost_hub(office: Office, state: State | None = None) -> Iterator[None]:
    """Its PC was replaced, or it is in this state, as far as the rooms of offices see."""
    made, hub = office.centre.county.offices, office.hub.node
    roster = office.centre.relay.editions.roster
    entry = roster.nodes[hub]
    assert entry.keys is not None
    signing = entry.keys.signing
    if state is None:
        new = altered(entry.keys, signing=b"n" * 32)
        drained = (Drained(signing=(signing,), tls=(b"t" * 32,)),)
        changed = altered(entry, keys=new, former=(), drained=drained)
    else:
        changed = altered(entry, state=state)
    nodes = SimpleNamespace(roster=replace(roster, nodes={**roster.nodes, hub: changed}))
    parts: tuple[Any, ...] = (made.giving.words.sealing, made.taking)
    before = [one.nodes for one in parts]
    for one in parts:
        object.__setattr__(one, "nodes", nodes)
    yield
    for one, kept in zip(parts, before, strict=True):
        object.__setattr__(one, "nodes", kept)


async def test_who_stepped_aside_at_the_county_does_nothing_more(centre: Centre) -> None:
    village, flows = await centre.village(), centre.county.flows
    await centre.bring(village.submit())
    (case,) = [one["case"] for one in await centre.cases()]
    lan, mei = By(name="韦兰"), By(name="农梅")
    await flows.act(case, Wanted(action="take"), lan)
    done = await flows.act(case, Wanted(action="step-aside", note="亲属"), lan)
    assert (done.status.holder, done.status.recused) == ("", ("韦兰",))
    for action in ("accept", "take", "not-accept"):
        with pytest.raises(StepForbiddenError, match="已回避"):
            await flows.act(case, Wanted(action=action, note="x"), lan)
    with pytest.raises(StepForbiddenError, match="已回避"):
        await flows.act(case, Wanted(action="hand-over", fields={"to": "韦兰"}), mei)
    assert (await flows.act(case, Wanted(action="accept"), mei)).status.accepter == "农梅"
    assert lan.acts is Acts.OWNER  # also for a command on the county's machine
