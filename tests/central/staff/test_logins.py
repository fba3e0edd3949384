"""Logins: refused alike whatever is wrong, locked after five, ended by rest, night and change."""

import pyotp
import pytest

from central.staff.limits import ADDRESS_TRIES, IDLE_S, LOCK_S, LOGIN_S, LOGIN_TRIES
from central.staff.roles import Job, Right
from protocol.errors import LoginLockedError, LoginNeededError, LoginRefusedError
from tests.builders.clock import FakeClock
from tests.central.staff.office import PASSWORD, Office


async def try_wrong(office: Office, name: str, times: int, *, address: str = "") -> None:
    for _ in range(times):
        with pytest.raises(LoginRefusedError):
            await office.logins.begin(name, "wrong-password", "", address=address)


async def test_a_login_knows_its_rights(office: Office) -> None:
    await office.accounts.add("wang", Job.SECURITY, PASSWORD)
    token = await office.logins.begin("wang", PASSWORD, "", address="")
    login = await office.logins.of(token)
    assert (login.name, login.job) == ("wang", Job.SECURITY)
    assert login.may(Right.GRANT)
    assert not login.may(Right.RUN)


async def test_an_unknown_name_is_refused_like_a_wrong_password(office: Office) -> None:
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    with pytest.raises(LoginRefusedError) as unknown:
        await office.logins.begin("nobody", PASSWORD, "", address="")
    with pytest.raises(LoginRefusedError) as wrong:
        await office.logins.begin("wang", PASSWORD + "x", "", address="")
    assert str(unknown.value) == str(wrong.value)


async def test_an_empty_password_opens_nothing(office: Office) -> None:
    with pytest.raises(LoginRefusedError):
        await office.logins.begin("nobody", "", "", address="")


async def test_five_wrong_passwords_lock_and_time_unlocks(office: Office) -> None:
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    await try_wrong(office, "wang", LOGIN_TRIES)
    with pytest.raises(LoginLockedError):
        await office.logins.begin("wang", PASSWORD, "", address="")
    office.clock.tick(LOCK_S + 1)
    await office.logins.begin("wang", PASSWORD, "", address="")


async def test_a_right_login_forgets_the_wrong_ones(office: Office) -> None:
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    for _ in range(3):
        await try_wrong(office, "wang", LOGIN_TRIES - 1)
        await office.logins.begin("wang", PASSWORD, "", address="")


async def test_a_clock_that_is_set_back_locks_nobody_for_years(office: Office) -> None:
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    await try_wrong(office, "wang", LOGIN_TRIES)
    office.clock.jump_wall(ms=-400 * 86_400_000)
    await office.logins.begin("wang", PASSWORD, "", address="")


async def test_many_names_from_one_address_are_slowed_down(office: Office) -> None:
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    for number in range(ADDRESS_TRIES):
        await try_wrong(office, f"name{number}", 1, address="10.0.0.9")
    with pytest.raises(LoginLockedError):
        await office.logins.begin("wang", PASSWORD, "", address="10.0.0.9")
    await office.logins.begin("wang", PASSWORD, "", address="10.0.0.8")
    office.clock.tick(LOCK_S + 1)
    await office.logins.begin("wang", PASSWORD, "", address="10.0.0.9")


async def test_a_login_ends_by_rest_and_at_night(office: Office) -> None:
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
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
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    token = await office.logins.begin("wang", PASSWORD, "", address="")
    office.clock.jump_wall(ms=jump_ms)
    await office.logins.of(token)
    office.clock.tick(IDLE_S)
    with pytest.raises(LoginNeededError):
        await office.logins.of(token)


async def test_logging_out_ends_it(office: Office) -> None:
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
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
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
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
    await office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    for _ in range(LOGIN_TRIES):
        with pytest.raises(LoginRefusedError):
            await office.logins.prove("wang", "wrong-password")
    with pytest.raises(LoginLockedError):
        await office.logins.prove("wang", PASSWORD)
