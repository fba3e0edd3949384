"""The clock of a county: each rung once, silence as events, and lights that the log says again."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from central.county.flows.service import Wanted
from central.county.supervision import queries
from central.county.supervision.calls import ListCards
from central.county.supervision.models import LightRow
from central.county.supervision.watch import PAGE
from protocol.casework.events.log import kind_of
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import StepFieldsError, StepNotNowError
from protocol.records.taken_in import TakenIn
from tests.builders.clock import START_MS
from tests.central.county.casework.test_erasure import Noted
from tests.central.county.centre import Centre
from tests.central.county.supervision.scene import CLERK, DAY_MS, case_of, catalogue, given, on
from tests.central.county.village import Village


@pytest.fixture
async def started(centre: Centre) -> tuple[Centre, Village, str]:
    """A case that came on Monday, 21 September 2026."""
    village = await centre.village()
    release = await centre.county.catalogue.publish(catalogue(correct="5wd", lapses=True))
    return centre, village, await case_of(centre, village, release)


async def kinds(centre: Centre, number: str) -> list[str]:
    return [kind_of(one.body) for one in (await centre.county.flows.life(number)).events]


Started = tuple[Centre, Village, str]


async def test_each_rung_is_given_once_however_often_the_clock_looks(started: Started) -> None:
    centre, _, number = started
    await centre.county.flows.act(number, Wanted(action="accept"), CLERK)
    for day in (0, 3, 3, 4, 7, 7):
        await on(centre, day)
    # three working days from Monday: Thursday; the 25th is off
    assert await given(centre) == [(number, "node", "warning"), (number, "node", "yellow")]
    await on(centre, 22)  # promised until 12 October
    await on(centre, 22)
    found = await given(centre)
    assert len(found) == len(set(found))
    assert {one[1:] for one in found} >= {("node", "red"), ("promised", "yellow")}
    card = (await centre.county.supervision.cards.list(ListCards(rung="red"))).cards[0]
    assert (card.department, card.post) == ("县市场监管局", "核查岗")
    assert (card.item, card.item_type, card.month) == ("食品小作坊登记", "01", "2026-10")


async def test_two_processes_give_each_rung_once(started: Started) -> None:
    centre, _, number = started
    await centre.county.flows.act(number, Wanted(action="accept"), CLERK)
    centre.clock.jump_wall(ms=40 * DAY_MS)
    watch = centre.county.supervision.watch
    await asyncio.gather(watch.look(), replace(watch).look(), replace(watch).look())
    found = await given(centre)
    assert len(found) == len(set(found)) == 9  # of the node 3, of the promise 5, of the law 1


async def test_silence_accepts_as_of_the_receipt_and_says_by_which_calendar(
    started: Started,
) -> None:
    centre, _, number = started
    await on(centre, 7)  # the fifth working day is Tuesday, 29 September
    assert await kinds(centre, number) == ["received"]
    await on(centre, 9)
    await on(centre, 9)
    assert await kinds(centre, number) == ["received", "accepted-by-default"]
    life = await centre.county.flows.life(number)
    assert (life.status.accepted_ms, life.status.node) == (life.status.received_ms, "look")
    assert life.status.calendars == (2,)
    assert (number, "acceptance", "red") in await given(centre)


async def test_a_card_of_just_after_midnight_is_of_the_new_month(started: Started) -> None:
    centre, _, number = started
    await centre.county.flows.act(number, Wanted(action="accept"), CLERK)
    centre.clock.jump_wall(ms=9 * DAY_MS + 2 * 3_600_000)  # 1 October, 00:13 in China
    await centre.county.supervision.watch.look()
    cards = (await centre.county.supervision.cards.list(ListCards(limit=200))).cards
    assert {one.month for one in cards} == {"2026-10"}


async def test_while_the_date_is_not_believed_nothing_happens(started: Started) -> None:
    centre, _, number = started
    centre.clock.jump_wall(ms=40 * DAY_MS)
    await replace(centre.county.supervision.watch, believed=lambda: False).look()
    assert (await given(centre), await kinds(centre, number)) == ([], ["received"])


async def test_a_correction_that_never_comes_lapses_and_the_village_is_told(
    started: Started,
) -> None:
    centre, village, number = started
    await centre.county.flows.decide(
        number, outcome=Outcome.CORRECTION, note="缺页", until="2026-09-24", by=CLERK
    )
    await on(centre, 3)
    assert (await kinds(centre, number))[-1] == "correction-asked"
    await on(centre, 4)
    assert (await kinds(centre, number))[-1] == "lapsed"
    told = [decision.outcome for _, decision in await centre.decisions(village)]
    assert told == [Outcome.CORRECTION, Outcome.ENDED]
    await on(centre, 40)
    assert await given(centre) == []


async def test_a_light_is_what_the_log_says_again(
    started: Started,
) -> None:
    centre, _, number = started
    watch = centre.county.supervision.watch
    await centre.county.flows.act(number, Wanted(action="accept"), CLERK)
    await on(centre, 7)
    overview = await centre.county.supervision.cards.overview("2026-09")
    (late,) = overview.late
    assert (late.case, late.light, late.what) == (number, "blue", "node")
    assert overview.lights == {"green": 0, "yellow": 0, "blue": 1, "red": 0, "deep-red": 0}
    (row,) = await centre.rows(LightRow)
    key = (row.station, row.application)
    assert await watch.differing(("", b""), PAGE) == ([], None)
    assert not await watch.mend(key)
    await centre.relay.store.transact(
        lambda session: session.execute(text("UPDATE case_light SET light = 'green'"))
    )
    assert await watch.differing(("", b""), PAGE) == ([key], None)
    assert await watch.mend(key)
    await watch.look()
    assert (await centre.county.supervision.cards.overview("2026-09")).late == [late]


async def test_what_a_handler_does_is_looked_at_again_at_once(started: Started) -> None:
    centre, _, number = started
    await centre.county.flows.act(number, Wanted(action="accept"), CLERK)
    await on(centre, 7)
    await centre.county.flows.act(number, Wanted(action="pass"), CLERK)
    await centre.county.supervision.watch.look()
    overview = await centre.county.supervision.cards.overview("")
    assert overview.lights["blue"] == 0
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="准予", by=CLERK)
    await centre.county.flows.act(number, Wanted(action="deliver", fields={"way": "window"}), CLERK)
    await centre.county.supervision.watch.look()
    overview = await centre.county.supervision.cards.overview("")
    assert sum(overview.lights.values()) == 0


async def test_a_calendar_that_frees_a_day_less_moves_the_date_by_an_event(
    centre: Centre,
) -> None:
    village = await centre.village()
    release = await centre.county.catalogue.publish(catalogue("2026-09-23"))
    number = await case_of(centre, village, release)
    await centre.county.flows.act(number, Wanted(action="accept"), CLERK)
    await centre.county.catalogue.publish(catalogue("2026-09-23", "2026-09-22"))
    await on(centre, 1)
    assert (await kinds(centre, number))[-1] == "accepted"  # never against the citizen
    newest = await centre.county.catalogue.publish(catalogue())
    await on(centre, 2)
    await on(centre, 2)
    assert await kinds(centre, number) == [
        *("received", "accepted", "deadline-moved", "deadline-moved"),
    ]
    moved = (await centre.county.flows.life(number)).events[-2].body
    assert (moved.what, moved.before, moved.after, moved.calendar) == (  # type: ignore[union-attr]
        *("promised", "2026-10-13", "2026-10-12"),
        newest,
    )


async def test_a_case_that_cannot_be_looked_at_holds_up_no_other(started: Started) -> None:
    centre, village, broken = started
    whole = await case_of(centre, village, 2)
    life = await centre.county.flows.life(broken)
    await centre.relay.store.transact(
        lambda session: session.execute(
            text("UPDATE case_event SET kind = 'x', body = '{}' WHERE application = :one"),
            {"one": life.key[1]},
        )
    )
    await on(centre, 9)
    assert (await kinds(centre, whole))[-1] == "accepted-by-default"
    due = await centre.relay.store.transact(
        lambda session: queries.due(session, centre.clock.now_ms(), PAGE)
    )
    assert due == []


async def test_the_time_at_the_window_stands_in_the_log(started: Started) -> None:
    centre, village, _ = started
    taken = TakenIn(window_ms=START_MS - DAY_MS)
    number = await case_of(centre, village, 2, taken=taken)
    life = await centre.county.flows.life(number)
    assert (life.status.window_ms, life.status.window_day) == (START_MS - DAY_MS, "")


async def test_a_flow_that_was_put_right_counts_from_then_on(started: Started) -> None:
    centre, _, number = started
    newest = await centre.county.catalogue.publish(catalogue(papers="5wd"))
    wanted = Wanted(action="amend-flow", note="原来的流程写错了", fields={"after": newest})
    await centre.county.flows.act(number, wanted, CLERK)
    assert (await centre.county.flows.life(number)).rules.handling.papers
    helped = await centre.county.flows.act(number, Wanted(action="pay-first", note="急"), CLERK)
    assert helped.status.paid_until == "2026-09-29"


async def test_the_days_that_an_item_gives_need_not_be_typed(started: Started) -> None:
    centre, _, number = started
    await centre.county.flows.decide(number, outcome=Outcome.CORRECTION, note="缺页", by=CLERK)
    life = await centre.county.flows.life(number)
    assert life.status.correction_until == "2026-09-29"  # five working days behind Monday


async def test_a_limit_is_made_longer_once_before_its_end_and_by_no_more_than_the_item_says(
    started: Started,
) -> None:
    centre, village, number = started
    flows, head = centre.county.flows, replace(CLERK, name="黄局")
    await flows.act(number, Wanted(action="accept"), CLERK)
    with pytest.raises(StepFieldsError, match="10个工作日"):
        await flows.act(number, Wanted(action="extend", note="x", fields={"limit": "11wd"}), head)
    longer = await flows.act(number, Wanted(action="extend", note="等检测结果"), head)
    assert longer.status.extended == "10wd"
    with pytest.raises(StepNotNowError, match="已经延长过一次"):
        await flows.act(number, Wanted(action="extend", note="还没有结果"), head)
    late = await case_of(centre, village, 2)
    await flows.act(late, Wanted(action="accept"), CLERK)
    centre.clock.jump_wall(ms=30 * DAY_MS)
    with pytest.raises(StepNotNowError, match="期限已过"):
        await flows.act(late, Wanted(action="extend", note="等检测结果"), head)


async def test_an_erased_case_is_late_for_nothing(started: Started) -> None:
    """Nobody can do anything for it any more, so nobody is given a card."""
    centre, _, number = started
    await centre.county.flows.decide(number, outcome=Outcome.APPROVED, note="", by=CLERK)
    await centre.county.supervision.watch.look()
    before = await given(centre)
    assert len(await centre.rows(LightRow)) == 1
    await Noted(centre).erasure.erase([number], "本人申请")
    await on(centre, 60)
    assert (await given(centre), await centre.rows(LightRow)) == (before, [])
