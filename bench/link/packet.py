"""As much of IPv4 and TCP as a line must understand: whose packet it is, and how to refuse it."""

import struct
from dataclasses import dataclass

_VERSION, _TCP = 4, 6
_IP_BYTES = _TCP_BYTES = 20  # headers without options
_FIN, _SYN, _RST, _ACK = 0x01, 0x02, 0x04, 0x10
_WORD = 0xFFFF
_SEQ_SPACE = 1 << 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One TCP segment over IPv4."""

    source: tuple[bytes, int]  # address, port
    target: tuple[bytes, int]
    seq: int
    ack: int
    flags: int
    size: int  # payload bytes

    @property
    def opens(self) -> bool:
        """It asks for a new connection."""
        return bool(self.flags & _SYN) and not self.flags & _ACK

    @property
    def resets(self) -> bool:
        """It ends its connection at once."""
        return bool(self.flags & _RST)

    @property
    def ends_at(self) -> int:
        """The sequence number behind it."""
        return (self.seq + self.length) % _SEQ_SPACE

    @property
    def length(self) -> int:
        """Sequence numbers that it takes."""
        return self.size + bool(self.flags & _SYN) + bool(self.flags & _FIN)

    def reset(self) -> bytes:
        """The packet that tells its sender that there is no such connection."""
        if self.flags & _ACK:
            seq, ack, flags = self.ack, 0, _RST
        else:
            seq, ack, flags = 0, self.ends_at, _RST | _ACK
        return _packet(self.target, self.source, seq, ack, flags)


def read_segment(packet: bytes) -> Segment | None:
    """The TCP segment in an IPv4 packet; None if it is something else."""
    if len(packet) < _IP_BYTES + _TCP_BYTES or packet[0] >> 4 != _VERSION or packet[9] != _TCP:
        return None
    start = (packet[0] & 0x0F) * 4
    source, target, seq, ack, offset, flags = struct.unpack_from(">HHIIBB", packet, start)
    total = int.from_bytes(packet[2:4], "big")
    return Segment(
        source=(packet[12:16], source),
        target=(packet[16:20], target),
        seq=seq,
        ack=ack,
        flags=flags,
        size=total - start - (offset >> 4) * 4,
    )


def _packet(
    source: tuple[bytes, int], target: tuple[bytes, int], seq: int, ack: int, flags: int
) -> bytes:
    tcp = struct.pack(">HHIIBBHHH", source[1], target[1], seq, ack, 5 << 4, flags, 0, 0, 0)
    pseudo = source[0] + target[0] + struct.pack(">BBH", 0, _TCP, len(tcp))
    tcp = tcp[:16] + _checksum(pseudo + tcp) + tcp[18:]
    size = _IP_BYTES + len(tcp)
    ip = struct.pack(">BBHHHBBH", 0x45, 0, size, 0, 0x4000, 64, _TCP, 0) + source[0] + target[0]
    return ip[:10] + _checksum(ip) + ip[12:] + tcp


def _checksum(data: bytes) -> bytes:
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > _WORD:
        total = (total & _WORD) + (total >> 16)
    return struct.pack(">H", ~total & _WORD)
