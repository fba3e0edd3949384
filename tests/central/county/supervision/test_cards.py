"""A card from its giving to its end: who says what to it, and that it never goes away."""

import json
from dataclasses import replace

import pytest

from central.accounts.roles import RIGHTS, StaffRole
from central.county.flows.log import By
from central.county.supervision import calls
from central.county.supervision.calls import ListCards, SayToCard, SetRules, ShowCard
from central.county.supervision.export import COLUMNS
from central.county.supervision.operations import SupervisionOperations
from central.county.supervision.rules import MAX_OVER, RULES, rules_text
from protocol.envelope.payloads import Outcome
from protocol.errors import LoginForbiddenError, UsageError
from protocol.errors.supervision import (
    CardOwnError,
    CardStateError,
    CardUnknownError,
    CardWordsError,
)
from protocol.limits import MAX_NOTE_CHARS
from protocol.trust.schedule import local_time
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.archive.scene import Filing
from tests.central.county.centre import Centre
from tests.central.county.supervision.scene import DAY_MS, on, started_case

HANDLER = Actor.on_page("韦兰", RIGHTS[StaffRole.HANDLER])
AUDITOR = Actor.on_page("黄监察", RIGHTS[StaffRole.AUDIT])
ROOT = Actor.at_command_line("root")
LATE = 24  # days: promised until day 21


@pytest.fixture
def record() -> Notes:
    return Notes()


@pytest.fixture
async def desk(centre: Centre, record: Notes) -> SupervisionOperations:
    """A county in which one case is late."""
    await started_case(centre, day=LATE)
    return SupervisionOperations(centre.county.supervision.cards, record)


async def first(desk: SupervisionOperations, rung: str = "yellow") -> calls.CardShown:
    return (await desk.list(HANDLER, ListCards(rung=rung))).cards[0]


async def say(desk: SupervisionOperations, who: Actor, card: int, kind: str, **more: str) -> str:
    wanted = SayToCard(card=card, kind=kind, words="因停电两天，已办结。", **more)
    found = await desk.say(who, wanted)
    return f"{found.state} {found.appeal}".strip()


async def test_a_card_is_answered_looked_into_and_answered_again(
    desk: SupervisionOperations, record: Notes
) -> None:
    card = (await first(desk)).card
    assert await say(desk, HANDLER, card, "replied") == "replied"
    assert await say(desk, AUDITOR, card, "returned") == "open"
    assert await say(desk, HANDLER, card, "replied") == "replied"
    assert await say(desk, AUDITOR, card, "verified") == "verified"
    shown = await desk.show(AUDITOR, ShowCard(card=card))
    assert [(one.kind, one.by) for one in shown.said] == [
        ("replied", "韦兰"),
        ("returned", "黄监察"),
        ("replied", "韦兰"),
        ("verified", "黄监察"),
    ]
    assert [name for _, name, _, _ in record.noted] == ["county.supervision-say"] * 4


async def test_an_appeal_that_is_upheld_leaves_the_card_and_says_so(
    desk: SupervisionOperations,
) -> None:
    card = await first(desk)
    assert await say(desk, HANDLER, card.card, "appealed") == "open appealed"
    with pytest.raises(CardStateError):
        await say(desk, HANDLER, card.card, "appealed")
    assert await say(desk, AUDITOR, card.card, "upheld") == "open upheld"
    overview = await desk.overview(HANDLER, calls.ShowOverview(month=card.month))
    (given,) = (one for one in overview.given if one.rung == "yellow" and one.post == card.post)
    assert given.upheld == 1
    assert card.card in {one.card for one in (await desk.list(HANDLER, ListCards())).cards}


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        (AUDITOR, "replied"),
        (AUDITOR, "appealed"),
        (HANDLER, "verified"),
        (HANDLER, "returned"),
        (HANDLER, "upheld"),
        (HANDLER, "rejected"),
    ],
)
async def test_nobody_says_what_is_another_s(
    desk: SupervisionOperations, who: Actor, kind: str
) -> None:
    with pytest.raises(LoginForbiddenError):
        await say(desk, who, (await first(desk)).card, kind)


