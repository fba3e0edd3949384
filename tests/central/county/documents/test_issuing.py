"""What events bring is made and sent by itself, once, and what stops it stops nothing else."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from central.county.casework.answers.document_state import DUE, WAITING
from central.county.documents.calls import MakeDocument, WritePdf
from central.county.documents.issuing import STOPPED, UNSEALED, DocumentIssuing
from central.county.documents.making import DocumentSettledError
from central.county.documents.models import DueRow, MadeRow
from central.county.documents.room import DocumentRoom
from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.catalogue.templates.kinds import DocumentKind
from protocol.envelope.payloads import Document, Outcome
from protocol.records.corrections import FieldFault
from tests.central.county.centre import Centre
from tests.central.county.documents.test_making import SealSystem, with_making
from tests.central.county.documents.test_pdf import words_of
from tests.central.county.supervision.scene import case_of, catalogue, on
from tests.central.county.village import Village

LAN, MEI = By(name="韦兰"), By(name="农梅")
MINUTE_MS = 60_000


@pytest.fixture
def room(centre: Centre, small_font: Path) -> DocumentRoom:
    room = with_making(centre.county.documents, font=small_font)
    return replace(room, issuing=issuing(room))


def issuing(room: DocumentRoom) -> DocumentIssuing:
    """As after a start."""
    return replace(room.issuing, making=room.making, is_new=True)


async def licence(centre: Centre, village: Village) -> str:
    return await case_of(centre, village, await centre.county.catalogue.publish(catalogue()))


async def sent(centre: Centre, village: Village) -> list[Document]:
    return [one for _, one in await centre.mail(village) if isinstance(one, Document)]


async def test_each_step_brings_its_document_and_nobody_sends_it(
    centre: Centre, room: DocumentRoom, tmp_path: Path
) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await licence(centre, village)
    faults = (FieldFault(field="name", words="与身份证不一致"),)
    asked = {"until": "2026-12-10", "faults": [{"field": "name", "words": faults[0].words}]}
    await flows.act(number, Wanted(action="ask-correction", note="签名", fields=asked), LAN)
    (state,) = await room.telling.of_case(number)
    assert (state.n, state.kind, state.waits) == (0, "correction", DUE)
    await room.issuing.look()
    await flows.act(number, Wanted(action="cancel-correction"), LAN)
    await flows.act(number, Wanted(action="accept"), LAN)
    await room.issuing.look()
    await flows.act(number, Wanted(action="extend", note="要外出核查",
                                   fields={"limit": "5wd"}), LAN)  # fmt: skip
    await room.issuing.look()
    centre.clock.jump_wall(ms=86_400_000)
    await flows.decide(number, outcome=Outcome.REFUSED, note="场所不合规定", by=MEI)
    await room.issuing.look()
    await room.issuing.look()  # nothing is left

    names = [one.name.split("（")[0] for one in await sent(centre, village)]
    assert names == ["补正一次性告知书", "受理通知书", "延期告知书", "不予决定书"]
    assert await centre.rows(DueRow) == []
    read: list[str] = []
    for one in await room.telling.of_case(number):
        assert (one.seal, one.waits) == (WAITING, "")
        wanted = WritePdf(case=number, document=one.number, folder=tmp_path)
        read.append(words_of((await room.orders.write(wanted)).path.read_bytes()))
    for word in ("1.name：与身份证不一致2.签名", "2026年12月10日", "韦兰"):
        assert word in read[0]
    assert "10个工作日" in read[1]
    assert "要外出核查" in read[2]
    turn_to = ("向龙州县人民政府申请行政复议", "向龙州县人民法院提起行政诉讼")
    for word in ("场所不合规定", "农梅", "被告为县市场监管局", *turn_to):
        assert word in read[3]


async def test_what_silence_accepts_is_accepted_as_of_its_receipt_on_paper_too(
    centre: Centre, room: DocumentRoom, tmp_path: Path
) -> None:
    """Nine days late, and the limit that the citizen reads does not begin with these."""
    number = await licence(centre, await centre.village())
    await on(centre, 9)
    await room.issuing.look()
    (state,) = await room.telling.of_case(number)
    wanted = WritePdf(case=number, document=state.number, folder=tmp_path)
    said = words_of((await room.orders.write(wanted)).path.read_bytes())
    assert state.kind == "accepted"
    assert "于2026年9月21日予以受理" in said
    assert "期限届满的日期：2026年10月12日" in said
    assert "2026年9月30日（待盖章）" in said  # the day of the paper


async def test_a_machine_that_stopped_sends_at_its_start_and_once(
    centre: Centre, room: DocumentRoom
) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await licence(centre, village)
    await flows.act(number, Wanted(action="accept"), LAN)
    system = SealSystem(away=True)
    sealing = with_making(room, seal=system)
    away = issuing(sealing)
    await away.look()  # numbered, and stopped before it went out
    (state,) = await room.telling.of_case(number)
    assert (state.n, state.seal) == (0, WAITING)
    assert state.number.endswith("第 1 号")
    assert "印章" in state.waits
    (alarm,) = await away.alarms()
    assert (alarm["code"], number in alarm["words"]) == (UNSEALED, True)
    assert await room.telling.stamps("2026-01-01", "2026-12-31") == []  # no seal was put on it
    await away.look()  # not at once again
    assert len(system.asked) == 1

    system.away = False
    again = issuing(sealing)  # the machine is started anew
    await again.look()
    await again.look()
    assert [one.name for one in await sent(centre, village)] == [f"受理通知书（{state.number}）"]
    (row,) = await centre.rows(MadeRow)
    assert (row.seal, row.issued_ms is None) == ("S-2", False)
    assert len(await room.telling.stamps("2026-01-01", row.day)) == 1
    assert await again.alarms() == []


async def test_what_stops_a_document_does_not_stop_the_event_and_says_what_to_do(
    centre: Centre, room: DocumentRoom
) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await licence(centre, village)
    rare = "场所在𠮷村"
    done = await flows.act(number, Wanted(action="not-accept", note=rare), LAN)
    assert done.events[-1].body.note == rare
    await room.issuing.look()
    assert await sent(centre, village) == []
    (alarm,) = await room.issuing.alarms()
    assert alarm["code"] == STOPPED
    for word in (number, "不予受理通知书", "𠮷", "document_font"):
        assert word in alarm["words"]
    assert await centre.rows(MadeRow) == []  # no number was taken

    other = await licence(centre, village)  # another case is not held up
    await flows.act(other, Wanted(action="accept"), LAN)
    await room.issuing.look()
    assert len(await sent(centre, village)) == 1

    facts = {"理由": "场所在吉村"}  # whoever orders it by hand ends the waiting
    made = MakeDocument(case=number, kind=DocumentKind.NOT_ACCEPTED, facts=facts)
    await room.orders.make(made)
    assert await room.issuing.alarms() == []
    centre.clock.jump_wall(ms=60 * MINUTE_MS)
    await room.issuing.look()
    assert len(await sent(centre, village)) == 2


async def test_what_is_decided_on_the_day_brings_the_decision_alone(
    centre: Centre, room: DocumentRoom
) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await licence(centre, village)
    await flows.decide(number, outcome=Outcome.REFUSED, note="不合规定", by=MEI)
    await room.issuing.look()
    assert [one.name.split("（")[0] for one in await sent(centre, village)] == ["不予决定书"]
    assert await centre.rows(DueRow) == []


async def test_what_does_not_stand_any_more_is_not_sent(
    centre: Centre, room: DocumentRoom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "central.county.documents")
    village, flows = await centre.village(), centre.county.flows
    number = await licence(centre, village)
    await flows.act(number, Wanted(action="not-accept", note="不归本县"), LAN)
    await flows.act(number, Wanted(action="take-back", note="归本县"), LAN)
    await room.issuing.look()
    assert await sent(centre, village) == []
    assert await centre.rows(DueRow) == []
    dropped = [vars(one) for one in caplog.records if one.name.startswith("central.county.doc")]
    assert dropped
    assert not any(word in str(dropped) for word in ("覃", number))  # whose it was, nobody reads


async def test_of_two_that_send_the_same_one_does(centre: Centre, room: DocumentRoom) -> None:
    village, flows = await centre.village(), centre.county.flows
    number = await licence(centre, village)
    await flows.act(number, Wanted(action="accept"), LAN)
    (row,) = await centre.rows(DueRow)
    one, other = issuing(room), issuing(room)
    await one.look()
    with pytest.raises(DocumentSettledError):
        await other._issue(row)
    assert len(await sent(centre, village)) == 1
    assert len(await centre.rows(MadeRow)) == 1
