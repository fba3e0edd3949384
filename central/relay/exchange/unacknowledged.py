"""Pushes whose acknowledgement has not come yet, kept in memory over the end of an exchange.

Where a path is half duplex, acknowledgements can only come with the peer's next Hello: it says
how many items of which exchange it holds. After a restart this memory is gone and the peer is
asked instead.

Source: docs/protocol.md section 8.2.
"""

from collections import deque
from collections.abc import Collection, Sequence

from protocol.exchange.lanes import Waiting
from protocol.ids import NodeId


class UnacknowledgedPushes:
    """Unacknowledged pushes to one peer in one exchange, by their numbers."""

    def __init__(self) -> None:
        self.exchange = b""
        self.instance = b""  # of the peer that they were pushed to
        self._pushed: deque[tuple[int, Waiting]] = deque()
        self._count = 0

    def pushed(self, item: Waiting) -> None:
        """One more item was pushed."""
        self._count += 1
        self._pushed.append((self._count, item))

    def settled(self, items: Collection[Waiting]) -> None:
        """These pushes are acknowledged; acknowledgements come in the order of pushing."""
        known = set(items)
        while self._pushed and self._pushed[0][1] in known:
            self._pushed.popleft()

    @property
    def answered(self) -> int:
        """The first so many pushes of the exchange are acknowledged."""
        return self._count - len(self._pushed)

    def seen(self, instance: bytes, exchange: bytes, number: int) -> Sequence[Waiting]:
        """What the peer holds if ``instance`` has stored the first items of ``exchange``."""
        if (instance, exchange) != (self.instance, self.exchange):
            return ()
        return [item for at, item in self._pushed if at <= number]


class UnacknowledgedBook:
    """What each peer left unacknowledged in its last exchange."""

    def __init__(self) -> None:
        self._last: dict[NodeId, UnacknowledgedPushes] = {}

    def last(self, peer: NodeId) -> UnacknowledgedPushes:
        """What was unacknowledged when the last exchange with ``peer`` ended."""
        return self._last.get(peer) or UnacknowledgedPushes()

    def keep(self, peer: NodeId, unacknowledged: UnacknowledgedPushes) -> None:
        """The exchange with ``peer`` is over."""
        self._last[peer] = unacknowledged