async def test_nobody_judges_the_own_answer(desk: SupervisionOperations) -> None:
    card = (await first(desk)).card
    await say(desk, ROOT, card, "replied", by="韦兰")
    with pytest.raises(CardOwnError):
        await say(desk, ROOT, card, "verified", by="韦兰")
    assert await say(desk, ROOT, card, "verified", by="黄监察") == "verified"


async def test_a_page_can_speak_for_nobody_else(desk: SupervisionOperations) -> None:
    card = (await first(desk)).card
    await say(desk, HANDLER, card, "replied", by="黄监察")
    shown = await desk.show(HANDLER, ShowCard(card=card))
    assert shown.said[0].by == "韦兰"


async def test_what_cannot_be_said_is_refused(desk: SupervisionOperations) -> None:
    card = (await first(desk)).card
    told = (await first(desk, "warning")).card
    with pytest.raises(CardUnknownError):
        await say(desk, HANDLER, 999_999, "replied")
    with pytest.raises(CardStateError):
        await say(desk, AUDITOR, card, "verified")
    for kind in ("replied", "appealed"):
        with pytest.raises(CardStateError):
            await say(desk, HANDLER, told, kind)  # a warning is no card
    with pytest.raises(UsageError):
        await say(desk, HANDLER, card, "burnt")
    for words in ("  ", "长" * (MAX_NOTE_CHARS + 1)):
        with pytest.raises(CardWordsError):
            await desk.say(HANDLER, SayToCard(card=card, kind="replied", words=words))
    await desk.say(HANDLER, SayToCard(card=card, kind="replied", words="长" * MAX_NOTE_CHARS))


async def test_cards_are_found_by_state_rung_department_and_month(
    desk: SupervisionOperations,
) -> None:
    every = (await desk.list(HANDLER, ListCards())).cards
    card = every[0]
    for wanted in (
        ListCards(state=card.state),
        ListCards(rung=card.rung),
        ListCards(department=card.department),
        ListCards(department=card.department[1:3]),
        ListCards(month=card.month),
    ):
        found = (await desk.list(HANDLER, wanted)).cards
        assert card in found
        assert len(found) <= len(every)
    assert (await desk.list(HANDLER, ListCards(department="别处"))).cards == []
    assert (await desk.list(HANDLER, ListCards(department="%"))).cards == []
    pages = list[calls.CardShown]()
    wanted = ListCards(limit=2)
    while True:
        page = await desk.list(HANDLER, wanted)
        pages += page.cards
        if not page.more:
            break
        wanted = replace(wanted, before=page.more)
    assert pages == every


async def test_yellow_begins_when_the_auditor_says_so_and_the_record_has_it(
    desk: SupervisionOperations, record: Notes, centre: Centre
) -> None:
    """A second case, of which nine of ten days are left."""
    await started_case(centre, day=LATE)
    await on(centre, LATE)
    cards = centre.county.supervision.cards
    assert (await cards.lights())["yellow"] == 0
    with pytest.raises(LoginForbiddenError):
        await desk.set_yellow(HANDLER, calls.SetYellow(percent=90))
    for wrong in (
        calls.SetYellow(percent=91),
        calls.SetYellow(least=MAX_OVER + 1),
        calls.SetYellow(short=-1),
    ):
        with pytest.raises(UsageError):
            await desk.set_yellow(AUDITOR, wrong)
    await desk.set_yellow(AUDITOR, calls.SetYellow(percent=90))
    await on(centre, LATE)
    assert (await cards.lights())["yellow"] == 1
    flows = centre.county.flows
    life = await flows.life(str((await centre.cases())[-1]["case"]))
    assert (await flows.dated(life)).light.value == "yellow"  # on the page of the case, too
    assert record.noted[-1][1] == "county.supervision-set-yellow"
    await desk.set_yellow(AUDITOR, calls.SetYellow(usual=True))
    await on(centre, LATE)
    assert (await cards.lights())["yellow"] == 0


