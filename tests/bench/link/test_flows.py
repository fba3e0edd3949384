"""What a modem knows of connections, and how it refuses those that it forgot."""

import struct

import pytest

from bench.link.flows import Flows
from bench.link.packet import Segment, read_segment

CHILD, PARENT = (bytes([10, 77, 0, 1]), 40000), (bytes([10, 77, 0, 2]), 8440)
SYN, RST, ACK, FIN = 0x02, 0x04, 0x10, 0x01


def segment(
    *, seq: int, size: int = 0, flags: int = ACK, ack: int = 900, back: bool = False
) -> Segment:
    source, target = (PARENT, CHILD) if back else (CHILD, PARENT)
    return Segment(source=source, target=target, seq=seq, ack=ack, flags=flags, size=size)


def opened() -> Flows:
    flows = Flows()
    assert flows.refusal(segment(seq=99, flags=SYN, ack=0)) is None
    return flows


def ones_complement(data: bytes) -> int:
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def test_a_connection_that_began_on_this_line_may_go_on() -> None:
    flows = opened()
    assert flows.refusal(segment(seq=100, size=500)) is None
    assert flows.refusal(segment(seq=900, size=500, back=True)) is None
    assert flows.opened == 1


def test_after_the_modem_forgot_it_is_refused_in_both_directions_until_it_opens_anew() -> None:
    flows = opened()
    flows.forget()
    for back in (False, True):
        refusal = flows.refusal(segment(seq=100, size=500, back=back))
        assert refusal
        answer = read_segment(refusal)
        assert answer is not None
        assert answer.resets
        assert (answer.source, answer.target) == ((CHILD, PARENT) if back else (PARENT, CHILD))
        assert answer.seq == 900  # exactly what the sender expects next: else it would not believe
    assert flows.refusal(segment(seq=5000, flags=SYN)) is None
    assert flows.refusal(segment(seq=5001, size=10)) is None


def test_a_reset_is_never_answered_with_a_reset() -> None:
    assert Flows().refusal(segment(seq=1, flags=RST)) == b""


def test_a_packet_without_an_acknowledgement_is_refused_behind_its_last_byte() -> None:
    refusal = Flows().refusal(segment(seq=1000, size=50, flags=FIN, ack=0))
    answer = read_segment(refusal or b"")
    assert answer is not None
    assert (answer.seq, answer.ack) == (0, 1051)


def test_both_checksums_of_a_refusal_are_right() -> None:
    packet = segment(seq=1, size=1).reset()
    assert ones_complement(packet[:20]) == 0xFFFF
    pseudo = packet[12:20] + struct.pack(">BBH", 0, 6, len(packet) - 20)
    assert ones_complement(pseudo + packet[20:]) == 0xFFFF


def test_bytes_of_a_stream_count_once_however_often_they_travel() -> None:
    flows = opened()
    for seq, size in ((100, 500), (100, 500), (600, 400), (900, 200)):
        flows.refusal(segment(seq=seq, size=size))
    assert flows.payload == {CHILD[0]: 1000}  # 100 to 1,100


def test_numbers_that_wrap_around_are_no_new_stream() -> None:
    flows = Flows()
    flows.refusal(segment(seq=2**32 - 101, flags=SYN))
    flows.refusal(segment(seq=2**32 - 100, size=300))
    assert flows.payload == {CHILD[0]: 300}


@pytest.mark.parametrize(
    "packet", [b"", b"\x45" + bytes(30), b"\x60" + bytes(60), b"\x45" + bytes(8) + b"\x11" * 60]
)
def test_what_is_not_tcp_over_ipv4_is_nobodys_segment(packet: bytes) -> None:
    assert read_segment(packet) is None


def test_a_round_trip_is_payload_down_after_payload_up() -> None:
    flows = opened()
    for size, back in ((0, True), (10, False), (0, True), (20, True), (5, True), (5, False)):
        flows.refusal(segment(seq=100, size=size, back=back))
    assert flows.turns == 1
    flows.refusal(segment(seq=200, size=9, back=True))
    assert flows.turns == 2
    flows.clear_counts()
    assert flows.turns == 0
