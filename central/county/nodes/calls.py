"""What can be asked about nodes, and about the county's own clock."""

from dataclasses import dataclass

from central.county.nodes.view import NodeView
from provisioning.clock_watch import Jump
from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTime:
    """The time that the county signed last."""

    n: int
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockShown:
    """What the date of the county's machine did."""

    now_ms: int  # by that date
    believed: bool
    jump: Jump | None  # that nobody has confirmed yet
    time: SignedTime | None


OVERVIEW = Call("county.nodes", Nothing, list[NodeView], reads=True)
CLOCK = Call("county.clock", Nothing, ClockShown, reads=True)
CONFIRM = Call("county.clock-confirm", Nothing, ClockShown)
