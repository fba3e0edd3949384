"""Pauses grow, stay within bounds, spread villages apart, and start over after success."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.exchange.pace.backoff import FIRST_S, MAX_S, Backoff, retry_delay_s
from tests.builders.chance import SeededRandomness


class Always:
    """Chance that always picks the same end."""

    def __init__(self, share: float) -> None:
        self._share = share

    def token(self, size: int) -> bytes:
        return bytes(size)

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self._share


@given(st.integers(1, 10**9), st.integers(0, 1000))
def test_a_pause_lies_between_a_tenth_of_a_second_and_a_quarter_of_an_hour(
    failures: int, seed: int
) -> None:
    pause_s = retry_delay_s(failures, rng=SeededRandomness(seed))
    assert 0.1 <= pause_s <= min(MAX_S, FIRST_S * 2.0 ** min(failures - 1, 60))


def test_the_longest_pause_doubles_up_to_the_ceiling() -> None:
    longest = [retry_delay_s(n, rng=Always(1.0)) for n in range(1, 12)]
    assert longest == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]


def test_villages_that_lost_power_together_do_not_return_together() -> None:
    pauses = [retry_delay_s(5, rng=SeededRandomness(seed)) for seed in range(400)]
    in_first_tenth = sum(pause_s < 8 for pause_s in pauses)
    assert 20 <= in_first_tenth <= 70  # 40 are expected
    assert len(set(pauses)) == 400


@pytest.mark.parametrize("failures", [0, -1])
def test_there_is_no_pause_before_the_first_failure(failures: int) -> None:
    with pytest.raises(ValueError, match="failures"):
        retry_delay_s(failures, rng=SeededRandomness())


def test_success_starts_from_the_shortest_pause_again() -> None:
    backoff = Backoff(Always(1.0))
    assert [backoff.failed() for _ in range(3)] == [5, 10, 20]
    backoff.succeeded()
    assert backoff.failed() == 5


@given(st.floats(0, 10**6), st.integers(1, 20))
def test_it_waits_at_least_as_long_as_the_peer_asked_for(asked_s: float, failures: int) -> None:
    backoff = Backoff(SeededRandomness(), failures=failures - 1)
    pause_s = backoff.failed(asked_s)
    assert min(asked_s, MAX_S) <= pause_s
    assert pause_s <= (min(asked_s, MAX_S) + 1 if asked_s else MAX_S)


def test_a_pause_that_was_asked_for_is_no_failure() -> None:
    backoff = Backoff(Always(1.0))
    assert [backoff.failed(retry_after_s=20) for _ in range(5)] == [21] * 5
    assert backoff.failed() == FIRST_S


def test_the_first_pause_can_be_made_shorter() -> None:
    assert Backoff(Always(1.0), first_s=1.0).failed() == 1.0
