"""Accounts: made once, changed by others, and never all gone."""

import pytest

from central.accounts.calls import Account
from central.accounts.roles import StaffRole
from protocol.errors import (
    LoginNeededError,
    PasswordWeakError,
    StaffLastError,
    StaffTwiceError,
    StaffUnknownError,
    UsageError,
)
from tests.central.accounts.office import PASSWORD, Office


async def test_a_made_password_must_be_changed_a_given_one_need_not(office: Office) -> None:
    told, made = await office.accounts.add("王芳", StaffRole.SYSTEM)
    own, given = await office.accounts.add("li.qiang", StaffRole.AUDIT, PASSWORD)
    assert (told.must_change_password, own.must_change_password) == (True, False)
    assert given == PASSWORD
    token = await office.logins.begin("王芳", made, "", address="")
    assert (await office.logins.of(token)).must_change


@pytest.mark.parametrize("name", ["", "x", "a" * 33, "a b", "<script>", "../..", "a\nb"])
async def test_what_is_no_name_is_not_taken(office: Office, name: str) -> None:
    with pytest.raises(UsageError):
        await office.accounts.add(name, StaffRole.SYSTEM)


async def test_a_name_is_given_once(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    with pytest.raises(StaffTwiceError):
        await office.accounts.add("wang", StaffRole.AUDIT, PASSWORD)
    assert [one.role for one in await office.accounts.listed()] == [StaffRole.SYSTEM]


async def test_a_weak_password_makes_no_account(office: Office) -> None:
    with pytest.raises(PasswordWeakError):
        await office.accounts.add("wang", StaffRole.SYSTEM, "short")
    assert await office.accounts.listed() == []


async def test_nobody_changes_an_account_that_is_not_there(office: Office) -> None:
    with pytest.raises(StaffUnknownError):
        await office.accounts.set_password("nobody", PASSWORD)
    with pytest.raises(StaffUnknownError):
        await office.accounts.remove("nobody")


async def test_the_last_keeper_of_accounts_stays(office: Office) -> None:
    await office.accounts.add("first", StaffRole.SECURITY, PASSWORD)
    for action in (
        office.accounts.remove("first"),
        office.accounts.set_disabled("first", disabled=True),
        office.accounts.set_role("first", StaffRole.OPERATOR),
    ):
        with pytest.raises(StaffLastError):
            await action
    await office.accounts.add("second", StaffRole.SECURITY, PASSWORD)
    await office.accounts.remove("first")
    assert [one.name for one in await office.accounts.listed()] == ["second"]


async def test_a_disabled_keeper_does_not_count(office: Office) -> None:
    await office.accounts.add("first", StaffRole.SECURITY, PASSWORD)
    await office.accounts.add("second", StaffRole.SECURITY, PASSWORD)
    await office.accounts.set_disabled("second", disabled=True)
    with pytest.raises(StaffLastError):
        await office.accounts.remove("first")


@pytest.mark.parametrize("verb", ["password", "role", "disable", "second", "remove"])
async def test_every_change_ends_the_open_logins(office: Office, verb: str) -> None:
    await office.accounts.add("keeper", StaffRole.SECURITY, PASSWORD)
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    token = await office.logins.begin("wang", PASSWORD, "", address="")
    await office.logins.of(token)

    async def change() -> Account | str | None:
        match verb:
            case "password":
                return await office.accounts.set_password("wang", PASSWORD + "!")
            case "role":
                return await office.accounts.set_role("wang", StaffRole.AUDIT)
            case "disable":
                return await office.accounts.set_disabled("wang", disabled=True)
            case "second":
                return await office.accounts.drop_second("wang")
            case _:
                await office.accounts.remove("wang")
                return None

    await change()
    with pytest.raises(LoginNeededError):
        await office.logins.of(token)
