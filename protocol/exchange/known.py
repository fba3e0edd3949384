"""What a sender knows to wait in its store, and where it looks next.

The rest waits in the store until there is room. Source: docs/protocol.md section 8.5.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import LaneScheduler, Waiting

REFILL = 128  # items of one lane known at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Look into the store behind these positions, at most ``limit`` in each lane.

    ``without`` names lanes and origins that fill them: look past those, for anybody else.
    """

    after: Mapping[Lane, int]
    limit: int
    asking: bool  # to ask the peer, not to push
    without: Mapping[Lane, AbstractSet[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Past:
    """How far one lane was looked through for others than the origins that fill it."""

    crowd: frozenset[str] = frozenset()
    position: int = 0
    dry: bool = False


class Known:
    """What is known to wait in the store: read up to a position in each lane.

    One origin may have so much there that its items fill what is known of a lane. Then the lane is
    also looked through for the others', as if that origin had nothing, so that each has its turn.
    """

    def __init__(self) -> None:
        self.lanes = LaneScheduler()
        self.cursor = dict.fromkeys(Lane, 0)
        self.begun: set[tuple[str, bytes]] = set()  # blobs of which parts went, the rest in a lane
        self._dry: dict[Lane, bool] = {}  # lanes in which the store had no more when last asked
        self._looking = self._dry  # as it was when the look began
        self._past = {lane: _Past() for lane in Lane}
        self._knows_later = False  # something was found behind the cursor of its lane
        self.looked_last = False  # the last step was a look: push before the next one
        self._pushed = False

    def names(self) -> set[tuple[str, bytes]]:
        """Of what may be found again: blobs that have begun, and what was found past others."""
        if not self._knows_later:
            return self.begun
        return self.begun | {item.name for item in self.lanes}

    def is_dry(self, lanes: AbstractSet[Lane]) -> bool:
        """Whether nothing waits in the store behind what is known."""
        return all(self._dry.get(lane) for lane in lanes)

    def wake(self) -> None:
        """The store may hold something new; what a look now under way finds does not count."""
        self._dry = {}
        for past in self._past.values():
            past.dry = False

    def look(self, lanes: AbstractSet[Lane]) -> Look | None:
        """One look for all lanes that have room; or past those who fill them."""
        wanted = {
            lane: self.cursor[lane]
            for lane, known in self._not_dry(lanes).items()
            if self._has_room(lane, known)
        }
        if not wanted:
            return self.look_past(lanes)
        self.looked_last, self._looking = True, self._dry
        return Look(after=wanted, limit=REFILL, asking=False)

    def look_past(self, lanes: AbstractSet[Lane]) -> Look | None:
        """One look for what is not of the origins that fill their lanes."""
        wanted = [
            lane for lane, known in self._not_dry(lanes).items() if self._may_look_past(lane, known)
        ]
        if not wanted:
            return None
        self.looked_last = True
        return Look(
            after={lane: self._past[lane].position for lane in wanted},
            limit=REFILL,
            asking=False,
            without={lane: self._past[lane].crowd for lane in wanted},
        )

    def _not_dry(self, lanes: AbstractSet[Lane]) -> Mapping[Lane, Mapping[str, int]]:
        """Lanes of which the store may have more, and what is known of each."""
        return {
            lane: self.lanes.by_origin(lane) for lane in sorted(lanes) if not self._dry.get(lane)
        }

    def _may_look_past(self, lane: Lane, known: Mapping[str, int]) -> bool:
        """Who fills the lane does so until nothing of it is known any more."""
        past = self._past[lane]
        crowd = {origin for origin, count in known.items() if count > REFILL // 2}
        crowd |= past.crowd & known.keys()
        if crowd != past.crowd:
            self._past[lane] = past = _Past(frozenset(crowd), self.cursor[lane])
        return bool(crowd) and not past.dry and _others(known, past.crowd) <= REFILL // 2

    def looked_past(self, lane: Lane, found: Sequence[Waiting], *, dry: bool) -> Sequence[Waiting]:
        """What a look past the crowd of one lane found; the next one goes behind it."""
        past = self._past[lane]
        past.dry = dry
        if found:
            past.position, self._knows_later = found[-1].position, True
        return found

    def looked(self, lane: Lane, *, dry: bool) -> None:
        """What a look found in one lane."""
        self._looking[lane] = dry

    def begin(self) -> bool:
        """Whether what goes now is the first of the exchange."""
        first, self._pushed, self.looked_last = not self._pushed, True, False
        return first

    def went_on(self, rest: Waiting, now_ms: int) -> None:
        """A part of a blob goes out; ``rest`` is what is left of it."""
        self.begun.discard(rest.name)
        if rest.offset < rest.size:
            self.begun.add(rest.name)
            self.lanes.put_back(rest, now_ms=now_ms)

    def start_over(self, now_ms: int) -> None:
        """Read the store from its beginning again; blobs that have begun go on where they are."""
        rests = [item for item in self.lanes if item.name in self.begun]
        self.lanes = LaneScheduler()
        for item in rests:
            self.lanes.add(item, now_ms=now_ms)
        self.cursor = dict.fromkeys(Lane, 0)
        self._past = {lane: _Past() for lane in Lane}
        self.looked_last = False
        self.wake()

    def _has_room(self, lane: Lane, known: Mapping[str, int]) -> bool:
        crowd = self._past[lane].crowd & known.keys()
        return sum(known.values()) - (_others(known, crowd) if crowd else 0) <= REFILL // 2


def _others(known: Mapping[str, int], crowd: AbstractSet[str]) -> int:
    return sum(count for origin, count in known.items() if origin not in crowd)
