"""What comes for a case while an office has it: the office hears of all of it, once, and whole."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.erasure import Erasure
from central.county.casework.facts import Handled
from central.county.control.archiving import beside_of
from central.county.flows.log import By, CaseLog, Logged
from central.county.flows.service import Wanted
from central.county.offices.models import OfficeNewsDueRow
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.log import Event
from protocol.casework.events.offices import OfficeGiven, OfficeReturned
from protocol.envelope.blob import open_chunks
from protocol.envelope.office_payloads import OfficeCase, OfficeErase, OfficeNews
from protocol.envelope.payloads import Outcome
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.records.followups import NewContact, Supplement, Withdrawal
from tests.central.county.centre import Centre
from tests.central.county.offices.scene import ITEM, OWN, Office

HEAD = By(name="黄局")
SCAN = b"\xff\xd8 the income of last year"


async def news(office: Office) -> list[OfficeNews]:
    return [one for one in await office.mail() if isinstance(one, OfficeNews)]


async def test_an_office_is_told_what_came_for_its_case_with_its_papers(
    office: Office, centre: Centre
) -> None:
    await office.open()
    village = await centre.village()
    given = await office.given(village)
    scan = village.scan(SCAN)
    await centre.bring(village.follow_up(Supplement(words="去年的收入"), scan))
    await centre.county.offices.look()
    assert await news(office) == []  # its paper is still on its way
    await centre.bring(scan)
    await centre.bring(village.follow_up(NewContact(phone="19900000001")))
    await centre.bring(village.follow_up(Withdrawal(by="样福丽", words="不办了")))
    for _ in range(2):
        await centre.county.offices.look()
    told = await news(office)
    said = [one.said.subject for one in told if one.said]
    assert sorted(type(one).__name__ for one in said) == ["NewContact", "Supplement", "Withdrawal"]
    assert {(one.turn, one.application) for one in told} == {(2, given.application)}
    (paper,) = [file for one in told for file in one.attachments]
    assert paper.blob != scan.attachment.blob
    blob = BlobRef(centre.relay.node, BlobId(paper.blob))
    pieces = centre.relay.queue.files.pieces(blob)
    assert b"".join(open_chunks(paper.key, pieces)) == SCAN
    assert await office.kinds(given) == ["received", "office-given"]  # its log is the office's
    await office.says(given, OfficeReturned())
    assert (await office.kinds(given))[3:] == ["papers-came", "withdrawal-asked"]


async def test_what_came_before_goes_along_with_each_turn(office: Office, centre: Centre) -> None:
    """An office that gets a case again after its correction sees the papers of that."""
    await office.open()
    village, flows = await centre.village(), centre.county.flows
    given = await office.given(village)
    await office.says(given, opening.CorrectionAsked(note="收入证明看不清"))
    scan = village.scan(SCAN)
    await centre.bring(village.follow_up(Supplement(words="重新扫描"), scan), scan)
    await centre.county.offices.look()
    again = (await office.cases())[-1]
    assert again.turn > given.turn
    (told,) = await news(office)
    assert (told.turn, len(told.attachments)) == (again.turn, 1)
    await flows.act(given.case, Wanted(action="reclaim", note="电脑坏"), HEAD)
    await flows.act(given.case, Wanted(action="to-office"), HEAD)
    await centre.county.offices.look()
    assert [one.turn for one in await news(office)] == [told.turn, told.turn + 3]


async def test_another_application_in_its_place_is_told_by_its_number(
    office: Office, centre: Centre
) -> None:
    await office.open()
    village = await centre.village()
    given = await office.given(village)
    await centre.bring(village.submit(item=ITEM, release=2, supersedes=given.application))
    (other,) = [one["case"] for one in await centre.cases() if one["case"] != given.case]
    await centre.county.offices.look()
    (told,) = [one for one in await news(office) if one.application == given.application]
    assert (told.ref, told.said) == (other, None)


async def test_nothing_is_told_of_a_case_that_the_county_has_back(
    office: Office, centre: Centre
) -> None:
    await office.open()
    village = await centre.village()
    given = await office.given(village)
    scan = village.scan(SCAN)
    await centre.bring(village.follow_up(Supplement(words="去年的收入"), scan))
    flows = centre.county.flows
    await flows.act(given.case, Wanted(action="reclaim", note="电脑坏"), HEAD)
    await centre.bring(scan, village.follow_up(NewContact(phone="19900000001")))
    await centre.county.offices.look()
    assert await news(office) == []
    assert await centre.rows(OfficeNewsDueRow) == []


async def test_what_was_erased_is_erased_at_every_office_that_had_it(
    office: Office, centre: Centre
) -> None:
    await office.open()
    village = await centre.village()
    given = await office.given(village, OWN)
    await office.decides(
        given, opening.Accepted(node="d"), closing.Decided(outcome=Outcome.APPROVED)
    )
    other = await office.given(village)
    await office.says(other, handling.HandlerTook())
    erasure = Erasure(
        store=centre.relay.store,
        clock=centre.clock,
        note=lambda *_: None,
        beside=beside_of(centre.relay, centre.county),
    )
    await erasure.erase([given.case], "到期")
    told = [one for one in await office.mail() if isinstance(one, OfficeErase)]
    assert [(one.application, one.turn) for one in told] == [(given.application, 2)]
    assert isinstance((await office.mail())[-1], OfficeErase | OfficeCase)


async def test_an_office_that_had_a_case_before_another_is_told_to_erase_it_too(
    office: Office, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A village came to another township, and both of its hubs keep a copy."""
    await office.open()
    given = await office.given(await centre.village())
    await office.says(given, OfficeReturned(note="不在本镇"))
    case = await centre.county.flows.life(given.case)
    n, other, read = case.status.n + 1, NodeId("b2" * 8), CaseLog.read
    later = Event(n=n, at_ms=1, by="", body=OfficeGiven(office=other, name="乡", key="0b" * 8))

    async def moved(log: CaseLog, session: AsyncSession, handled: Handled) -> Logged:
        found = await read(log, session, handled)
        return replace(found, events=[*found.events, later])

    monkeypatch.setattr(CaseLog, "read", moved)
    turns = centre.county.offices.news._turns
    found = await centre.relay.store.transact(lambda session: turns(session, case.key))
    assert found == {office.hub.node: given.turn, other: n}
