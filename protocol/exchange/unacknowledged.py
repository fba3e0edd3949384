"""What was pushed in one exchange and is not acknowledged: the one memory of it.

The session numbers its pushes here, the send window counts their bytes, the sender asks what is
under way, and a store keeps it over the end of the exchange: where a path is half duplex, the
acknowledgement can only come with the peer's next Hello, which says how many items of which
exchange it holds. After a restart this memory is gone, and the peer is asked instead.

Source: docs/protocol.md section 8.2.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from protocol.exchange.lanes import Waiting
from protocol.ids import NodeId

Name = tuple[str, bytes]  # protocol.exchange.lanes.Waiting.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One item that went out."""

    number: int  # in this exchange, from 1
    item: Waiting  # of a blob: ``offset`` is the end of the part
    size: int  # bytes of content
    at_s: float  # ticks
    carried_bytes: int  # acknowledged before it went


class UnacknowledgedPushes:
    """Pushes of one exchange in their order, until they are acknowledged and noted."""

    def __init__(self, exchange: bytes) -> None:
        self.exchange = exchange
        self.peer = b""  # its instance, once its Hello has come
        self.sent = 0
        self.size = 0  # bytes of content that are not acknowledged
        self.carried_bytes = 0  # bytes of content that are
        self._open: deque[Push] = deque()
        self._under_way: Counter[Name] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    @property
    def answered(self) -> int:
        """The first so many pushes of the exchange are acknowledged."""
        return self.sent - len(self._open)

    def is_under_way(self, item: Waiting) -> bool:
        """Whether the store must not be believed that it still waits."""
        return item.name in self._under_way

    def pushed(self, item: Waiting, size: int, now_s: float) -> None:
        """One more item goes out, with ``size`` bytes of content."""
        self.sent += 1
        self.size += size
        self._under_way[item.name] += 1
        self._open.append(
            Push(
                number=self.sent,
                item=item,
                size=size,
                at_s=now_s,
                carried_bytes=self.carried_bytes,
            )
        )

    def acknowledged(self, upto: int) -> Sequence[Push]:
        """Take out what an Ack covers. It is under way until :meth:`noted`."""
        taken: list[Push] = []
        while self._open and self._open[0].number <= upto:
            push = self._open.popleft()
            self.size -= push.size
            self.carried_bytes += push.size
            taken.append(push)
        return taken

    def noted(self, items: Iterable[Waiting]) -> None:
        """The store has noted that these are acknowledged, or refused."""
        self._under_way -= Counter(item.name for item in items)

    def met(self, peer: bytes) -> None:
        """The peer's Hello has come, from the database of this name."""
        self.peer = peer

    def held(self, peer: bytes, seen: tuple[bytes, int] | None) -> Sequence[Waiting] | None:
        """What the peer holds of them by its next Hello; None: it does not speak of this exchange.

        Args:
            peer: its instance, as that Hello says it.
            seen: an exchange, and how many of our items in it are stored there.
        """
        if seen is None or seen[0] != self.exchange or peer != self.peer:
            return None
        return [push.item for push in self._open if push.number <= seen[1]]


class UnacknowledgedBook:
    """What the last exchange with each peer left unacknowledged; lives as long as the process.

    A station has one peer, its parent, and calls it None.
    """

    def __init__(self) -> None:
        self._last: dict[NodeId | None, UnacknowledgedPushes] = {}

    def last(self, peer: NodeId | None) -> UnacknowledgedPushes:
        """What was unacknowledged when the last exchange with ``peer`` ended."""
        return self._last[peer] if peer in self._last else UnacknowledgedPushes(b"")

    def keep(self, peer: NodeId | None, unacknowledged: UnacknowledgedPushes) -> None:
        """What is pushed to ``peer``, from now on or up to now."""
        self._last[peer] = unacknowledged

    def forget(self, peer: NodeId | None) -> None:
        """Nothing is left, or nothing of it will be told by whoever is the peer now."""
        self._last.pop(peer, None)
