"""The county's word on the time: bound at parse, and believed by its number alone."""

import pytest

from protocol.envelope.keys import Context, new_signer, sign_record
from protocol.errors import MalformedError, SignatureError, TooLargeError, YizhanError
from protocol.exchange.messages import Hello
from protocol.ids import Instance
from protocol.limits import MAX_COUNT, MAX_TIME_BYTES, MAX_TIME_MS, TIME_SURE_S
from protocol.trust.schedule import local_day, local_time
from protocol.trust.time_statement import TimeStatement, known_time, open_time, sign_time
from protocol.trust.trusted_clock import HeldTime, TrustedClock
from tests.builders.chance import SeededRandomness
from tests.builders.clock import START_MS, FakeClock

COUNTY = new_signer(SeededRandomness(1))
OTHER = new_signer(SeededRandomness(2))
INSTANCE = Instance(b"county-1")
HOUR_MS, DAY_S = 3_600_000, 86_400
YEAR_MS = 365 * DAY_S * 1000
IN_2009_MS, IN_2035_MS = 1_230_768_000_000, 2_051_222_400_000
STRANGE = [-(2**63), -1, 0, 1, IN_2009_MS, MAX_TIME_MS, MAX_TIME_MS + 1, 253_402_300_800_000]
STRANGE += [2**53 - 1, 2**53, 2**63, 2**64 - 1]


def said(n: int, at_ms: int) -> tuple[bytes, TimeStatement]:
    signed = sign_time(COUNTY, instance=INSTANCE, n=n, at_ms=at_ms)
    return signed, open_time(COUNTY.public_bytes(), signed)


def hear(clock: TrustedClock, n: int, at_ms: int, *, hint_ms: int | None = START_MS) -> bool:
    return clock.hear(*said(n, at_ms), hint_ms=hint_ms)


def test_what_the_county_signs_is_read_as_it_was_said() -> None:
    signed, statement = said(7, START_MS)
    assert (statement.instance, statement.n, statement.at_ms) == (INSTANCE, 7, START_MS)
    assert known_time(signed) == statement
    assert len(signed) < MAX_TIME_BYTES


def test_nobody_else_can_say_it() -> None:
    signed = sign_time(OTHER, instance=INSTANCE, n=7, at_ms=START_MS)
    with pytest.raises(SignatureError):
        open_time(COUNTY.public_bytes(), signed)
    statement = known_time(signed)
    with pytest.raises(SignatureError):
        open_time(COUNTY.public_bytes(), sign_record(COUNTY, Context.MARK, statement))


@pytest.mark.parametrize(
    ("n", "at_ms", "fits"),
    [
        (1, 1, True),
        (MAX_COUNT - 1, MAX_TIME_MS, True),
        (0, START_MS, False),
        (MAX_COUNT, START_MS, False),
        (1, 0, False),
        (1, MAX_TIME_MS + 1, False),
    ],
)
def test_each_limit_is_exact(n: int, at_ms: int, *, fits: bool) -> None:
    if fits:
        assert said(n, at_ms)[1].at_ms == at_ms
        return
    with pytest.raises(ValueError, match="time"):
        TimeStatement(instance=INSTANCE, n=n, at_ms=at_ms)


@pytest.mark.parametrize("junk", [b"", b"\xc0", b"\x92\xc4\x00\xc4\x00", bytes(MAX_TIME_BYTES + 1)])
def test_junk_is_refused_in_our_own_words(junk: bytes) -> None:
    with pytest.raises((MalformedError, TooLargeError, SignatureError)) as caught:
        open_time(COUNTY.public_bytes(), junk)
    assert isinstance(caught.value, YizhanError)


@pytest.mark.parametrize("time_ms", STRANGE)
def test_whatever_a_clock_says_can_be_shown_and_counted_on_from(time_ms: int) -> None:
    shown = local_time(time_ms)
    assert 1970 <= shown.year <= 3000
    assert 0 <= local_day(time_ms) < 400_000


