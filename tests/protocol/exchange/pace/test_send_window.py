"""How much is under way: a few seconds of what the line carries, in parts of a quarter."""

import pytest

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.pace.send_window import (
    AHEAD_S,
    FIRST_WINDOW_BYTES,
    MIN_PART_BYTES,
    MIN_WINDOW_BYTES,
    SendWindow,
)
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.limits import PART_BYTES


def waiting(number: int = 1) -> Waiting:
    return Waiting(key=b"%032d" % number, lane=Lane.BLOBS, origin="0" * 16, size=1, position=number)


def begin() -> tuple[SendWindow, UnacknowledgedPushes]:
    unacknowledged = UnacknowledgedPushes(b"exchange")
    return SendWindow(unacknowledged), unacknowledged


def carry(
    send_window: SendWindow, memory: UnacknowledgedPushes, *, rate: float, rtt_s: float, count: int
) -> None:
    """A line of ``rate`` bytes a second: parts leave as they may and are answered in order."""
    on_the_line: list[tuple[float, int]] = []
    now_s = free_s = 0.0
    for answered in range(1, count + 1):
        while (left := send_window.left_bytes) is not None and left > 0:
            size = send_window.part_bytes
            memory.pushed(waiting(), size, now_s)
            free_s = max(free_s, now_s) + size / rate
            on_the_line.append((free_s + rtt_s, size))
        now_s = max(now_s, on_the_line.pop(0)[0])
        send_window.acknowledged(memory.acknowledged(answered), now_s)


@pytest.mark.parametrize("rate", [16_000.0, 100_000.0, 5e6])
def test_what_is_under_way_follows_the_rate_of_the_line(rate: float) -> None:
    send_window, memory = begin()
    carry(send_window, memory, rate=rate, rtt_s=0.6, count=200)
    under_way = AHEAD_S * rate
    left = send_window.left_bytes
    assert left is not None
    assert left <= 0.3 * under_way + PART_BYTES
    assert send_window.part_bytes == pytest.approx(
        min(PART_BYTES, max(MIN_PART_BYTES, rate / 4)), rel=0.25
    )


def test_a_slow_line_has_small_parts_and_a_small_window() -> None:
    send_window, memory = begin()
    carry(send_window, memory, rate=600.0, rtt_s=2.0, count=20)
    assert send_window.part_bytes == MIN_PART_BYTES
    send_window.acknowledged(memory.acknowledged(memory.sent), 1000.0)
    assert send_window.left_bytes == MIN_WINDOW_BYTES


def test_before_the_first_answer_there_is_room_for_some_seconds_of_a_slow_line() -> None:
    send_window, memory = begin()
    assert send_window.left_bytes == FIRST_WINDOW_BYTES
    memory.pushed(waiting(), FIRST_WINDOW_BYTES + 1, 0.0)
    assert send_window.left_bytes == -1


def test_answers_to_nothing_change_nothing() -> None:
    send_window, memory = begin()
    send_window.acknowledged(memory.acknowledged(3), 1.0)
    assert send_window.left_bytes == FIRST_WINDOW_BYTES


def test_it_is_lifted_only_where_something_waits_for_an_answer() -> None:
    send_window, memory = begin()
    assert [send_window.lift(), send_window.left_bytes] == [False, FIRST_WINDOW_BYTES]
    memory.pushed(waiting(), 1, 0.0)
    assert [send_window.lift(), send_window.left_bytes, send_window.lift()] == [True, None, False]
