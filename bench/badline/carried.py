"""What one program took to carry the cargo over a line."""

from dataclasses import dataclass
from typing import Self

from bench.link.bad_line import BadLine

_BITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Counted at the child's end of the line, until its own program knew that all had arrived."""

    wall_s: float
    up_bytes: int  # handed to the line, with headers and repeats
    sent_bytes: int  # of those, what took time on the line
    stream_bytes: int  # payload of TCP, each byte once
    down_s: float  # how long the line was down meanwhile
    connections: int
    note: str

    @classmethod
    def over(cls, line: BadLine, wall_s: float) -> Self:
        """What ``line`` has counted."""
        return cls(
            wall_s=wall_s,
            up_bytes=line.up.bytes,
            sent_bytes=line.up.carried_bytes,
            stream_bytes=line.payload_up,
            down_s=line.switch.down_s,
            connections=line.connections,
            note=line.note,
        )

    def against_line(self, rate_bit_s: float) -> float:
        """The time divided by what its bytes need on this line and the time it was down."""
        return self.wall_s / (self.sent_bytes * _BITS / rate_bit_s + self.down_s)

    def against_stream(self, rate_bit_s: float) -> float:
        """The same without headers and repeats: what a perfect line would need for the content."""
        return self.wall_s / (self.stream_bytes * _BITS / rate_bit_s + self.down_s)
