"""Connection limiter: how many connections there may be, from one caller and in all.

A newcomer that finds no place takes that of whoever has been silent for longest, so that many who
say nothing can't keep out one who does. Who has just spoken keeps the place.

Source: docs/security.md, "Limits"; docs/adr/0028-connection-limiter.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Place:
    """One connection's place."""

    key: str  # whose it is: an address, or a node
    give_way: Callable[[], None]  # called when another takes the place
    heard_s: float  # ticks when it last said something, or came

    def heard(self, now_s: float) -> None:
        """It has said something."""
        self.heard_s = now_s

    def taken_by(self, give_way: Callable[[], None]) -> None:
        """Whoever holds it now gives way by this."""
        self.give_way = give_way


@dataclass(slots=True)
class ConnectionLimiter:
    """Places for one kind of connections."""

    ticks_s: Callable[[], float]
    per_key: int
    total: int
    yields_after_s: float  # silent for so long, a connection makes room for another
    _places: dict[str, dict[Place, None]] = field(default_factory=dict)
    _count: int = 0

    def __len__(self) -> int:
        return self._count

    def inside(self, key: str) -> int:
        """Connections of ``key`` now."""
        return len(self._places.get(key, ()))

    def enter(self, key: str, give_way: Callable[[], None]) -> Place | None:
        """A place for one more connection of ``key``; None if there is none.

        Where one caller has used up its own places, only its own give way; where all are taken,
        those of the caller who has most.
        """
        now_s = self.ticks_s()
        if self.inside(key) >= self.per_key:
            candidates: Iterable[Place] = self._places[key]
        elif self._count >= self.total:
            candidates = self._places[max(self._places, key=self.inside)]
        else:
            return self._add(Place(key, give_way, now_s))
        victim = min(candidates, key=lambda place: place.heard_s)
        if now_s - victim.heard_s < self.yields_after_s:
            return None
        self.leave(victim)
        victim.give_way()
        return self._add(Place(key, give_way, now_s))

    def heard(self, place: Place) -> None:
        """The connection said something."""
        place.heard(self.ticks_s())

    def leave(self, place: Place) -> None:
        """The connection is gone, or has another place; may be said twice."""
        places = self._places.get(place.key, {})
        if place in places:
            del places[place]
            self._count -= 1
            if not places:
                del self._places[place.key]

    def _add(self, place: Place) -> Place:
        self._places.setdefault(place.key, {})[place] = None
        self._count += 1
        return place
