"""Which waiting item goes next: lanes by deficit round robin, and stations fairly inside a lane.

Lane 0 goes strictly first; the others share the line in bytes by their weights. Lane 1 keeps
one quantum in stock, so that an urgent item goes at once as long as urgent ones stay within
their share. Inside a lane each origin has its own turn, so that one village's photographs cannot
starve another's applications. An item that has waited a day counts as one lane higher.

Source: docs/protocol.md section 8.5.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from protocol.envelope import Lane
from protocol.limits import KIB

WEIGHTS = {
    Lane.CONTROL: 0,
    Lane.URGENT: 8,
    Lane.APPLICATIONS: 8,
    Lane.RESULTS: 6,
    Lane.BLOBS: 2,
    Lane.CATALOGUE: 1,
}
QUANTUM_BYTES = 16 * KIB
AGEING_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One thing to send: an envelope, the rest of a blob, or an edition."""

    key: bytes  # its id
    lane: Lane
    origin: str  # node id, for fairness between stations
    size: int  # bytes of the whole
    position: int  # where it stands in its lane's queue; grows
    since_ms: int = 0  # waiting since, by this node's clock
    offset: int = 0  # blob: bytes that the peer holds already
    parts: bool = False  # it travels in parts
    to: str = ""  # node id of the recipient, where the store knows more than one

    def effective_lane(self, now_ms: int) -> Lane:
        """Its lane, one higher after a day of waiting."""
        aged = self.since_ms and now_ms - self.since_ms > AGEING_MS and self.lane > Lane.URGENT
        return Lane(self.lane - 1) if aged else self.lane


@dataclass(slots=True)
class _Queue:
    """One lane: a deque for each origin, taken in turn."""

    turns: dict[str, deque[Waiting]] = field(default_factory=dict)
    deficit: int = 0

    def __bool__(self) -> bool:
        return bool(self.turns)

    def add(self, item: Waiting) -> None:
        self.turns.setdefault(item.origin, deque()).append(item)

    def put_back(self, item: Waiting) -> None:
        """The rest of a blob: first of its origin, whose turn comes after the others'."""
        self.turns.setdefault(item.origin, deque()).appendleft(item)

    def pop(self) -> Waiting:
        origin = next(iter(self.turns))
        queue = self.turns.pop(origin)
        item = queue.popleft()
        if queue:
            self.turns[origin] = queue  # to the end: the next origin's turn
        return item

    def __iter__(self) -> Iterator[Waiting]:
        return (item for queue in self.turns.values() for item in queue)


class LaneScheduler:
    """Everything known to be waiting for one peer, in the order in which it should go."""

    def __init__(self) -> None:
        self._lanes = {lane: _Queue() for lane in Lane}
        self._lanes[Lane.URGENT].deficit = WEIGHTS[Lane.URGENT] * QUANTUM_BYTES
        self._turn = deque(lane for lane in Lane if lane is not Lane.CONTROL)
        self._granted = False  # the lane whose turn it is has got its quantum

    def __len__(self) -> int:
        return sum(1 for queue in self._lanes.values() for _ in queue)

    def __iter__(self) -> Iterator[Waiting]:
        return (item for queue in self._lanes.values() for item in queue)

    def add(self, item: Waiting, *, now_ms: int = 0) -> None:
        """Put ``item`` at the end of its lane."""
        self._lanes[item.effective_lane(now_ms)].add(item)

    def put_back(self, item: Waiting, *, now_ms: int = 0) -> None:
        """Return the unsent rest of a blob; others of its lane may go before it."""
        self._lanes[item.effective_lane(now_ms)].put_back(item)

    def count(self, lane: Lane) -> int:
        """Items known to wait in ``lane``."""
        return sum(1 for _ in self._lanes[lane])

    def next(self, piece_bytes: int) -> Waiting | None:
        """Take the item that goes now; of a blob, ``piece_bytes`` will be charged."""
        control, urgent = self._lanes[Lane.CONTROL], self._lanes[Lane.URGENT]
        if control:
            return control.pop()
        if urgent and urgent.deficit > 0:
            return _charged(urgent, piece_bytes)
        if not any(self._lanes[lane] for lane in self._turn):
            return None
        while True:
            queue = self._lanes[self._turn[0]]
            self._grant(queue, self._turn[0])
            if queue and queue.deficit > 0:
                return _charged(queue, piece_bytes)
            self._turn.rotate(-1)
            self._granted = False

    def _grant(self, queue: _Queue, lane: Lane) -> None:
        """A quantum at the beginning of each turn; what an idle lane did not use is gone."""
        if not self._granted:
            self._granted = True
            if queue or lane is Lane.URGENT:
                queue.deficit = min(queue.deficit, 0) + WEIGHTS[lane] * QUANTUM_BYTES
            else:
                queue.deficit = 0


def _charged(queue: _Queue, piece_bytes: int) -> Waiting:
    item = queue.pop()
    queue.deficit -= min(item.size - item.offset, piece_bytes)
    return item
