"""Logins: refused alike whatever is wrong, locked after five, ended by rest, night and change."""

import asyncio
import hashlib
from collections import Counter

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.limits import (
    ADDRESS_TRIES,
    IDLE_S,
    LOCK_S,
    LOGIN_S,
    LOGIN_TRIES,
    PROPOSED_S,
    RECOVERY_CODES,
)
from central.accounts.models import AccountRow, TriesRow
from central.accounts.roles import Right, StaffRole
from protocol.errors import LoginError, LoginLockedError, LoginNeededError, LoginRefusedError
from tests.builders.clock import FakeClock
from tests.central.accounts.office import PASSWORD, Office


async def try_wrong(office: Office, name: str, times: int, *, address: str = "") -> None:
    for _ in range(times):
        with pytest.raises(LoginRefusedError):
            await office.logins.begin(name, "wrong-password", "", address=address)


async def test_a_login_knows_its_rights(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SECURITY, PASSWORD)
    token = await office.logins.begin("wang", PASSWORD, "", address="")
    login = await office.logins.of(token)
    assert (login.name, login.role) == ("wang", StaffRole.SECURITY)
    assert login.may(Right.GRANT)
    assert not login.may(Right.RUN)


async def test_an_unknown_name_is_refused_like_a_wrong_password(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    with pytest.raises(LoginRefusedError) as unknown:
        await office.logins.begin("nobody", PASSWORD, "", address="")
    with pytest.raises(LoginRefusedError) as wrong:
        await office.logins.begin("wang", PASSWORD + "x", "", address="")
    assert str(unknown.value) == str(wrong.value)


async def test_an_empty_password_opens_nothing(office: Office) -> None:
    with pytest.raises(LoginRefusedError):
        await office.logins.begin("nobody", "", "", address="")


async def test_five_wrong_passwords_lock_and_time_unlocks(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    await try_wrong(office, "wang", LOGIN_TRIES)
    with pytest.raises(LoginLockedError):
        await office.logins.begin("wang", PASSWORD, "", address="")
    office.clock.tick(LOCK_S + 1)
    await office.logins.begin("wang", PASSWORD, "", address="")


async def test_a_name_that_is_not_there_is_locked_like_one_that_is(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    said: dict[str, list[str]] = {"wang": [], "nobody": []}
    for name, answers in said.items():
        for _ in range(LOGIN_TRIES + 2):
            with pytest.raises(LoginError) as refused:
                await office.logins.begin(name, "wrong-password", "", address=name)
            answers.append(str(refused.value))
    assert said["wang"] == said["nobody"]
    assert LoginLockedError.code in said["wang"][LOGIN_TRIES]
    assert LoginLockedError.code not in said["wang"][LOGIN_TRIES - 1]
    assert [one.locked_until_ms is not None for one in await office.accounts.listed()] == [True]


async def test_many_guesses_at_once_are_all_counted_before_they_are_judged(
    office: Office,
) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    for name in ("wang", "nobody"):
        guesses = [
            office.logins.begin(name, f"wrong-password-{n}", "", address=f"10.0.0.{n}")
            for n in range(160)
        ]
        answers = await asyncio.gather(*guesses, return_exceptions=True)
        kinds = Counter(type(answer) for answer in answers)
        assert kinds == {LoginRefusedError: LOGIN_TRIES, LoginLockedError: 160 - LOGIN_TRIES}


async def test_many_names_at_once_from_one_address_are_all_counted(office: Office) -> None:
    guesses = [
        office.logins.begin(f"name{n}", "wrong-password", "", address="10.0.0.9")
        for n in range(160)
    ]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {LoginRefusedError: ADDRESS_TRIES, LoginLockedError: 160 - ADDRESS_TRIES}


async def test_right_logins_of_an_office_do_not_count_against_its_address(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    for _ in range(ADDRESS_TRIES + 1):
        await office.logins.begin("wang", PASSWORD, "", address="10.0.0.9")


async def test_names_that_are_no_accounts_are_forgotten_before_accounts_are(
    office: Office,
) -> None:
    office.accounts.tries.most_names = 3
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    await try_wrong(office, "wang", LOGIN_TRIES)
    for number in range(5):
        office.clock.tick(1)
        await try_wrong(office, f"name{number}", 1, address=f"10.0.0.{number}")

    async def held(session: AsyncSession) -> list[bool]:
        return sorted(await session.scalars(select(TriesRow.known)))

    assert await office.store.transact(held) == [False, False, False, True]
    with pytest.raises(LoginLockedError):
        await office.logins.begin("wang", PASSWORD, "", address="")


async def test_what_was_typed_as_a_name_is_not_kept(office: Office) -> None:
    await try_wrong(office, "my-password-in-the-wrong-field", 1)

    async def held(session: AsyncSession) -> list[bytes]:
        return list(await session.scalars(select(TriesRow.name)))

    (name,) = await office.store.transact(held)
    assert name != hashlib.sha256(b"my-password-in-the-wrong-field").digest()
    assert b"password" not in name


async def test_a_right_login_forgets_the_wrong_ones(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    for _ in range(3):
        await try_wrong(office, "wang", LOGIN_TRIES - 1)
        await office.logins.begin("wang", PASSWORD, "", address="")


async def test_a_clock_that_is_set_back_locks_nobody_for_years(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    await try_wrong(office, "wang", LOGIN_TRIES)
    office.clock.jump_wall(ms=-400 * 86_400_000)
    await office.logins.begin("wang", PASSWORD, "", address="")


async def test_many_names_from_one_address_are_slowed_down(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    for number in range(ADDRESS_TRIES):
        await try_wrong(office, f"name{number}", 1, address="10.0.0.9")
    with pytest.raises(LoginLockedError):
        await office.logins.begin("wang", PASSWORD, "", address="10.0.0.9")
    await office.logins.begin("wang", PASSWORD, "", address="10.0.0.8")
    office.clock.tick(LOCK_S + 1)
    await office.logins.begin("wang", PASSWORD, "", address="10.0.0.9")


async def test_a_login_ends_by_rest_and_at_night(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    token = await office.logins.begin("wang", PASSWORD, "", address="")
    for _ in range(int(LOGIN_S / (IDLE_S - 1))):
        office.clock.tick(IDLE_S - 1)
        await office.logins.of(token)
    office.clock.tick(IDLE_S - 1)  # used all day, and still it ends
    with pytest.raises(LoginNeededError):
        await office.logins.of(token)

    token = await office.logins.begin("wang", PASSWORD, "", address="")
    office.clock.tick(IDLE_S)
    with pytest.raises(LoginNeededError):
        await office.logins.of(token)


@pytest.mark.parametrize("jump_ms", [-(10**12), 10**12])
async def test_a_date_that_is_set_lengthens_and_ends_no_login(office: Office, jump_ms: int) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    token = await office.logins.begin("wang", PASSWORD, "", address="")
    office.clock.jump_wall(ms=jump_ms)
    await office.logins.of(token)
    office.clock.tick(IDLE_S)
    with pytest.raises(LoginNeededError):
        await office.logins.of(token)


async def test_logging_out_ends_it(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    token = await office.logins.begin("wang", PASSWORD, "", address="")
    office.logins.end(token)
    with pytest.raises(LoginNeededError):
        await office.logins.of(token)


@pytest.mark.parametrize("token", ["", "0" * 64, "x"])
async def test_a_made_up_token_is_nobody(office: Office, token: str) -> None:
    with pytest.raises(LoginNeededError):
        await office.logins.of(token)


def code_at(secret: str, clock: FakeClock) -> str:
    return pyotp.TOTP(secret).at(clock.now_ms() // 1000)


async def with_second(office: Office) -> str:
    """An account with a second factor, set up a while ago; its secret."""
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    secret = office.second.new_secret()
    code = code_at(secret, office.clock)
    step = office.second.step(secret, code, office.clock.now_ms(), after=None)
    assert step is not None
    await office.accounts.put_second("wang", office.second.sealed("wang", secret), step)
    office.clock.tick(60)
    return secret


async def test_a_code_is_needed_and_good_for_one_login(office: Office) -> None:
    secret = await with_second(office)
    code = code_at(secret, office.clock)
    with pytest.raises(LoginRefusedError):
        await office.logins.begin("wang", PASSWORD, "", address="")
    with pytest.raises(LoginRefusedError):
        await office.logins.begin("wang", "wrong-password", code, address="")
    token = await office.logins.begin("wang", PASSWORD, code, address="")
    assert (await office.logins.of(token)).has_second
    with pytest.raises(LoginRefusedError):  # somebody looked over the shoulder
        await office.logins.begin("wang", PASSWORD, code, address="")
    office.clock.tick(30)
    await office.logins.begin("wang", PASSWORD, code_at(secret, office.clock), address="")


async def test_a_recovery_code_takes_the_place_of_a_telephone_once(office: Office) -> None:
    await with_second(office)
    codes = await office.accounts.new_recovery("wang")
    assert len(set(codes)) == RECOVERY_CODES
    await office.logins.begin("wang", PASSWORD, f" {codes[2].upper()} ", address="")
    with pytest.raises(LoginRefusedError):
        await office.logins.begin("wang", PASSWORD, codes[2], address="")
    await office.logins.begin("wang", PASSWORD, codes[3].replace("-", ""), address="")
    assert (await office.accounts.found("wang")).recovery_codes == RECOVERY_CODES - 2
    again = await office.accounts.new_recovery("wang")
    with pytest.raises(LoginRefusedError):
        await office.logins.begin("wang", PASSWORD, codes[4], address="")
    with pytest.raises(LoginRefusedError):
        await office.logins.begin("wang", "wrong-password", again[0], address="")
    await office.logins.begin("wang", PASSWORD, again[0], address="")


async def test_recovery_codes_are_kept_as_hashes_and_go_with_the_second_factor(
    office: Office,
) -> None:
    await with_second(office)
    codes = await office.accounts.new_recovery("wang")

    async def kept(session: AsyncSession) -> bytes:
        row = await session.get(AccountRow, "wang")
        assert row is not None
        return row.recovery

    held = await office.store.transact(kept)
    assert all(code.encode() not in held for code in codes)
    await office.accounts.drop_second("wang")
    assert await office.store.transact(kept) == b""


async def test_a_cookie_alone_shows_no_other_second_factor(office: Office) -> None:
    secret = await with_second(office)
    token = await office.logins.begin("wang", PASSWORD, code_at(secret, office.clock), address="")
    office.clock.tick(60)
    right = code_at(secret, office.clock)
    for password, code in (("wrong-password", right), (PASSWORD, ""), (PASSWORD, "000000")):
        with pytest.raises(LoginRefusedError):
            await office.logins.propose_second(token, password, code, address="")
        assert office.logins.proposed_second(token) == ""
    await office.logins.propose_second(token, PASSWORD, right, address="")
    assert office.logins.proposed_second(token) not in ("", secret)
    office.clock.tick(PROPOSED_S + 1)
    assert office.logins.proposed_second(token) == ""


@pytest.mark.parametrize(("seconds", "fits"), [(-90, False), (-30, True), (30, True), (90, False)])
async def test_a_telephone_may_be_a_little_wrong(
    office: Office, seconds: int, *, fits: bool
) -> None:
    secret = await with_second(office)
    office.clock.tick(300)
    code = pyotp.TOTP(secret).at(office.clock.now_ms() // 1000 + seconds)
    if fits:
        await office.logins.begin("wang", PASSWORD, code, address="")
    else:
        with pytest.raises(LoginRefusedError):
            await office.logins.begin("wang", PASSWORD, code, address="")


async def test_the_secret_of_a_telephone_is_not_in_clear_in_the_database(office: Office) -> None:
    secret = await with_second(office)
    sealed = office.second.sealed("wang", secret)
    assert secret.encode() not in sealed
    assert office.second.opened("wang", sealed) == secret


async def test_typing_wrong_present_passwords_locks_too(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    for _ in range(LOGIN_TRIES):
        with pytest.raises(LoginRefusedError):
            await office.logins.prove("wang", "wrong-password")
    with pytest.raises(LoginLockedError):
        await office.logins.prove("wang", PASSWORD)


async def test_a_disabled_account_does_not_get_in_with_its_right_password(office: Office) -> None:
    await office.accounts.add("wang", StaffRole.SYSTEM, PASSWORD)
    await office.accounts.set_disabled("wang", disabled=True)
    for _ in range(2):
        with pytest.raises(LoginRefusedError):
            await office.logins.begin("wang", PASSWORD, "", address="")
    await office.accounts.set_disabled("wang", disabled=False)
    await office.logins.begin("wang", PASSWORD, "", address="")
