"""Releasing a desk on the console: the code that was heard, and two persons."""

import re
from collections.abc import AsyncIterator

import pytest

from central.accounts.roles import StaffRole
from central.county.desks.calls import ReleaseDesk
from central.county.desks.operations import DeskOperations
from protocol.errors import LoginForbiddenError
from protocol.errors.desk import ForgottenAloneError
from provisioning.rights import Right
from runtime.actor import Actor
from runtime.control.calls import Nothing
from tests.central.accounts.pages.visitor import Notes
from tests.central.county.desks.scene import FANG, desk_in
from tests.central.county.review.test_queue_page import Office, open_office
from tests.central.county.review.withdrawing import Withdrawing

LOOKING = Actor.on_page("张三", frozenset({Right.LOOK}))
ALONE = Actor.on_page("李四", frozenset({Right.GRANT}))


@pytest.fixture
async def office(centre: Withdrawing) -> AsyncIterator[Office]:
    async with open_office(centre) as made:
        yield made


async def test_one_types_the_code_and_another_confirms(office: Office) -> None:
    desk = await desk_in(office.centre)
    code = await desk.asks()
    one, other = [await office.reader(role) for role in (StaffRole.SECURITY, StaffRole.SYSTEM)]
    listed = await (await one.get("/desks")).text()
    assert FANG in listed
    assert code not in listed
    gone = await one.post(f"/desks/{desk.node}/release", {"code": code.replace("-", "")})
    assert (gone.status, gone.headers["Location"]) == (303, "/proposals")
    assert await desk.answers() == []
    waiting = await (await other.get("/proposals")).text()
    assert "的村站电脑" in waiting
    assert code.replace("-", "") in waiting
    number = re.findall(r"/proposals/([0-9a-f]{24})/confirm", waiting)[0]
    own = await one.post(f"/proposals/{number}/confirm", {})
    assert own.status == 400
    assert await desk.answers() == []
    assert (await other.post(f"/proposals/{number}/confirm", {})).status == 303
    (answer,) = await desk.answers()
    assert desk.opens(answer).public_bytes() == desk.vault.public
    shown = await (await one.get("/desks")).text()
    assert "已放行" in shown
    assert "security + system (web)" in shown
    noted = [(actor, action) for actor, action, subject in office.noted() if subject == desk.node]
    assert ("security + system (web)", "county.desk-release") in noted


async def test_a_code_that_was_misheard_is_said_in_words_beside_its_desk(office: Office) -> None:
    desk = await desk_in(office.centre)
    code = await desk.asks()
    reader = await office.reader(StaffRole.SECURITY)
    for typed, words in ((code[:-1], "应为 14 位数字"), ("0000-0000-0000-98", "冒名")):
        answer = await reader.post(f"/desks/{desk.node}/release", {"code": typed})
        assert answer.status == 400, typed
        assert words in await answer.text()


@pytest.mark.parametrize("role", [StaffRole.SYSTEM, StaffRole.AUDIT, StaffRole.OPERATOR])
async def test_nobody_else_sees_or_proposes(office: Office, role: StaffRole) -> None:
    desk = await desk_in(office.centre)
    code = await desk.asks()
    reader = await office.reader(role)
    assert (await reader.get("/desks")).status == 403
    assert (await reader.post(f"/desks/{desk.node}/release", {"code": code})).status == 403


async def test_no_page_releases_a_desk_by_one_person(centre: Withdrawing) -> None:
    desk, notes = await desk_in(centre), Notes()
    code = await desk.asks()
    operations = DeskOperations(centre.county.desks, notes)
    wanted = ReleaseDesk(station=desk.node, code=code)
    with pytest.raises(ForgottenAloneError):
        await operations.release(ALONE, wanted)
    with pytest.raises(LoginForbiddenError):
        await operations.release(LOOKING, wanted)
    with pytest.raises(LoginForbiddenError):
        await operations.check(LOOKING, wanted)
    with pytest.raises(LoginForbiddenError):
        await operations.listed(LOOKING, Nothing())
    assert await desk.answers() == []
    await operations.release(Actor.at_command_line("root"), wanted)
    assert [outcome for _, _, outcome, _ in notes.noted] == [
        "forgotten.alone",
        "login.forbidden",
        "done",
    ]
