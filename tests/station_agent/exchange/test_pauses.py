"""How long the loop waits, by how its exchanges ended."""

import pytest

from protocol.errors import BusyError, LineError
from station_agent.exchange.pauses import Pauses
from tests.builders.chance import SeededRandomness


@pytest.fixture
def pauses() -> Pauses:
    return Pauses(SeededRandomness(), 10.0)


def test_after_a_success_it_is_the_usual_pause_spread(pauses: Pauses) -> None:
    waits = [pauses.after_success_s(0, None) for _ in range(50)]
    assert 5.0 <= min(waits) < max(waits) <= 15.0


def test_a_lane_that_opens_sooner_ends_it(pauses: Pauses) -> None:
    assert pauses.after_success_s(0, 0.5) == 0.5


def test_what_the_parent_asks_for_is_waited_out(pauses: Pauses) -> None:
    assert 105.0 <= pauses.after_success_s(100, 0.5) <= 115.0


def test_failures_after_a_success_are_tried_soon_and_then_ever_later(pauses: Pauses) -> None:
    pauses.after_success_s(0, None)
    waits = [pauses.after_failure_s(LineError("cut")) for _ in range(40)]
    assert max(waits[:8]) <= 5.0 < max(waits[8:])


def test_a_line_that_broke_while_it_moved_something_is_tried_at_once(pauses: Pauses) -> None:
    pauses.begin()
    pauses.progress(items=1)
    assert 0.1 <= pauses.after_failure_s(LineError("cut")) <= 1.0
    busy = BusyError("full")
    busy.retry_after_s = 60
    assert 60 <= pauses.after_failure_s(busy) <= 61
