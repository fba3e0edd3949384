"""Cases and letters as they lie at a county after some weeks, for pictures."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from central.county.casework.calls import ListCases
from central.county.county import County
from protocol.envelope.payloads import Outcome
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.ids import NodeId
from protocol.records.corrections import FieldFault
from protocol.records.followups import (
    Delivered,
    Letter,
    LetterKind,
    NewContact,
    Objection,
    PosterState,
    Posting,
    Rating,
    Subject,
    Supplement,
    Telling,
    Visit,
    Way,
    Withdrawal,
)
from protocol.records.taken_in import Agent, AgentKind, Mode, Page, Scope, Side, TakenIn
from tests.central.county.village import Scan, Village
from tests.central.nodes import NodeRelay
from tests.provisioning.scene import Machine, Scene

LONGZHOU = Path(__file__).parents[2] / "examples" / "longzhou"
LETTERS = (b"\x11" * 16, b"\x22" * 16)
_SAMPLES = range(1, 21)
_STEP_MS = 20_000
_FULL = 1  # the case of which everything is told
_LETTERS = (
    Letter(
        kind=LetterKind.MAILBOX, words="我们屯到村部的路灯坏了三盏，晚上老人出门不方便。", by="农某"
    ),
    Letter(kind=LetterKind.CONSULTATION, words="今年的养老金几时发放？", phone="13800000001"),
)
_SAID: Sequence[Subject] = (
    Withdrawal(by="本人", words="已在南宁参保"),
    NewContact(phone="13800000001", name="儿子"),
    Telling(what=Delivered.TOLD, way=Way.TELEPHONE, person="本人", document="受理通知书"),
    Rating(level=2, words="跑了两趟"),
    Posting(what=PosterState.PLACED, place="村委会公告栏"),
    Objection(words="他家在县城有两套房"),
    Visit(visitors=("农小芳", "韦主任"), words="家中三口人，一人长期卧病，与申请内容相符。"),
)


def scan_of(village: Village, material: str, path: Path) -> Scan:
    """A file of the samples as somebody attached it."""
    return village.scan(path.read_bytes(), material=material, name=path.name)


async def fill_cases(
    county: County, relay: NodeRelay, scene: Scene, stations: Sequence[Machine]
) -> None:
    """Applications of several villages, what followed one of them, and two letters."""
    villages = [
        Village(
            node=one.node,
            secrets=one.secrets,
            county=relay.node,
            county_keys=scene.keys,
            randomness=scene.randomness,
        )
        for one in stations[:6]
    ]
    for number in _SAMPLES:
        scene.clock.jump_wall(ms=_STEP_MS)
        await _bring(relay, scene, villages[number % len(villages)], number)
    await _decide(county)
    for letter, words in zip(LETTERS, _LETTERS, strict=True):
        wire = villages[1].follow_up(words, application=b"\x33" * 16, follow_up=letter)
        await _carry(relay, scene, villages[1], [EnvelopeItem(wire=wire)])
    await county.followed.letters.answer(LETTERS[1].hex(), "每月十五日前发到社会保障卡。")


async def _bring(relay: NodeRelay, scene: Scene, village: Village, number: int) -> None:
    path = LONGZHOU / "applications" / f"{number:02}.json"
    sample: dict[str, Any] = json.loads(path.read_text("utf-8"))
    scans = [
        scan_of(village, material, path.parent / file)
        for material, file in sample["attachments"].items()
    ]
    wire = village.submit(
        *scans, item=sample["item"], form=sample["form"], taken=_taken(len(scans))
    )
    held = scans[:-1] if number % 7 == 0 else scans  # of some a scan has not come yet
    items: list[Item] = [EnvelopeItem(wire=wire), *(part for one in held for part in one.parts)]
    if number == _FULL:
        wires = [village.follow_up(one) for one in _SAID]
        wires.append(village.follow_up(Supplement(words="户口簿首页"), scans[0]))
        items += [EnvelopeItem(wire=one) for one in wires]
    await _carry(relay, scene, village, items)


def _taken(files: int) -> TakenIn:
    return TakenIn(
        clerk="农小芳",
        mode=Mode.AGENT,
        agent=Agent(
            name="韦代办",
            kind=AgentKind.VILLAGE,
            scope=(Scope.APPLY, Scope.COLLECT),
            relation="同村",
        ),
        window_day="2026-09-20",
        pages=(Page(attachment=0, side=Side.FRONT),) if files else (),
    )


async def _carry(relay: NodeRelay, scene: Scene, village: Village, items: Sequence[Item]) -> None:
    parent = relay.editions.roster.nodes[village.node].parent
    exchange_store = relay.exchanges.store_for(NodeId(str(parent)))
    await exchange_store.store(scene.randomness.token(8), len(items), list(items))


async def _decide(county: County) -> None:
    page = await county.case_room.list.page(ListCases(), limit=100)
    outcomes = (Outcome.APPROVED, None, Outcome.REFUSED, None, Outcome.CORRECTION, None)
    for number, case in enumerate(page.cases):
        withdrawn = "withdrawal" in case.follow_ups
        outcome = Outcome.CORRECTION if withdrawn else outcomes[number % len(outcomes)]
        if outcome is None:
            continue
        back = outcome is Outcome.CORRECTION
        faults = [FieldFault(field="applicant_name", words="与身份证不一致")] if back else []
        await county.casework.decide(
            case.case, outcome=outcome, note="请看下面的说明。" if back else "", faults=faults
        )


async def shown_cases(county: County) -> list[str]:
    """Numbers of two cases: one with everything, and a plain one."""
    page = await county.case_room.list.page(ListCases(), limit=100)
    full = next(one.case for one in page.cases if "withdrawal" in one.follow_ups)
    return [full, next(one.case for one in page.cases if not one.follow_ups)]
