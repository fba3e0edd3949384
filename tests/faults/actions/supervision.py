"""What a county writes of supervision: cards day by day, what is said to one, and other rules."""

from dataclasses import replace

from central.county.supervision.calls import ListCards
from central.county.supervision.rules import RULES, At, Rule, Rung, Trigger, rules_text
from central.county.supervision.watch import Watch
from protocol.casework.clocks import What
from runtime.system import SystemClock
from tests.builders.clock import FakeClock
from tests.builders.disks.mains import Mains
from tests.central.county.backup.place import OpenCounty
from tests.faults.action import Action
from tests.faults.actions.county import Centre, with_cases

DAY_MS = 86_400_000
DAYS = (0, 3, 6, 9, 12, 15, 20)
OVERS = dict(zip(Rung, (-2, -1, 1, 2, 4), strict=True))
CASES = 2
OWN = (
    Rule(
        id="acceptance",
        word="逾期未告知是否受理",
        trigger=Trigger.LIMIT,
        what=(What.ACCEPTANCE,),
        rungs=tuple(At(rung=rung, over=over) for rung, over in OVERS.items()),
    ),
)
"""Every rung on one limit that each case has."""


def clock_of(county: OpenCounty) -> tuple[Watch, FakeClock]:
    """The county's watch, by a date that a test moves on."""
    clock = FakeClock(now_ms=SystemClock().now_ms())
    watch = county.node.county.supervision.watch
    return replace(watch, clock=clock, believed=lambda: True), clock


async def weeks(county: OpenCounty) -> None:
    """Three weeks, on some days of which the clock looks."""
    watch, clock = clock_of(county)
    past = 0
    for day in DAYS:
        clock.jump_wall(ms=(day - past) * DAY_MS)
        past = day
        await watch.look()


async def given(county: OpenCounty) -> list[tuple[str, str]]:
    found = await county.node.county.supervision.cards.list(ListCards(limit=200))
    return sorted((one.case, one.rung) for one in found.cards)


async def escalate(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        await county.node.county.supervision.cards.set_rules(rules_text(OWN).encode())
        with mains.armed():
            await weeks(county)


async def each_rung_is_given_once(made: Centre, told: bool) -> None:
    async with made.open() as county:
        await county.node.county.supervision.cards.set_rules(rules_text(OWN).encode())
        before = await given(county)
        assert not told or len(before) == CASES * len(OVERS)
        await weeks(county)
        after = await given(county)
        assert len(after) == len(set(after)) == CASES * len(OVERS)
        assert set(before) <= set(after)


async def answer(made: Centre, mains: Mains) -> None:
    async with made.open() as county:
        await weeks(county)
        cards = county.node.county.supervision.cards
        number = (await cards.list(ListCards(rung="red"))).cards[0].card
        with mains.armed():
            await cards.say(number, "replied", "已补办", "韦兰")
            await cards.set_rules(rules_text(RULES[:1]).encode())


async def it_was_said_once_or_not(made: Centre, told: bool) -> None:
    async with made.open() as county:
        cards = county.node.county.supervision.cards
        number = (await cards.list(ListCards(rung="red"))).cards[0].card
        shown = await cards.show(number)
        assert [one.kind for one in shown.said] in ([], ["replied"])
        assert shown.state == ("replied" if shown.said else "open")
        assert len(await cards.rules_now()) in ({1} if told else {1, len(RULES)})


ESCALATION = Action("county: cards of three weeks", with_cases, escalate, each_rung_is_given_once)
ACTIONS = [
    ESCALATION,
    Action("county: answer to a card", with_cases, answer, it_was_said_once_or_not),
]
