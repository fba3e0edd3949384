"""How many connections a server has places for, and who gets them; as the system allows.

A connection passes through up to three kinds of places: silent (accepted, not one byte has come:
it costs a descriptor and nothing else), talking (until TLS and the head of its first request are
done), and then known (its certificate names a node) or strange (everybody else).

Source: docs/security.md, "Limits"; docs/adr/0028-connection-limiter.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from runtime.line.limiter import ConnectionLimiter

RESERVE = 256  # descriptors for everything else: databases, blobs, logs, the control socket
_LEAST = 4
_TALKING_S, _STRANGE_S, _KNOWN_S = 5.0, 5.0, 120.0  # silence after which a place may be taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Places of one kind, for one caller and in all."""

    per_key: int
    total: int

    def scaled(self, part: float) -> Self:
        """The same for a system that allows for ``part`` of it; never none at all."""
        total = max(_LEAST, int(self.total * part))
        return type(self)(per_key=min(self.per_key, total), total=total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many connections of each kind."""

    silent: Kind
    talking: Kind
    known: Kind
    strange: Kind

    @property
    def total(self) -> int:
        """Descriptors if all places are taken."""
        return sum(kind.total for kind in (self.silent, self.talking, self.known, self.strange))

    def scaled(self, part: float) -> Self:
        """The same for a system that allows for ``part`` of it, 0 to 1."""
        return type(self)(
            silent=self.silent.scaled(part),
            talking=self.talking.scaled(part),
            known=self.known.scaled(part),
            strange=self.strange.scaled(part),
        )


# a whole township may come from one address, and all at once after a power cut; each is silent for
# a round trip, so one address may have all of those places, and gives way first
NODES = Capacity(
    silent=Kind(per_key=1024, total=1024),
    talking=Kind(per_key=1024, total=2048),
    known=Kind(per_key=4, total=4096),  # a node needs one; after a cut its last one may linger
    strange=Kind(per_key=64, total=256),  # who joins
)
# a browser opens six, and an office may come from one address
PAGES = Capacity(
    silent=Kind(per_key=64, total=256),
    talking=Kind(per_key=128, total=256),
    known=Kind(per_key=_LEAST, total=_LEAST),
    strange=Kind(per_key=256, total=1024),
)
# one browser; a station may have no more than 1,024 descriptors for its queue and its line
DESK_PAGES = Capacity(
    silent=Kind(per_key=64, total=64),
    talking=Kind(per_key=64, total=64),
    known=Kind(per_key=_LEAST, total=_LEAST),
    strange=Kind(per_key=64, total=64),
)
WANTED = NODES.total + PAGES.total + RESERVE  # descriptors


def share_of(descriptors: int) -> float:
    """Which part of all places there can be where a process may have so many ``descriptors``."""
    return max(0.0, min(1.0, (descriptors - RESERVE) / (WANTED - RESERVE)))


class Places:
    """The limiters of one server."""

    def __init__(self, capacity: Capacity, ticks_s: Callable[[], float]) -> None:
        def limiter(kind: Kind, yields_after_s: float) -> ConnectionLimiter:
            return ConnectionLimiter(ticks_s, kind.per_key, kind.total, yields_after_s)

        self.silent = limiter(capacity.silent, 0.0)
        self.talking = limiter(capacity.talking, _TALKING_S)
        self.known = limiter(capacity.known, _KNOWN_S)
        self.strange = limiter(capacity.strange, _STRANGE_S)
