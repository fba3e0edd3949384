"""The neighbour of one exchange, as the roster has it now."""

from dataclasses import dataclass

from protocol.ids import NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom this exchange is with."""

    node: NodeId
    parent: NodeId | None  # of this node
    roams: bool  # it may get by other paths what waits for it here

    @property
    def is_parent(self) -> bool:
        """Whether this node is the child of the exchange."""
        return self.node == self.parent
