"""What can be asked of a station's exchange."""

from dataclasses import dataclass

from protocol.ids import NodeId
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPath:
    """Over which path the last exchange went."""

    node: NodeId
    by_other: bool  # not the parent
    at_ms: int  # by the local clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentShown:
    """Who the parent is, as far as this station knows."""

    node: NodeId
    name: str
    set_up: bool


EXCHANGE = Call("exchange", Nothing, Exchanged)
RETRY = Call("retry", Nothing, Offered)
