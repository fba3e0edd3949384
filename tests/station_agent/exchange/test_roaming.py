"""What a station says of where it is: only with other paths, never below an earlier word."""

from protocol.ids import Instance
from protocol.trust.reports.roaming import RoamingReport, read_roaming_report
from protocol.trust.time_statement import known_time, sign_time
from protocol.trust.trusted_clock import TrustedClock
from station_agent.exchange.roaming import RoamingReporter
from tests.builders.clock import FakeClock
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.rosters import SmallAuthority, make_entry, make_nodes

HOUR_MS = 3_600_000


def roaming_reporter(trusted: TrustedClock, *others: str) -> RoamingReporter:
    nodes = make_nodes() | {STATION: make_entry(STATION, others=others)}
    roster = SmallAuthority().roster(1, nodes)
    return RoamingReporter(
        node=STATION, signer=keys_of(STATION).signer, roster=lambda: roster, trusted=trusted
    )


def fresh() -> TrustedClock:
    return TrustedClock(FakeClock())


def hear(trusted: TrustedClock, n: int, at_ms: int) -> None:
    signed = sign_time(keys_of(COUNTY).signer, instance=Instance(b"county-1"), n=n, at_ms=at_ms)
    trusted.hear(signed, known_time(signed), hint_ms=at_ms)


def only(words: tuple[bytes, ...]) -> RoamingReport:
    (word,) = words
    return read_roaming_report(word, lambda node: keys_of(node).signer.public_bytes())


def test_without_other_paths_nothing_is_said() -> None:
    assert roaming_reporter(fresh()).words(HUB) == ()


def test_the_same_word_is_shown_until_the_next_move() -> None:
    station = roaming_reporter(fresh(), COUNTY)
    at_home = station.words(HUB)
    assert station.words(HUB) == at_home
    moved = only(station.words(COUNTY))
    assert (moved.reporter, moved.host) == (STATION, COUNTY)
    back = only(station.words(HUB))
    assert only(at_home).number < moved.number < back.number


def test_the_number_is_lifted_once_the_countys_time_has_come() -> None:
    """A PC set back to an old copy knows at first only what that copy knew."""
    trusted = fresh()
    station = roaming_reporter(trusted, COUNTY)
    first = only(station.words(HUB)).number
    now_ms = trusted.clock.now_ms() + HOUR_MS
    hear(trusted, 1, now_ms)
    second = only(station.words(HUB)).number
    assert first < now_ms <= second
    assert only(station.words(HUB)).number == second


def test_a_county_whose_clock_was_ahead_lowers_nothing() -> None:
    trusted = fresh()
    station = roaming_reporter(trusted, COUNTY)
    hear(trusted, 1, trusted.clock.now_ms() + HOUR_MS)
    ahead = only(station.words(HUB)).number
    hear(trusted, 2, 1)
    assert only(station.words(COUNTY)).number > ahead


def test_a_word_that_may_be_forgotten_is_said_again_under_a_higher_number() -> None:
    station = roaming_reporter(fresh(), COUNTY)
    first = only(station.words(HUB))
    station.say_again()
    again = only(station.words(HUB))
    assert again.host == first.host
    assert again.number > first.number
    assert only(station.words(HUB)) == again
