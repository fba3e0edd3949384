"""What can be asked of a station's exchange."""

from dataclasses import dataclass

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchanged:
    """What one exchange with the parent moved."""

    items_up: int
    items_down: int
    bytes_up: int
    bytes_down: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Deferred items that are offered again."""

    offered: int


EXCHANGE = Call("exchange", Nothing, Exchanged)
RETRY = Call("retry", Nothing, Offered)
