"""Upward: how long ago nodes below were heard, by the monotonic clock, and who is told again."""

from collections.abc import Iterable

from protocol.ids import NodeId
from protocol.limits import HEALTH_S
from protocol.ports import Clock


class UpstreamAges:
    """When each child was heard and when the parent was last told of it, in memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard_s: dict[NodeId, float] = {}  # ticks
        self._told_s: dict[NodeId, float] = {}  # ticks

    def heard(self, node: NodeId) -> None:
        """It was heard just now."""
        self._heard_s[node] = self._clock.ticks_s()

    def age_s(self, node: NodeId) -> int | None:
        """How long ago it was heard; None if not since the program started."""
        heard_s = self._heard_s.get(node)
        return None if heard_s is None else int(self._clock.ticks_s() - heard_s)

    def due(self) -> list[NodeId]:
        """Of whom the parent should hear again: of each at most every HEALTH_S."""
        return [node for node in self._heard_s if self._is_due(node)]

    def _is_due(self, node: NodeId) -> bool:
        told_s = self._told_s.get(node)
        if told_s is None:
            return True
        news = self._heard_s[node] > told_s
        return news and self._clock.ticks_s() - told_s >= HEALTH_S

    def told(self, nodes: Iterable[NodeId], at_s: float) -> None:
        """The parent has taken the ages of these, as they were at ``at_s`` (ticks)."""
        self._told_s |= dict.fromkeys(nodes, at_s)

    def forget_told(self) -> None:
        """The parent has another database now: it may know nothing of them."""
        self._told_s.clear()