async def test_a_month_is_exported_in_the_fields_of_the_national_table(
    desk: SupervisionOperations, centre: Centre
) -> None:
    card = await first(desk)
    centre.clock.jump_wall(ms=3_600_000)
    await say(desk, HANDLER, card.card, "appealed")
    found = await desk.export(AUDITOR, calls.ExportCards(month=card.month))
    assert tuple(found.columns) == COLUMNS
    rows = {row[5]: dict(zip(COLUMNS, row, strict=True)) for row in found.rows}
    row = rows[str(card.card)]
    assert row["办件编号"] == card.case
    assert row["督办内容"] == f"黄牌：{card.words}"
    assert (row["监察规则编号"], row["监察预警类型代码"], row["事项类型代码"]) == (
        card.rule,
        "2",
        "01",
    )
    assert row["监察结果描述"] == "待答复；申诉中"
    assert (row["机构名称"], row["责任部门"]) == (card.department, card.post)
    # given when it was seen, and changed by the last word that was said to it
    assert row["督办发出时间"] == f"{local_time(card.given_ms):%Y-%m-%d %H:%M:%S}"
    assert row["状态产生时间"] == f"{local_time(centre.clock.now_ms()):%Y-%m-%d %H:%M:%S}"
    assert row["状态产生时间"] > row["督办发出时间"]
    assert (await desk.export(AUDITOR, calls.ExportCards(month="2020-01"))).rows == []
    for wrong in (
        "2026-13",
        "2026-1",
        "２０２６-01",
    ):  # no empty table that looks like a good month
        with pytest.raises(UsageError, match="月份应写成"):
            await desk.export(AUDITOR, calls.ExportCards(month=wrong))
        with pytest.raises(UsageError, match="月份应写成"):
            await desk.overview(AUDITOR, calls.ShowOverview(month=wrong))


async def test_a_wall_shows_counts_and_the_end_of_numbers_alone(
    desk: SupervisionOperations,
) -> None:
    card = await first(desk)
    wall = await desk.wall(HANDLER)
    assert wall.lights["red"] == 1
    assert wall.given["yellow"] >= 1
    (late,) = wall.late
    assert late.number == f"****{card.case[-4:]}"
    assert card.case not in json.dumps([vars_of(one) for one in wall.late], ensure_ascii=False)


async def test_a_month_counts_its_own_cards_alone(
    desk: SupervisionOperations, centre: Centre
) -> None:
    card, cards = await first(desk), centre.county.supervision.cards
    assert (await desk.overview(AUDITOR, calls.ShowOverview(month=card.month))).given
    assert sum((await cards.wall()).given.values()) > 0
    centre.clock.jump_wall(ms=31 * DAY_MS)  # nobody has looked since
    assert (await desk.overview(AUDITOR, calls.ShowOverview())).given == []
    assert set((await cards.wall()).given.values()) == {0}


async def test_what_was_said_is_erased_with_the_case_and_that_it_was_said_stays(
    desk: SupervisionOperations, centre: Centre
) -> None:
    """A handler says why a case is late, and names whom it waited for."""
    card = await first(desk)
    said = SayToCard(card=card.card, kind="replied", words="覃小妹补交了两次材料。")
    await desk.say(HANDLER, said)
    await centre.county.flows.decide(card.case, outcome=Outcome.REFUSED, note="不符", by=By())
    await Filing.of(centre).erasure.erase([card.case], "本人申请")
    shown = await desk.show(AUDITOR, ShowCard(card=card.card))
    assert [(one.kind, one.by, one.words) for one in shown.said] == [("replied", "韦兰", "")]
    assert (shown.state, shown.words) == ("replied", card.words)


def vars_of(line: calls.WallLine) -> list[str]:
    return [line.number, line.light, line.due, line.department]


async def test_other_rules_count_from_then_on_and_the_usual_ones_again(
    desk: SupervisionOperations,
) -> None:
    one = rules_text(RULES[:1])
    with pytest.raises(LoginForbiddenError):
        await desk.set_rules(HANDLER, SetRules(rules=one))
    found = await desk.set_rules(AUDITOR, SetRules(rules=one))
    assert [rule["id"] for rule in found.rules] == ["promised"]
    assert (await desk.rules(HANDLER, Nothing())).rules == found.rules
    again = await desk.set_rules(AUDITOR, SetRules())
    assert len(again.rules) == len(RULES)
