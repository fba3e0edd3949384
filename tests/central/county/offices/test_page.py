"""Keys of offices on the console: the code that was heard, two persons, and taking cases back."""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from central.accounts.roles import StaffRole
from central.county.offices.calls import ApproveOffice, ReclaimOffice
from central.county.offices.models import OfficeKeyRow
from central.county.offices.operations import OfficeOperations
from protocol.envelope.office_code import office_code
from protocol.errors import LoginForbiddenError
from protocol.errors.offices import OfficeAloneError
from protocol.ids import NodeId
from protocol.trust.office_words import office_words
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.offices.scene import CATALOGUE, Office
from tests.central.county.review.test_queue_page import Office as Console
from tests.central.county.review.test_queue_page import open_office
from tests.central.county.review.withdrawing import Withdrawing

LOOKING = Actor.on_page("张三", frozenset({Right.LOOK}))
ALONE = Actor.on_page("李四", frozenset({Right.GRANT}))


@pytest.fixture
async def office(withdrawing: Withdrawing) -> Office:
    await withdrawing.county.catalogue.publish(CATALOGUE)
    return Office(centre=withdrawing)


@pytest.fixture
async def console(office: Office) -> AsyncIterator[Console]:
    assert isinstance(office.centre, Withdrawing)
    async with open_office(office.centre) as made:
        yield made


async def test_one_types_the_code_and_another_confirms(office: Office, console: Console) -> None:
    request, hub = office.request(), office.hub.node
    await office.bring(request)
    code = office_code(NodeId(hub), request)
    one, other = [await console.reader(role) for role in (StaffRole.SECURITY, StaffRole.SYSTEM)]
    listed = await (await one.get("/offices")).text()
    assert "农梅" in listed
    assert office_words(request) in listed
    assert code not in listed
    gone = await one.post(f"/offices/{hub}/approve", {"code": code.replace("-", "")})
    assert (gone.status, gone.headers["Location"]) == (303, "/proposals")
    assert await office.mail() == []
    waiting = await (await other.get("/proposals")).text()
    assert "的办件密钥" in waiting
    number = re.findall(r"/proposals/([0-9a-f]{24})/confirm", waiting)[0]
    assert (await one.post(f"/proposals/{number}/confirm", {})).status == 400
    assert (await other.post(f"/proposals/{number}/confirm", {})).status == 303
    assert len(await office.mail()) == 1
    shown = await (await one.get("/offices")).text()
    assert "没有乡镇等待核准密钥" in shown
    assert office_words(request) in shown
    noted = [(actor, action) for actor, action, subject in console.noted() if subject == hub]
    assert ("security + system (web)", "county.office-approve") in noted


async def test_a_code_that_was_misheard_is_said_in_words(office: Office, console: Console) -> None:
    request, hub = office.request(), office.hub.node
    await office.bring(request)
    reader = await console.reader(StaffRole.SECURITY)
    code = office_code(NodeId(hub), request)
    for typed, words in ((code[:-1], "应为 14 位数字"), ("0000-0000-0000-98", "不符时不要核准")):
        answer = await reader.post(f"/offices/{hub}/approve", {"code": typed})
        assert answer.status == 400, typed
        assert words in await answer.text()


@pytest.mark.parametrize("role", [StaffRole.AUDIT, StaffRole.OPERATOR])
async def test_nobody_else_sees_or_proposes(console: Console, role: StaffRole) -> None:
    reader, hub = await console.reader(role), "0" * 16
    assert (await reader.get("/offices")).status == 403
    for path in (f"/offices/{hub}/approve", f"/offices/{hub}/reclaim"):
        assert (await reader.post(path, {"code": "1"})).status == 403


async def test_a_handler_takes_back_and_the_new_key_gets_the_cases_again(
    office: Office, console: Console
) -> None:
    await office.open()
    given = await office.given(await office.centre.village())
    reader, hub = await console.reader(StaffRole.HANDLER), office.hub.node
    assert f"/offices/{hub}/reclaim" in await (await reader.get("/offices")).text()
    asked = await (await reader.get(f"/offices/{hub}/reclaim")).text()
    assert "在办 1 件" in asked
    assert "checked" not in asked  # a key is given up by who says so
    empty = await reader.post(f"/offices/{hub}/reclaim", {"note": " ", "retire": "1"})
    assert (empty.status, "要写明原因" in await empty.text()) == (400, True)
    form = {"note": "电脑被盗", "retire": "1", "again": "1"}
    by = update(OfficeKeyRow).values(judged_by="王芳 + 李建国 (web)")
    await office.centre.relay.store.transact(lambda session: session.execute(by))
    done = await reader.post(f"/offices/{hub}/reclaim", form)
    assert (done.status, done.headers["Location"]) == (303, "/offices?taken=1")
    shown = await (await reader.get("/offices?taken=1")).text()
    assert "已收回 1 件" in shown
    assert "已停用" in shown
    assert "<td>王芳、李建国 <small>" in shown  # two people, and nothing of the program
    await office.centre.county.offices.look()
    assert len(await office.cases()) == 1  # nothing is sealed for the lost key
    await office.open()
    await office.centre.county.offices.look()
    assert [one.turn for one in await office.cases()] == [given.turn, 5]


async def test_no_page_approves_a_key_by_one_person(office: Office) -> None:
    request, notes = office.request(), Notes()
    await office.bring(request)
    operations = OfficeOperations(office.centre.county.offices, notes)
    code = office_code(NodeId(office.hub.node), request)
    wanted = ApproveOffice(hub=office.hub.node, code=code)
    with pytest.raises(OfficeAloneError):
        await operations.approve(ALONE, wanted)
    with pytest.raises(LoginForbiddenError):
        await operations.check(LOOKING, wanted)
    with pytest.raises(LoginForbiddenError):
        await operations.listed(LOOKING, Nothing())
    with pytest.raises(LoginForbiddenError):
        await operations.reclaim(ALONE, ReclaimOffice(hub=office.hub.node, note="x"))
    assert await office.mail() == []
    assert [outcome for _, _, outcome, _ in notes.noted] == ["office.alone", "login.forbidden"]
