"""The real clock and real chance keep what their ports promise."""

import time

from runtime.system import SystemClock, SystemRandomness


def test_wall_time_is_the_machine_s_in_milliseconds() -> None:
    before = time.time() * 1000
    now_ms = SystemClock().now_ms()
    assert before - 1 <= now_ms <= time.time() * 1000 + 1


async def test_sleeping_takes_ticks() -> None:
    clock = SystemClock()
    start_s = clock.ticks_s()
    await clock.sleep(0.01)
    assert clock.ticks_s() - start_s >= 0.009


def test_tokens_have_their_size_and_never_repeat() -> None:
    chance = SystemRandomness()
    tokens = {chance.token(16) for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {16}
    assert chance.token(0) == b""


def test_spread_stays_within_its_ends() -> None:
    chance = SystemRandomness()
    values = [chance.uniform(2.0, 3.0) for _ in range(1000)]
    assert 2.0 <= min(values) < 2.2
    assert 2.8 < max(values) <= 3.0
