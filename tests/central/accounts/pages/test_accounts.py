"""Accounts on pages: a form acts once, two persons where one could hide, nobody for oneself."""

import asyncio
import re

import pytest

from central.accounts.proposals import Stage
from central.accounts.roles import StaffRole
from protocol.errors import (
    PasswordCommonError,
    PasswordDiffersError,
    PresentWrongError,
    ProposalOverError,
    ProposalOwnError,
    StaffSelfError,
)
from tests.central.accounts.office import PASSWORD
from tests.central.accounts.pages.visitor import Visitor

_SECRET = re.compile('<code class="secret">([^<]+)</code>')


async def secrets_at(visitor: Visitor, path: str) -> list[str]:
    return _SECRET.findall(await (await visitor.get(path)).text())


async def names(visitor: Visitor) -> list[str]:
    return [one.name for one in await visitor.office.accounts.listed()]


async def test_the_same_form_twice_acts_once_and_leads_to_the_same_page(visitor: Visitor) -> None:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    form = {"token": token, "name": "wang", "role": "operator"}
    first, second = await asyncio.gather(*(visitor.post("/staff/add", form) for _ in range(2)))
    later = await visitor.post("/staff/add", form)
    places = {answer.headers["Location"] for answer in (first, second, later)}
    assert (len(places), {first.status, second.status, later.status}) == (1, {303})
    assert await names(visitor) == ["keeper", "wang"]
    (place,) = places
    shown = await secrets_at(visitor, place)
    assert len(shown) == 1
    assert await secrets_at(visitor, place) == shown  # a reload shows the same
    await visitor.office.logins.begin("wang", shown[0], "", address="")


async def test_a_password_reset_twice_by_one_form_stays_good(visitor: Visitor) -> None:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    await visitor.office.accounts.add("wang", StaffRole.OPERATOR, PASSWORD)
    answers = [await visitor.post("/staff/wang/password", {"token": token}) for _ in range(2)]
    (shown,) = await secrets_at(visitor, answers[0].headers["Location"])
    assert answers[1].headers["Location"] == answers[0].headers["Location"]
    await visitor.office.logins.begin("wang", shown, "", address="")


async def test_a_form_that_was_refused_may_be_sent_again(visitor: Visitor) -> None:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    form = {"token": token, "name": "wang", "role": "operator"}
    await visitor.office.accounts.add("wang", StaffRole.OPERATOR, PASSWORD)
    refused = await visitor.post("/staff/add", form)
    text = await refused.text()
    assert (refused.status, 'value="wang"' in text, 'id="fault-name"' in text) == (400, True, True)
    await visitor.office.accounts.remove("wang")
    assert (await visitor.post("/staff/add", form)).status == 303


async def test_what_is_shown_once_stays_until_it_is_confirmed(visitor: Visitor) -> None:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    answer = await visitor.post("/staff/add", {"token": token, "name": "wang", "role": "operator"})
    place = answer.headers["Location"]
    assert place in await (await visitor.get("/once")).text()
    done = await visitor.post(f"{place}/done", {"token": token})
    assert (done.status, done.headers["Location"]) == (303, "/staff")
    assert (await visitor.get(place)).status == 404


async def propose_a_watcher(visitor: Visitor) -> str:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    form = {"token": token, "name": "watcher", "role": "audit"}
    answer = await visitor.post("/staff/add", form)
    assert (answer.status, answer.headers["Location"]) == (303, "/proposals")
    assert await names(visitor) == ["keeper"]
    (proposal,) = await visitor.office.proposals.listed()
    return proposal.number


async def test_an_account_that_watches_takes_two_persons(visitor: Visitor) -> None:
    number = await propose_a_watcher(visitor)
    keeper = visitor.cookie
    token = await visitor.log_in("system", StaffRole.SYSTEM)
    assert "watcher" in await (await visitor.get("/proposals")).text()
    await visitor.post(f"/proposals/{number}/confirm", {"token": token})
    assert await names(visitor) == ["keeper", "system", "watcher"]
    assert await visitor.office.onetime.waiting("system") == []  # whoever confirms learns nothing
    visitor.cookie = keeper
    (waiting,) = await visitor.office.onetime.waiting("keeper")
    (password,) = await secrets_at(visitor, f"/once/{waiting.number}")
    await visitor.office.logins.begin("watcher", password, "", address="")


async def test_nobody_is_both_persons(visitor: Visitor) -> None:
    number = await propose_a_watcher(visitor)
    text = await (await visitor.get("/proposals")).text()
    token = re.search('name="token" value="([0-9a-f]+)"', text)
    assert token
    assert f"/proposals/{number}/confirm" not in text
    answer = await visitor.post(f"/proposals/{number}/confirm", {"token": token[1]})
    assert (answer.status, ProposalOwnError.code in await answer.text()) == (400, True)
    assert await names(visitor) == ["keeper"]


