"""The second factor and wrong clocks: by the county's time, and a wrong clock is called one."""

import pyotp
import pytest

from central.accounts.codetime import CodeTimes, county_times
from central.accounts.limits import LOGIN_TRIES
from central.accounts.second import _digits
from protocol.errors import LoginClockError, LoginLockedError, LoginRefusedError
from protocol.ids import Instance
from protocol.trust.time_statement import known_time, sign_time
from protocol.trust.trusted_clock import HeldTime, TrustedClock
from tests.builders.clock import START_MS, FakeClock
from tests.builders.envelopes import COUNTY, keys_of
from tests.central.accounts.office import PASSWORD, Office
from tests.central.accounts.test_logins import code_at, with_second

HOUR_MS, DAY_MS, YEAR_MS = 3_600_000, 86_400_000, 365 * 86_400_000


def hear(office: Office, at_ms: int) -> None:
    """The county's time comes over a line."""
    signer = keys_of(COUNTY).signer
    n = office.trusted.n + 1
    signed = sign_time(signer, instance=Instance(b"county-1"), n=n, at_ms=at_ms)
    assert office.trusted.hear(signed, known_time(signed), hint_ms=at_ms)


def code_of(secret: str, at_ms: int) -> str:
    return pyotp.TOTP(secret).at(at_ms // 1000)


async def log_in(office: Office, code: str, password: str = PASSWORD) -> None:
    await office.logins.begin("wang", password, code, address="")


@pytest.mark.parametrize("jump_ms", [10 * 60_000, -3 * DAY_MS, -17 * YEAR_MS, 5 * YEAR_MS])
async def test_a_hub_with_a_wrong_clock_lets_its_operators_in(office: Office, jump_ms: int) -> None:
    secret = await with_second(office)
    hear(office, office.clock.now_ms())
    office.clock.tick(60)
    right_ms = office.clock.now_ms()
    office.clock.jump_wall(ms=jump_ms)
    await log_in(office, code_of(secret, right_ms))
    with pytest.raises(LoginRefusedError):
        await log_in(office, code_of(secret, right_ms))  # each is good once
    office.clock.tick(60)
    wrong = code_at(secret, office.clock)  # of somebody who believes the machine's date
    with pytest.raises(LoginClockError if jump_ms > 0 else LoginRefusedError):  # or it is past
        await log_in(office, wrong)


@pytest.mark.parametrize("jump_ms", [10 * 60_000, -DAY_MS, DAY_MS, 8 * HOUR_MS])
async def test_where_no_county_told_the_time_a_wrong_clock_is_called_one(
    office: Office, jump_ms: int
) -> None:
    secret = await with_second(office)
    right_ms = office.clock.now_ms()
    office.clock.jump_wall(ms=jump_ms)
    for _ in range(2 * LOGIN_TRIES):  # no wrong guess: it locks nobody
        with pytest.raises(LoginClockError, match="相差约"):
            await log_in(office, code_of(secret, right_ms))
    office.clock.jump_wall(ms=-jump_ms)
    await log_in(office, code_of(secret, right_ms))


@pytest.mark.parametrize("jump_ms", [-3 * DAY_MS, -17 * YEAR_MS, 5 * YEAR_MS])
async def test_after_a_start_with_any_date_the_last_word_of_the_county_explains_it(
    office: Office, jump_ms: int
) -> None:
    """Restarted with an empty battery, and the line to the county is down."""
    secret = await with_second(office)
    hear(office, office.clock.now_ms())
    office.clock.tick(2 * 3600)
    right_ms = office.clock.now_ms()
    office.clock.jump_wall(ms=jump_ms)
    office.trusted._came_s = None  # the process begins anew
    with pytest.raises(LoginClockError):
        await log_in(office, code_of(secret, right_ms))


async def test_a_clock_that_is_always_off_is_known_over_a_start(office: Office) -> None:
    secret = await with_second(office)
    right_ms = office.clock.now_ms()
    office.clock.jump_wall(ms=-17 * YEAR_MS)
    hear(office, right_ms)
    office.clock.tick(3600)
    office.trusted._came_s = None  # the process begins anew
    await log_in(office, code_of(secret, right_ms + HOUR_MS))


async def test_wrong_guesses_are_counted_whatever_the_clock_says(office: Office) -> None:
    secret = await with_second(office)
    right_ms = office.clock.now_ms()
    office.clock.jump_wall(ms=HOUR_MS)
    code = code_of(secret, right_ms)
    for _ in range(LOGIN_TRIES - 1):
        with pytest.raises(LoginRefusedError) as caught:
            await log_in(office, code, "wrong-password")
        assert not isinstance(caught.value, LoginClockError)  # the password comes first
    for _ in range(3):  # none of these is the fifth
        with pytest.raises(LoginClockError):
            await log_in(office, code)
    with pytest.raises(LoginRefusedError):
        await log_in(office, "no code")
    with pytest.raises(LoginLockedError):
        await log_in(office, code)


async def test_a_code_that_was_used_long_ago_explains_nothing(office: Office) -> None:
    """Else yesterday's code, seen over a shoulder, would tell that the password is right."""
    secret = await with_second(office)
    office.clock.tick(3600)
    seen = code_at(secret, office.clock)
    await log_in(office, seen)
    office.clock.tick(60)
    await log_in(office, code_at(secret, office.clock))
    office.clock.tick(3600)
    with pytest.raises(LoginRefusedError) as caught:
        await log_in(office, seen)
    assert not isinstance(caught.value, LoginClockError)


@pytest.mark.parametrize("step", [0, 1, 59_666_666, 2**40])
def test_our_digits_are_those_of_the_library(step: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    key = pyotp.TOTP(secret).byte_secret()
    assert _digits(key, step) == pyotp.HOTP(secret).at(step)


def test_only_what_the_county_signed_moves_the_time_of_codes() -> None:
    clock = FakeClock()
    trusted = TrustedClock(clock)
    trusted.hint(START_MS + 5 * YEAR_MS)
    day = (START_MS - DAY_MS, START_MS + DAY_MS)
    assert county_times(trusted)() == CodeTimes(right=(START_MS,), likely=(day,))
    assert isinstance(trusted.held, HeldTime | None)