@pytest.mark.parametrize("time_ms", STRANGE)
def test_a_neighbours_clock_is_a_hint_and_no_more(time_ms: int) -> None:
    hello = Hello(versions=(1,), instance=b"hub-1234", exchange=b"exchange", time_ms=time_ms)
    clock = TrustedClock(FakeClock())
    clock.hint(hello.time_ms)
    clock.hint(time_ms)
    assert clock.now_ms() is None
    best_ms = clock.best_ms()
    assert best_ms in {time_ms, START_MS}
    assert (best_ms == time_ms) is (0 < time_ms <= MAX_TIME_MS)
    hear(clock, 1, IN_2009_MS, hint_ms=IN_2009_MS)
    clock.hint(time_ms)
    assert (clock.now_ms(), clock.best_ms()) == (IN_2009_MS, IN_2009_MS)


def test_a_higher_number_wins_in_both_directions_and_a_lower_or_equal_one_never() -> None:
    clock = TrustedClock(FakeClock())
    assert hear(clock, 5, IN_2035_MS)
    assert hear(clock, 6, IN_2009_MS)
    assert clock.now_ms() == IN_2009_MS
    assert not hear(clock, 6, START_MS)
    assert not hear(clock, 5, START_MS)
    assert (clock.n, clock.now_ms()) == (6, IN_2009_MS)


@pytest.mark.parametrize("local_ms", [0, IN_2009_MS, START_MS, IN_2035_MS, MAX_TIME_MS])
def test_it_goes_on_by_ticks_whatever_the_date_is_set_to(local_ms: int) -> None:
    machine = FakeClock(local_ms)
    clock = TrustedClock(machine)
    hear(clock, 1, START_MS)
    machine.tick(3600)
    machine.jump_wall(ms=IN_2035_MS - IN_2009_MS)
    assert clock.now_ms() == START_MS + HOUR_MS
    assert clock.error_ms == machine.now_ms() - START_MS - HOUR_MS
    assert clock.is_sure


@pytest.mark.parametrize(
    ("ahead_ms", "age_ms", "told_ms"),
    [
        (0, 0, 0),
        (0, 540_000, 0),  # the statement had waited, the clock is right
        (400_000, 540_000, 400_000),
        (-400_000, 540_000, -400_000),
        (0, 3_600_000, 3_000_000),  # no honest parent says that: bounded by how long one waits
    ],
)
def test_the_age_of_a_statement_is_no_error_of_the_clock(
    ahead_ms: int, age_ms: int, told_ms: int
) -> None:
    now_ms = START_MS + age_ms
    clock = TrustedClock(FakeClock(now_ms + ahead_ms))
    hear(clock, 1, START_MS, hint_ms=now_ms)
    assert clock.error_ms == told_ms


@pytest.mark.parametrize(
    ("fresh", "off_ms", "told_ms"),
    [
        (True, 600_000, 0),  # it may have been so old when the station joined
        (True, 600_001, 600_001),
        (True, -1_000, -1_000),
        (False, YEAR_MS, 0),  # a stick may have been on its way for a year
        (False, -1_000, -1_000),
    ],
)
def test_what_the_county_said_before_this_process_tells_a_wrong_clock_with_care(
    fresh: bool, off_ms: int, told_ms: int
) -> None:
    clock = later_process(FakeClock(START_MS + off_ms), fresh=fresh)
    assert clock.error_ms == told_ms


def later_process(machine: FakeClock, *, fresh: bool = True) -> TrustedClock:
    signed, statement = said(3, START_MS)
    held = HeldTime(
        statement=statement, signed=signed, local_ms=machine.now_ms(), run_ms=5, fresh=fresh
    )
    return TrustedClock(machine, held, run_ms=9)


def test_a_later_process_knows_how_far_the_date_was_off() -> None:
    machine = FakeClock(IN_2009_MS)
    clock = later_process(machine)
    machine.tick(3600)
    assert (clock.now_ms(), clock.is_sure, clock.heard) == (START_MS + HOUR_MS, True, False)
    assert clock.run_ms == 9 + HOUR_MS


@pytest.mark.parametrize(("jump_ms", "sure"), [(-1, False), (0, True), (DAY_S * 1000, True)])
def test_after_a_start_with_another_date_it_is_only_about(jump_ms: int, *, sure: bool) -> None:
    machine = FakeClock(IN_2009_MS)
    clock = later_process(machine)
    machine.jump_wall(ms=jump_ms)
    assert clock.is_sure is sure
    machine.jump_wall(ms=DAY_S * 1000 + 1)
    assert clock.is_sure is (jump_ms < 0)  # which would be too old, but for the jump back
    assert not later_process(machine, fresh=False).is_sure


