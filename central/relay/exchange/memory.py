"""What outlives exchanges, in memory: what was not acknowledged, and who had no room."""

from protocol.exchange.pace.backpressure import Backpressure
from protocol.exchange.unacknowledged import UnacknowledgedBook
from protocol.ids import NodeId
from protocol.ports import Clock


class ExchangeMemory:
    """Of one node, for all its neighbours."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self.book = clock, UnacknowledgedBook()
        self._backpressure: dict[NodeId, Backpressure] = {}

    def backpressure(self, peer: NodeId) -> Backpressure:
        """Which lanes ``peer`` had no room for."""
        return self._backpressure.setdefault(peer, Backpressure(self._clock))
