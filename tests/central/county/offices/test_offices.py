"""What goes to an office and what comes from it, over a real relay and both databases."""

import pytest

from central.county.flows.log import By
from central.county.flows.service import Wanted
from protocol.casework.events import closing, handling, offices, opening
from protocol.envelope.office_code import office_code
from protocol.envelope.office_payloads import OfficeApproved
from protocol.envelope.payloads import Outcome
from protocol.errors.casework import StepNotNowError
from protocol.errors.offices import OfficeCodeError, OfficeForgedError, OfficeJudgedError
from protocol.ids import NodeId
from runtime.actor import Actor
from tests.central.county.centre import Centre
from tests.central.county.offices.scene import ITEM, Office

ACCEPTED = opening.Accepted(node="r")
PASSED = handling.Passed(node="r", next="d")
RETURNED = offices.OfficeReturned()
HEAD, ADMIN = By(name="黄局"), Actor.at_command_line("韦局")
BEGUN = ["received", "office-given"]
WHOLE = [*BEGUN, "accepted", "passed", "office-returned"]


async def test_a_hub_whose_key_nobody_approved_gets_nothing(centre: Centre, office: Office) -> None:
    village, keys = await centre.village(), centre.county.offices.keys
    await centre.bring(village.submit(item=ITEM, release=2))
    request = office.request()
    await office.bring(request)
    await centre.county.offices.look()
    assert await office.mail() == []
    code, hub = office_code(NodeId(office.hub.node), request), office.hub.node
    with pytest.raises(OfficeCodeError):
        await keys.approve(hub, "1234", ADMIN)
    with pytest.raises(OfficeForgedError):
        await keys.approve("b2" * 8, code, ADMIN)
    await keys.approve(hub, code, ADMIN)
    with pytest.raises(OfficeJudgedError):
        await keys.approve(hub, code, ADMIN)
    await centre.county.offices.look()
    approved, given = await office.mail()
    assert isinstance(approved, OfficeApproved)
    assert await office.kinds(given) == BEGUN  # type: ignore[arg-type]


async def test_a_case_is_given_once_and_when_its_papers_are_there(
    centre: Centre, office: Office
) -> None:
    village = await centre.village()
    await office.open()
    scan = village.scan(b"\xff\xd8 a card")
    await centre.bring(village.submit(scan, item=ITEM, release=2))
    await centre.county.offices.look()
    assert await office.cases() == []
    await centre.bring(scan)
    for _ in range(2):
        await centre.county.offices.look()
    (given,) = await office.cases()
    (paper,) = given.attachments
    assert (paper.material, paper.size) == ("id-card", len(b"\xff\xd8 a card"))
    assert paper.blob != scan.attachment.blob  # of the county, under another key


async def test_what_an_office_did_is_written_once_however_often_it_comes(
    centre: Centre, office: Office
) -> None:
    await office.open()
    given = await office.given(await centre.village())
    await office.says(given, ACCEPTED, PASSED)
    await office.says(given, ACCEPTED)  # late, and nothing new
    await office.says(given, ACCEPTED, PASSED, RETURNED)
    await office.says(given, PASSED, first=4)
    assert await office.kinds(given) == WHOLE
    assert [(one.upto, one.over, one.code) for one in await office.answers()] == [
        *[(5, True, "")] * 4,  # it goes back by itself, whether or not the office says so
    ]
    accepted = (await centre.county.flows.life(given.case)).events[2]
    assert (accepted.by, accepted.right) == ("农梅", "水口镇社会事务办公室")


async def test_what_lies_in_between_is_asked_for(centre: Centre, office: Office) -> None:
    await office.open()
    given = await office.given(await centre.village())
    await office.says(given, PASSED, first=4)
    assert await office.kinds(given) == BEGUN
    assert [one.upto for one in await office.answers()] == [2]


async def test_the_county_only_takes_a_case_back_while_an_office_has_it(
    centre: Centre, office: Office
) -> None:
    await office.open()
    given, flows = await office.given(await centre.village()), centre.county.flows
    with pytest.raises(StepNotNowError, match="社会事务办公室"):
        await flows.act(given.case, Wanted(action="accept"), HEAD)
    await flows.act(given.case, Wanted(action="reclaim", note="电脑损坏"), HEAD)
    (told,) = await office.answers()
    assert (told.upto, told.over, told.code, told.words) == (2, True, "case.reclaimed", "电脑损坏")
    await office.says(given, ACCEPTED)
    assert (await office.answers())[-1].code == "case.not-ours"
    assert await office.kinds(given) == [*BEGUN, "office-reclaimed"]
    await centre.county.offices.look()
    assert len(await office.cases()) == 1  # it stays until somebody says so
    await flows.act(given.case, Wanted(action="to-office"), HEAD)
    await centre.county.offices.look()
    assert [one.turn for one in await office.cases()] == [2, 5]


async def test_what_is_not_its_own_to_do_ends_the_turn_with_the_reason(
    centre: Centre, office: Office
) -> None:
    await office.open()
    given = await office.given(await centre.village())
    decided = closing.Decided(outcome=Outcome.APPROVED)
    await office.says(given, ACCEPTED, decided, RETURNED)
    assert await office.kinds(given) == [*BEGUN, "accepted", "office-reclaimed"]
    note = (await centre.county.flows.life(given.case)).events[-1].body.note
    assert "第 4 步" in note
    assert (await office.answers())[-1].over


async def test_another_nodes_word_about_a_case_is_refused(centre: Centre, office: Office) -> None:
    await office.open()
    village = await centre.village()
    given = await office.given(village)
    await office.says(given, ACCEPTED, hub=centre.identity_of(village))
    assert await office.kinds(given) == BEGUN


async def test_what_its_village_sends_meanwhile_happens_when_the_log_is_back(
    centre: Centre, office: Office
) -> None:
    await office.open()
    given, flows = await office.given(await centre.village()), centre.county.flows
    asked = closing.WithdrawalAsked(note="不办了", person="样福丽")

    async def arrives() -> None:
        async def work(session: object) -> None:
            handled = await centre.county.casework.handled(session, given.case)  # type: ignore[arg-type]
            assert not await flows.arrived(session, handled, asked)  # type: ignore[arg-type]

        await centre.relay.store.transact(work)

    await arrives()
    await office.says(given, ACCEPTED, PASSED, RETURNED)
    assert await office.kinds(given) == [*WHOLE, "withdrawal-asked"]


async def test_silence_that_accepts_does_not_wait_for_the_office(
    centre: Centre, office: Office
) -> None:
    await office.open()
    given, flows = await office.given(await centre.village()), centre.county.flows

    async def work(session: object) -> bool:
        handled = await centre.county.casework.handled(session, given.case)  # type: ignore[arg-type]
        body = opening.AcceptedByDefault(node="r")
        return await flows.itself(session, handled, body)  # type: ignore[arg-type]

    assert await centre.relay.store.transact(work)
    assert await office.kinds(given) == [*BEGUN, "office-reclaimed", "accepted-by-default"]


async def test_a_new_key_takes_the_place_of_the_one_before(centre: Centre, office: Office) -> None:
    first = await office.open()
    second = await office.open()
    states = {one.key: one.state for one in (await centre.county.offices.keys.listed()).keys}
    assert states == {first.key: "replaced", second.key: "approved"}
    given = await office.given(await centre.village())
    assert given.turn == 2
    count = await centre.county.offices.reclaim(office.hub.node, "换机", HEAD)
    assert count == 1
