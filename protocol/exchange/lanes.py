"""Which waiting item goes next: lanes by deficit round robin, and stations fairly inside a lane.

All lanes share the line in bytes by their weights. Lanes 0 and 1 keep one quantum in stock, so
that a control or urgent item goes at once as long as such ones stay within their share: nobody
holds up the others for ever by sending what goes first. Inside a lane each origin has its own
turn, so that one village's photographs cannot starve another's applications. An item that has
waited a day counts as one lane higher.

Source: docs/protocol.md section 8.5.
"""

from collections import deque
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from protocol.envelope.envelope import Lane
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import KIB

WEIGHTS = {
    Lane.CONTROL: 16,
    Lane.URGENT: 8,
    Lane.APPLICATIONS: 8,
    Lane.RESULTS: 6,
    Lane.BLOBS: 2,
    Lane.CATALOGUE: 1,
}
QUANTUM_BYTES = 16 * KIB
EVERY_LANE = frozenset(Lane)
_AT_ONCE = (Lane.CONTROL, Lane.URGENT)  # while their share lasts
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
    doubted: bool = False  # the peer may hold it by another path: it is asked before it is sent

    @property
    def name(self) -> tuple[str, bytes]:
        """What tells it from everything else that waits: a blob of two nodes is two."""
        return self.origin, self.key

    @property
    def ref(self) -> BlobRef:
        """Of a blob: which one."""
        return BlobRef(NodeId(self.origin), BlobId(self.key))

    def effective_lane(self, now_ms: int) -> Lane:
        """Its lane, one higher after a day of waiting."""
        aged = self.since_ms and now_ms - self.since_ms > AGEING_MS and self.lane > Lane.URGENT
        return Lane(self.lane - 1) if aged else self.lane


Turn = tuple[str, Lane]
"""An origin, and the lane that its items belong to whatever their age."""


@dataclass(slots=True)
class _Queue:
    """One lane: a deque for each origin, taken in turn; items that came up by age apart."""

    turns: dict[Turn, deque[Waiting]] = field(default_factory=dict)
    deficit: int = 0

    def turn(self, lanes: AbstractSet[Lane]) -> Turn | None:
        """Whose turn it is among those whose own lane may send."""
        return next((turn for turn in self.turns if turn[1] in lanes), None)

    def add(self, item: Waiting) -> None:
        self.turns.setdefault((item.origin, item.lane), deque()).append(item)

    def put_back(self, item: Waiting) -> None:
        """The rest of a blob: first of its origin, whose turn comes after the others'."""
        self.turns.setdefault((item.origin, item.lane), deque()).appendleft(item)

    def pop(self, turn: Turn) -> Waiting:
        queue = self.turns.pop(turn)
        item = queue.popleft()
        if queue:
            self.turns[turn] = queue  # to the end: the next origin's turn
        return item

    def __iter__(self) -> Iterator[Waiting]:
        return (item for queue in self.turns.values() for item in queue)


class LaneScheduler:
    """Everything known to be waiting for one peer, in the order in which it should go."""

    def __init__(self) -> None:
        self._lanes = {lane: _Queue() for lane in Lane}
        for lane in _AT_ONCE:
            self._lanes[lane].deficit = WEIGHTS[lane] * QUANTUM_BYTES
        self._turn = deque(Lane)
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

    def by_origin(self, lane: Lane) -> dict[str, int]:
        """How many items that belong to ``lane``, whatever their age, are known of each origin."""
        found: dict[str, int] = {}
        for queue in self._lanes.values():
            for (origin, own), items in queue.turns.items():
                if own is lane:
                    found[origin] = found.get(origin, 0) + len(items)
        return found

    def waits_in(self, lanes: AbstractSet[Lane]) -> set[Lane]:
        """Those of ``lanes`` of which something is known to wait."""
        return {lane for queue in self._lanes.values() for _, lane in queue.turns} & lanes

    def next(self, piece_bytes: int, lanes: AbstractSet[Lane] = EVERY_LANE) -> Waiting | None:
        """Take the item that goes now; of a blob, ``piece_bytes`` will be charged.

        Only items of ``lanes`` are taken. The others keep their places, and nothing is saved up
        for them meanwhile.
        """
        turns = {lane: queue.turn(lanes) for lane, queue in self._lanes.items()}
        for lane in _AT_ONCE:
            queue, turn = self._lanes[lane], turns[lane]
            if turn and queue.deficit > 0:
                return _charged(queue, turn, piece_bytes)
        if not any(turns.values()):
            return None
        while True:
            lane = self._turn[0]
            queue, turn = self._lanes[lane], turns[lane]
            self._grant(queue, lane, wanted=turn is not None)
            if turn and queue.deficit > 0:
                return _charged(queue, turn, piece_bytes)
            self._turn.rotate(-1)
            self._granted = False

    def _grant(self, queue: _Queue, lane: Lane, *, wanted: bool) -> None:
        """A quantum at the beginning of each turn; what an idle lane did not use is gone."""
        if not self._granted:
            self._granted = True
            if wanted or lane in _AT_ONCE:
                queue.deficit = min(queue.deficit, 0) + WEIGHTS[lane] * QUANTUM_BYTES
            else:
                queue.deficit = 0


def _charged(queue: _Queue, turn: Turn, piece_bytes: int) -> Waiting:
    item = queue.pop(turn)
    queue.deficit -= min(item.size - item.offset, piece_bytes)
    return item
