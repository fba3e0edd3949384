"""What a line is like: what the emulators are told."""

from dataclasses import dataclass, field
from enum import Enum

from protocol.limits import KIB

QUEUE_BYTES = 32 * KIB  # of a cheap modem: 2 s at 128 kbit/s


class CutKind(Enum):
    """What a cut does to the connections that were open before it."""

    RESET = "reset"  # the modem has dialled anew: each packet of theirs is answered with RST
    BLACKOUT = "blackout"  # packets vanish for a while; a connection may live through it


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One way of a line."""

    rate_bit_s: float | None = None  # None: as fast as the machine is
    delay_s: float = 0.0  # from the last bit sent to the last bit there
    loss: float = 0.0  # part of the packets that vanish, 0 to 1
    queue_bytes: int = QUEUE_BYTES  # what comes while so much waits is dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """The line is up for ``up_s``, then down for ``down_s``, and so on."""

    up_s: float
    down_s: float
    kind: CutKind = CutKind.RESET


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePlan:
    """Both ways of a line; ``up`` leads from the child to its parent."""

    up: Direction = field(default_factory=Direction)
    down: Direction = field(default_factory=Direction)
    cuts: Cuts | None = None
    seed: int = 1  # of the losses

    @classmethod
    def symmetric(
        cls, rate_bit_s: float | None, *, rtt_s: float, loss: float, cuts: Cuts | None = None
    ) -> "LinePlan":
        """The same both ways; half of the round trip in each."""
        way = Direction(rate_bit_s=rate_bit_s, delay_s=rtt_s / 2, loss=loss)
        return cls(up=way, down=way, cuts=cuts)
