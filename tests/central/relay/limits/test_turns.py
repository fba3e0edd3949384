"""Who is sent away because of a crowd comes back in turn, as fast as exchanges end."""

import pytest

from central.relay.limits.turns import FIRST_RATE, GAIN, LEAST_RATE, LEAST_S, MOST_S, RetryTimes
from tests.builders.clock import FakeClock


class Ticks(FakeClock):
    """A clock whose ticks a test sets; nobody sleeps by it."""

    ticks = 1000.0

    def ticks_s(self) -> float:
        return self.ticks


def test_the_pauses_of_a_crowd_follow_each_other_by_the_first_rate() -> None:
    turns = RetryTimes(Ticks())
    pauses = [turns.pause_s() for _ in range(900)]
    assert pauses[0] == LEAST_S
    assert pauses == sorted(set(pauses))
    assert abs(pauses[-1] - (LEAST_S + 899 / (GAIN * FIRST_RATE))) < 0.01


def a_line(*, ended_each_s: float) -> RetryTimes:
    clock = Ticks()
    turns = RetryTimes(clock)
    for _ in range(100):
        clock.ticks += ended_each_s
        turns.ended()
    return turns


def test_the_line_moves_faster_than_exchanges_end_so_that_no_place_stays_empty() -> None:
    turns = a_line(ended_each_s=1 / 50)
    pauses = [turns.pause_s() for _ in range(151)]
    assert pauses[-1] - pauses[0] == pytest.approx(150 / 50 / GAIN, rel=0.05)


def test_where_few_came_and_so_few_ended_the_line_does_not_stay_slow() -> None:
    turns = a_line(ended_each_s=0.5)
    pauses = [turns.pause_s() for _ in range(101)]
    assert pauses[-1] - pauses[0] == pytest.approx(100 / LEAST_RATE)


def test_a_line_that_is_over_leaves_no_pause_behind() -> None:
    clock = Ticks()
    turns = RetryTimes(clock)
    for _ in range(100):
        turns.pause_s()
    clock.ticks += 60
    assert turns.pause_s() == LEAST_S


def test_what_ended_long_ago_says_nothing() -> None:
    clock = Ticks()
    turns = RetryTimes(clock)
    for _ in range(100):
        clock.ticks += 1
        turns.ended()
    clock.ticks += 60
    first, second = turns.pause_s(), turns.pause_s()
    assert abs(second - first - 1 / (GAIN * FIRST_RATE)) < 0.001


def test_nobody_is_sent_away_for_longer_than_ten_minutes() -> None:
    turns = RetryTimes(Ticks())
    assert max(turns.pause_s() for _ in range(50_000)) == MOST_S
