"""One direction of an emulated line, by its own clock: rate, delay, loss, order, a short queue."""

import random

import pytest

from bench.link.pipe import Pipe
from bench.link.plan import Direction

RATE = 128_000.0
PACKET = 1000  # bytes: 62.5 ms at 128 kbit/s


def pipe(*, seed: int = 1, resend: bool = False, **kind: float | None) -> Pipe:
    return Pipe(Direction(**kind), random.Random(seed), resend=resend)  # type: ignore[arg-type]


def numbered(count: int) -> list[bytes]:
    return [number.to_bytes(4, "big") + bytes(PACKET - 4) for number in range(count)]


def arrivals(line: Pipe) -> list[tuple[float, bytes]]:
    """Everything that still comes out, with its time."""
    out = []
    while (next_s := line.next_s) is not None:
        out += [(next_s, packet) for packet in line.due(next_s)]
    return out


def test_a_full_queue_leaves_at_the_rate_and_each_packet_after_the_delay() -> None:
    line = pipe(rate_bit_s=RATE, delay_s=0.3)
    for packet in numbered(16):
        line.push(packet, 10.0)
    times = [at_s for at_s, _ in arrivals(line)]
    assert times == pytest.approx([10.0 + 0.3 + 0.0625 * n for n in range(1, 17)])


def test_an_idle_line_saves_up_no_rate() -> None:
    line = pipe(rate_bit_s=RATE)
    line.push(bytes(PACKET), 100.0)
    assert line.next_s == pytest.approx(100.0625)


def test_without_a_rate_only_the_delay_remains() -> None:
    line = pipe(delay_s=0.3)
    for packet in numbered(3):
        line.push(packet, 5.0)
    assert [at_s for at_s, _ in arrivals(line)] == pytest.approx([5.3] * 3)


def test_packets_keep_their_order_whatever_is_lost_between_them() -> None:
    line = pipe(rate_bit_s=RATE, delay_s=0.1, loss=0.3, queue_bytes=1 << 20)
    sent = numbered(500)
    for number, packet in enumerate(sent):
        line.push(packet, number * 0.01)
    came = [packet for _, packet in arrivals(line)]
    assert came == sorted(came)
    assert set(came) < set(sent)


@pytest.mark.parametrize("loss", [0.02, 0.05])
def test_the_lost_part_is_the_one_that_was_asked_for(loss: float) -> None:
    line = pipe(loss=loss)
    for number in range(20_000):
        line.push(b"x", float(number))
    assert line.count.lost / 20_000 == pytest.approx(loss, rel=0.1)
    assert len(arrivals(line)) == 20_000 - line.count.lost


def test_the_same_seed_loses_the_same_packets() -> None:
    def came(seed: int) -> list[bytes]:
        line = pipe(loss=0.1, seed=seed)
        for packet in numbered(300):
            line.push(packet, 0.0)
        return [packet for _, packet in arrivals(line)]

    assert came(7) == came(7) != came(8)


def test_a_lost_packet_has_used_the_line() -> None:
    line = pipe(rate_bit_s=RATE, loss=1.0)
    line.push(bytes(PACKET), 0.0)
    assert (line.count.carried_bytes, line.queued_bytes(0.0)) == (PACKET, PACKET)
    assert line.next_s is None


def test_what_finds_the_queue_full_is_dropped_until_there_is_room_again() -> None:
    line = pipe(rate_bit_s=RATE, queue_bytes=2 * PACKET)
    for packet in numbered(3):
        line.push(packet, 0.0)
    assert (line.count.dropped, line.count.bytes, line.count.carried_bytes) == (1, 3000, 2000)
    line.push(bytes(PACKET), 0.063)  # one has left
    assert line.count.dropped == 1


def test_a_stream_waits_a_round_trip_for_a_lost_packet_and_loses_none() -> None:
    line = pipe(rate_bit_s=RATE, delay_s=0.3, loss=1.0, resend=True)
    line.push(b"first", 0.0, size=PACKET)
    assert line.count.carried_bytes == 2 * PACKET
    assert line.next_s == pytest.approx(2 * 0.0625 + 0.9)
    assert [packet for _, packet in arrivals(line)] == [b"first"]


def test_in_a_stream_all_that_follows_a_loss_waits_with_it() -> None:
    line = pipe(rate_bit_s=RATE, delay_s=0.3, loss=0.5, resend=True, seed=2)
    sent = numbered(16)
    for packet in sent:
        line.push(packet, 0.0)
    came = arrivals(line)
    assert [packet for _, packet in came] == sent
    assert [at_s for at_s, _ in came] == sorted(at_s for at_s, _ in came)


def test_a_cut_loses_what_is_on_its_way_and_leaves_a_free_line() -> None:
    line = pipe(rate_bit_s=RATE, delay_s=0.3)
    for packet in numbered(10):
        line.push(packet, 0.0)
    line.clear(0.1)
    assert line.next_s is None
    assert line.count.carried_bytes == PACKET  # one had been sent by then
    line.push(bytes(PACKET), 0.1)
    assert line.next_s == pytest.approx(0.1 + 0.0625 + 0.3)


def test_what_is_handed_over_while_the_line_is_down_is_counted_and_gone() -> None:
    line = pipe(rate_bit_s=RATE)
    line.swallow(PACKET)
    assert (line.count.bytes, line.count.carried_bytes, line.count.dropped) == (PACKET, 0, 1)
    assert line.next_s is None
