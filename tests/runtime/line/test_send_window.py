"""How much is under way: a few seconds of what the line carries, in parts of a quarter."""

import pytest

from protocol.limits import PART_BYTES
from runtime.line.send_window import (
    AHEAD_S,
    FIRST_WINDOW_BYTES,
    MIN_PART_BYTES,
    MIN_WINDOW_BYTES,
    SendWindow,
)
from tests.builders.clock import FakeClock


async def carry(
    send_window: SendWindow, clock: FakeClock, *, rate: float, rtt_s: float, count: int
) -> None:
    """A line of ``rate`` bytes a second: parts leave as they may and are answered in order."""
    flying: list[tuple[float, int]] = []
    free_s = clock.ticks_s()
    for _ in range(count):
        while (room := send_window.room_bytes) is not None and room > 0:
            send_window.pushed(send_window.part_bytes)
            free_s = max(free_s, clock.ticks_s()) + send_window.part_bytes / rate
            flying.append((free_s + rtt_s, send_window.part_bytes))
        answered_s, _ = flying.pop(0)
        await clock.advance(max(0.0, answered_s - clock.ticks_s()))
        send_window.confirmed(1)


@pytest.mark.parametrize("rate", [16_000.0, 100_000.0, 5e6])
async def test_what_is_under_way_follows_the_rate_of_the_line(rate: float) -> None:
    clock = FakeClock()
    send_window = SendWindow(clock)
    await carry(send_window, clock, rate=rate, rtt_s=0.6, count=200)
    under_way = AHEAD_S * rate
    room = send_window.room_bytes
    assert room is not None
    assert room <= 0.3 * under_way + PART_BYTES
    assert send_window.part_bytes == pytest.approx(
        min(PART_BYTES, max(MIN_PART_BYTES, rate / 4)), rel=0.25
    )


async def test_a_slow_line_has_small_parts_and_a_small_window() -> None:
    clock = FakeClock()
    send_window = SendWindow(clock)
    await carry(send_window, clock, rate=600.0, rtt_s=2.0, count=20)
    assert send_window.part_bytes == MIN_PART_BYTES
    send_window.confirmed(100)
    assert send_window.room_bytes == MIN_WINDOW_BYTES


def test_before_the_first_answer_there_is_room_for_some_seconds_of_a_slow_line() -> None:
    send_window = SendWindow(FakeClock())
    assert send_window.room_bytes == FIRST_WINDOW_BYTES
    send_window.pushed(FIRST_WINDOW_BYTES + 1)
    assert send_window.room_bytes == -1


def test_answers_to_nothing_change_nothing() -> None:
    send_window = SendWindow(FakeClock())
    send_window.confirmed(3)
    assert send_window.room_bytes == FIRST_WINDOW_BYTES


def test_it_is_lifted_only_where_something_waits_for_an_answer() -> None:
    send_window = SendWindow(FakeClock())
    assert [send_window.free(), send_window.room_bytes] == [False, FIRST_WINDOW_BYTES]
    send_window.pushed(1)
    assert [send_window.free(), send_window.room_bytes, send_window.free()] == [True, None, False]
