"""Accounts as pages, commands and the socket ask for them: rights and record in the service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from central.accounts.calls import (
    AddAccount,
    Change,
    ChangeAccount,
    NewPassword,
    RemoveAccount,
)
from central.accounts.roles import RIGHTS, Right, StaffRole
from central.accounts.service import AccountService
from central.store.copying import sqlite_url
from protocol.errors import (
    LoginForbiddenError,
    ProposalOwnError,
    StaffSelfError,
    StaffTwiceError,
    YizhanError,
)
from protocol.json_values import to_json
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Nothing
from runtime.control.owner import BY
from tests.central.accounts.office import PASSWORD, open_office
from tests.central.accounts.pages.visitor import Notes

ROOT = Actor.at_command_line("root")
KEEPER = Actor.on_page("keeper", RIGHTS[StaffRole.SECURITY])
NOBODY = Actor.on_page("reader", frozenset({Right.LOOK}))


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[AccountService]:
    async with open_office(sqlite_url(tmp_path / "node.db")) as office:
        await office.accounts.add("keeper", StaffRole.SECURITY, PASSWORD)
        await office.accounts.add("wang", StaffRole.OPERATOR, PASSWORD)
        yield AccountService(office.accounts, role="county", rights=RIGHTS, record=Notes())


def noted(service: AccountService) -> list[tuple[str, str, str, str]]:
    assert isinstance(service.record, Notes)
    return service.record.noted


Act = Callable[[AccountService, Actor], Awaitable[object]]
ACTS: dict[str, Act] = {
    "list": lambda service, who: service.listed(who, Nothing()),
    "add": lambda service, who: service.add(
        who, AddAccount(name="li", role=StaffRole.OPERATOR, password=PASSWORD)
    ),
    "password": lambda service, who: service.set_password(who, NewPassword(name="wang")),
    "change": lambda service, who: service.change(
        who, ChangeAccount(name="wang", change=Change.DISABLE)
    ),
    "remove": lambda service, who: service.remove(who, RemoveAccount(name="wang")),
}


@pytest.mark.parametrize("act", ACTS)
async def test_without_the_right_nothing_is_done_or_told(service: AccountService, act: str) -> None:
    before = await service.listed(ROOT, Nothing())
    with pytest.raises(LoginForbiddenError):
        await ACTS[act](service, NOBODY)
    assert await service.listed(ROOT, Nothing()) == before
    assert {outcome for _, _, outcome, _ in noted(service)} <= {"login.forbidden"}


@pytest.mark.parametrize("act", [act for act in ACTS if act != "list"])
@pytest.mark.parametrize("who", [ROOT, KEEPER], ids=str)
async def test_whatever_is_done_stands_in_the_record_once(
    service: AccountService, act: str, who: Actor
) -> None:
    await ACTS[act](service, who)
    subject = "li" if act == "add" else "wang"
    assert noted(service) == [(str(who), f"county.staff-{act}", "done", subject)]


async def test_a_refusal_stands_there_with_its_code_and_no_password_does(
    service: AccountService,
) -> None:
    again = AddAccount(name="wang", role=StaffRole.OPERATOR, password=PASSWORD)
    with pytest.raises(StaffTwiceError):
        await service.add(ROOT, again)
    assert noted(service) == [("root", "county.staff-add", "staff.exists", "wang")]
    assert isinstance(service.record, Notes)
    assert service.record.details == [{"role": "operator"}]
    assert PASSWORD not in repr(again)


@pytest.mark.parametrize(
    "wanted",
    [
        NewPassword(name="keeper"),
        RemoveAccount(name="keeper"),
        *(ChangeAccount(name="keeper", change=change) for change in Change),
    ],
    ids=str,
)
async def test_nobody_changes_the_own_account_on_a_page(
    service: AccountService, wanted: NewPassword | RemoveAccount | ChangeAccount
) -> None:
    with pytest.raises(StaffSelfError):
        await service.takes_two(KEEPER, wanted)
    assert isinstance(await service.takes_two(ROOT, wanted), bool)


async def test_one_person_alone_on_a_page_makes_nobody_who_watches(
    service: AccountService,
) -> None:
    watcher = AddAccount(name="watcher", role=StaffRole.AUDIT, password=PASSWORD)
    with pytest.raises(ProposalOwnError):
        await service.add(KEEPER, watcher)
    rise = ChangeAccount(name="wang", change=Change.SYSTEM)
    with pytest.raises(ProposalOwnError):
        await service.change(KEEPER, rise)
    both = Actor.on_page("li", RIGHTS[StaffRole.SECURITY], together="keeper")
    await service.add(both, watcher)
    assert (await service.change(ROOT, rise)).role is StaffRole.SYSTEM
    assert [one.name for one in await service.listed(ROOT, Nothing())] == [
        "keeper",
        "wang",
        "watcher",
    ]


async def test_over_the_socket_the_answers_have_the_names_that_commands_print(
    service: AccountService,
) -> None:
    operations = service.handlers()
    made = await operations["county.staff-add"](
        {"name": "li", "role": "operator", "password": None, BY: "root"}, silent
    )
    assert set(made) == {
        *("name", "role", "second_factor", "must_change_password", "disabled"),
        *("locked_until_ms", "last_login_ms", "recovery_codes", "password"),
    }
    assert (made["name"], made["role"], made["must_change_password"]) == ("li", "operator", True)
    listed = await operations["county.staff-list"]({BY: "root"}, silent)
    assert listed == to_json(await service.listed(ROOT, Nothing()))
    with pytest.raises(YizhanError):
        await operations["county.staff-change"]({"name": "li", "change": "king"}, silent)