@pytest.mark.parametrize("change", ["disable", "role"])
async def test_who_may_no_more_has_proposed_nothing(visitor: Visitor, change: str) -> None:
    number = await propose_a_watcher(visitor)
    await visitor.office.accounts.add("other", StaffRole.SECURITY, PASSWORD)
    if change == "disable":
        await visitor.office.accounts.set_disabled("keeper", disabled=True)
    else:
        await visitor.office.accounts.set_role("keeper", StaffRole.OPERATOR)
    token = await visitor.log_in("system", StaffRole.SYSTEM)
    answer = await visitor.post(f"/proposals/{number}/confirm", {"token": token})
    assert (answer.status, ProposalOverError.code in await answer.text()) == (400, True)
    assert "watcher" not in await names(visitor)


async def test_what_can_not_be_done_any_more_is_told_and_marked(
    visitor: Visitor,
) -> None:
    number = await propose_a_watcher(visitor)
    await visitor.office.accounts.add("watcher", StaffRole.OPERATOR, PASSWORD)
    token = await visitor.log_in("system", StaffRole.SYSTEM)
    answer = await visitor.post(f"/proposals/{number}/confirm", {"token": token})
    assert (answer.status, "staff.exists" in await answer.text()) == (400, True)
    assert (await visitor.office.proposals.found(number)).stage is Stage.FAILED


@pytest.mark.parametrize("verb", ["password", "unlock", "no-second", "disable", "remove", "role"])
async def test_nobody_changes_the_own_account_there(visitor: Visitor, verb: str) -> None:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    await visitor.office.accounts.add("other", StaffRole.SECURITY, PASSWORD)
    answer = await visitor.post(f"/staff/keeper/{verb}", {"token": token, "role": "audit"})
    assert (answer.status, StaffSelfError.code in await answer.text()) == (400, True)
    assert await visitor.office.proposals.listed() == []
    assert (await visitor.office.accounts.found("keeper")).role is StaffRole.SECURITY


@pytest.mark.parametrize(
    ("present", "password", "again", "code"),
    [
        (PASSWORD, "1234567890", "1234567890", PasswordCommonError.code),
        (PASSWORD, "another-good-1", "another-good-2", PasswordDiffersError.code),
        ("wrong-password", "another-good-1", "another-good-1", PresentWrongError.code),
    ],
)
async def test_a_fault_stands_at_its_field(
    visitor: Visitor, present: str, password: str, again: str, code: str
) -> None:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    form = {"token": token, "present": present, "password": password, "again": again}
    answer = await visitor.post("/me/password", form)
    text = await answer.text()
    assert answer.status == 400
    (fault,) = re.findall(r'<small class="fault" id="fault-(\w+)"[^>]*>(.*?)</small>', text)
    assert (code in fault[1], fault[1].rstrip().endswith("</code>")) == (True, True)


async def test_a_cookie_alone_shows_and_changes_no_second_factor(visitor: Visitor) -> None:
    token = await visitor.log_in("keeper", StaffRole.SECURITY)
    assert await secrets_at(visitor, "/me/second") == []
    for form in ({"code": "000000"}, {"present": "wrong-password"}):
        await visitor.post("/me/second", {"token": token, **form})
        await visitor.post("/me/second/begin", {"token": token, **form})
        await visitor.post("/me/recovery", {"token": token, **form})
        assert await secrets_at(visitor, "/me/second") == []
    assert not (await visitor.office.accounts.found("keeper")).second_factor
    await visitor.post("/me/second/begin", {"token": token, "present": PASSWORD})
    assert len(await secrets_at(visitor, "/me/second")) == 1


async def test_a_flood_of_failed_logins_is_few_entries(visitor: Visitor) -> None:
    await visitor.office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    visitor.cookie = "anonymous"
    form = {
        "token": visitor.site.forms.tokens.of("anonymous"),
        "name": "wang",
        "password": "wrong",
    }
    for _ in range(20):
        assert (await visitor.post("/login", form)).status == 403
    await visitor.site.close()
    counts = [
        (f"{action} {outcome}", detail["count"])
        for (_, action, outcome, _), detail in zip(
            visitor.notes.noted, visitor.notes.details, strict=True
        )
    ]
    assert sorted(counts) == [
        ("login login.locked", 1), ("login login.locked", 14),
        ("login login.refused", 1), ("login login.refused", 4),
    ]  # fmt: skip


async def test_both_steps_of_two_persons_stand_in_the_record(visitor: Visitor) -> None:
    number = await propose_a_watcher(visitor)
    token = await visitor.log_in("system", StaffRole.SYSTEM)
    noted = visitor.notes.noted
    noted.clear()
    await visitor.post(f"/proposals/{number}/confirm", {"token": token})
    assert noted == [
        ("system (web)", "confirm", "done", "watcher"),
        ("keeper + system (web)", "county.staff-add", "done", "watcher"),
    ]
    token = await visitor.log_in("other", StaffRole.SECURITY)
    noted.clear()
    await visitor.post("/staff/add", {"token": token, "name": "second", "role": "audit"})
    assert noted == [("other (web)", "propose", "done", "second")]