def test_over_a_day_old_it_is_only_about_and_windows_follow_the_hub_or_the_pc() -> None:
    machine = FakeClock(IN_2009_MS)
    clock = TrustedClock(machine)
    assert clock.best_ms() == IN_2009_MS
    hear(clock, 1, START_MS)
    sure = []
    for passed_s in (TIME_SURE_S, 1):
        machine.tick(passed_s)
        sure.append((clock.is_sure, clock.best_ms() == clock.now_ms()))
    assert sure == [(True, True), (False, False)]
    assert clock.now_ms() == START_MS + (TIME_SURE_S + 1) * 1000
    assert clock.best_ms() == machine.now_ms()
    clock.hint(IN_2035_MS)
    machine.tick(60)
    assert clock.best_ms() == IN_2035_MS + 60_000


@pytest.mark.parametrize(
    ("hint_ms", "sure"),
    [
        (START_MS + TIME_SURE_S * 1000, True),
        (START_MS + TIME_SURE_S * 1000 + 1, False),
        (START_MS - TIME_SURE_S * 1000 - 1, False),
        (None, False),
    ],
)
def test_what_may_have_been_under_way_for_days_is_only_about(
    hint_ms: int | None, *, sure: bool
) -> None:
    """A hub that is cut off passes on what it has, and a stick travels for weeks."""
    clock = TrustedClock(FakeClock())
    assert hear(clock, 1, START_MS, hint_ms=hint_ms)
    assert clock.is_sure is sure
    assert clock.now_ms() == START_MS


def test_a_date_far_ahead_at_a_start_lifts_no_number() -> None:
    """It would be above all later ones, and the county would never hear of that node again."""
    machine = FakeClock(IN_2009_MS)
    clock = later_process(machine)
    machine.jump_wall(ms=IN_2035_MS)
    assert START_MS < clock.number() <= START_MS + HOUR_MS
    hear(clock, 4, START_MS + HOUR_MS)
    machine.tick(1)
    assert clock.number() == START_MS + HOUR_MS + 1000
    assert TrustedClock(machine).number() == 0


def test_a_hello_takes_the_largest_number_and_the_longest_time_and_no_more() -> None:
    hello = Hello(versions=(1,), instance=b"hub-1234", exchange=b"exchange")
    fields = {"versions": (1,), "instance": hello.instance, "exchange": hello.exchange}
    fits = Hello(**fields, time_n=MAX_COUNT - 1, time=bytes(MAX_TIME_BYTES))  # type: ignore[arg-type]
    assert (fits.time_n, len(fits.time)) == (MAX_COUNT - 1, MAX_TIME_BYTES)
    for wrong in ({"time_n": MAX_COUNT}, {"time_n": -1}, {"time": bytes(MAX_TIME_BYTES + 1)}):
        with pytest.raises(ValueError, match="hello"):
            Hello(**fields, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("n", "county", "shown"),
    [
        (6, INSTANCE, True),
        (7, INSTANCE, False),
        (None, INSTANCE, False),  # as ours
        (8, INSTANCE, False),
        (6, b"county-2", True),
        (7, b"county-2", True),  # two lives gave out the same number
        (None, b"county-2", True),
        (8, b"county-2", False),
        (7, b"", False),  # a hub that has not met the county
    ],
)
def test_what_proves_a_county_set_back_is_shown(
    n: int | None, county: bytes, *, shown: bool
) -> None:
    trusted = TrustedClock(FakeClock())
    assert not trusted.shows(None, county)
    hear(trusted, 7, START_MS)
    assert trusted.shows(n, county) is shown


def test_what_a_key_signed_that_counts_no_more_proves_nothing() -> None:
    trusted = TrustedClock(FakeClock())
    hear(trusted, 7, START_MS)
    trusted.require_signer((new_signer(SeededRandomness(99)).public_bytes(),))
    assert not trusted.shows(None, b"county-2")
    assert not trusted.shows(0, b"county-2")
