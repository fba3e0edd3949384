"""Cases and letters as they lie at a county after some weeks, for pictures."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from central.county.casework.calls import ListCases
from central.county.county import County
from central.county.documents.calls import MakeDocument, Stamp, Told
from central.county.flows.log import By
from central.county.flows.service import Wanted
from central.county.followups.circular_calls import SendCircular
from protocol.catalogue.items.kinds import NodeKind
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.envelope.payloads import FollowUp, Outcome
from protocol.errors.casework import StepNotNowError
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.ids import NodeId
from protocol.records.corrections import FieldFault
from protocol.records.followups import (
    Confirmation,
    Delivered,
    Letter,
    LetterKind,
    NewContact,
    Objection,
    PosterState,
    Posting,
    Rating,
    Said,
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
CIRCULAR = "cc" * 16
LETTERS = (b"\x11" * 16, b"\x22" * 16)
_SAMPLES = range(1, 21)
_STEP_MS, _AT_ONCE = 20_000, 50
_NOTES = {Outcome.REFUSED: "不符合申领条件。", Outcome.CORRECTION: "请看下面的说明。"}
_FULL = 1  # the case of which everything is told
_TWICE = 9  # somebody applies again, at another village
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
    """Applications of several villages, what followed one of them, two letters, a circular."""
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
    await _make_documents(county)
    scene.clock.jump_wall(ms=_STEP_MS)
    await _bring(relay, scene, villages[1], _TWICE)
    for letter, words in zip(LETTERS, _LETTERS, strict=True):
        said = Said(subject=words, at_ms=scene.clock.now_ms(), clerk="韦小芳")
        wire = villages[1].seal(FollowUp(follow_up=letter, said=said))
        await _carry(relay, scene, villages[1], [EnvelopeItem(wire=wire)])
    await county.followed.letters.answer(LETTERS[1].hex(), "每月十五日前发到社会保障卡。")
    await _tell_everybody(county, relay, scene, villages)


async def _tell_everybody(
    county: County, relay: NodeRelay, scene: Scene, villages: Sequence[Village]
) -> None:
    words = "10 月 1 日至 3 日窗口不开。\n有急事的群众，请他打值班电话 0771-8812345。"
    said = SendCircular(circular=CIRCULAR, title="国庆假期值班安排", words=words)
    await county.followed.circulars.send(said, "陆经办")
    for village, waiting in zip(villages[:2], ((), ("黄大山",)), strict=True):
        read = Confirmation(circular=bytes.fromhex(CIRCULAR), waiting=waiting)
        content = FollowUp(
            follow_up=scene.randomness.token(16),
            said=Said(subject=read, at_ms=scene.clock.now_ms(), clerk="韦小芳"),
        )
        await _carry(relay, scene, village, [EnvelopeItem(wire=village.seal(content))])


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
        at_ms = scene.clock.now_ms()
        wires = [village.follow_up(one, at_ms=at_ms) for one in _SAID]
        papers = Supplement(words="户口簿首页")
        wires.append(village.follow_up(papers, scans[0], at_ms=at_ms))
        items += [EnvelopeItem(wire=one) for one in wires]
    await _carry(relay, scene, village, items)


async def bring_many(
    relay: NodeRelay, scene: Scene, station: Machine, number: int, count: int
) -> None:
    """So many applications like one of the samples, without papers, from one village."""
    sample: dict[str, Any] = json.loads(
        (LONGZHOU / "applications" / f"{number:02}.json").read_text("utf-8")
    )
    village = Village(
        node=station.node,
        secrets=station.secrets,
        county=relay.node,
        county_keys=scene.keys,
        randomness=scene.randomness,
    )
    wires = [village.submit(item=sample["item"], form=sample["form"]) for _ in range(count)]
    for first in range(0, count, _AT_ONCE):
        part = wires[first : first + _AT_ONCE]
        await _carry(relay, scene, village, [EnvelopeItem(wire=one) for one in part])


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
        if not back:
            await _through_its_nodes(county, case.case)
        faults = [FieldFault(field="applicant_name", words="与身份证不一致")] if back else []
        note = _NOTES.get(outcome, "")
        with suppress(StepNotNowError):  # what has to be posted first stays open
            await county.flows.decide(case.case, outcome=outcome, note=note, faults=faults)


async def _through_its_nodes(county: County, case: str) -> None:
    """Up to its decision: a poster hangs, and comes down again."""
    done = await county.flows.act(case, Wanted(action="accept"), By())
    while (kind := done.rules.node(done.status.node).kind) is not NodeKind.DECISION:
        if kind is NodeKind.PUBLICITY:
            long_ago = {"day": (county.departments.today - timedelta(40)).isoformat()}
            await county.flows.act(case, Wanted(action="begin-publicity", fields=long_ago), By())
            await county.flows.act(case, Wanted(action="end-publicity"), By())
        done = await county.flows.act(case, Wanted(action="pass"), By())


async def _make_documents(county: County) -> None:
    """Of the case with everything: one that is sealed and told, and one that waits for both."""
    full, *_ = await shown_cases(county)
    orders, telling = county.documents.orders, county.documents.telling
    receipt = await orders.make(
        MakeDocument(
            case=full,
            kind=DocumentKind.RECEIPT,
            note="已收件，请等通知。",
            days=5,
        )
    )
    facts = {"补正期限": "2026-12-10", "问题清单": ["身份证：反面没有扫描", "申请书没有签名"]}
    await orders.make(MakeDocument(case=full, kind=DocumentKind.CORRECTION, facts=facts, days=1))
    await telling.stamp(Stamp(case=full, document=receipt.number, by="黎样明"))
    await telling.tell(
        Told(
            case=full,
            document=receipt.number,
            person="本人",
            by="陆经办",
            words="已经受理，十个工作日内答复。",
        )
    )


async def shown_cases(county: County) -> list[str]:
    """Numbers of three cases: one with everything, and two that may be the same."""
    page = await county.case_room.list.page(ListCases(), limit=100)
    full = next(one.case for one in page.cases if "withdrawal" in one.follow_ups)
    newest = next(one for one in page.cases if not one.follow_ups)
    return [full, *(one.case for one in page.cases if one.item == newest.item)][:3]
