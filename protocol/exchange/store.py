"""What an exchange asks of a node's store, for one peer. Station and relay each have their own.

An exchange store lives as long as one exchange. Whatever it stores or confirms is on disk when its
coroutine returns.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import Hello, Item, Offer, Want
from protocol.exchange.meter import Meter
from protocol.exchange.session import VERSIONS
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.trust.reports.health import Heard
from protocol.version import PROGRAM

ASK_ALL = 2**31
NOBODY: Mapping[Lane, AbstractSet[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What a node says of itself in its Hello."""

    instance: bytes
    seen: tuple[bytes, int] | None
    roster: int
    release: int
    county: bytes
    mark: bytes = b""  # of a child: the county's word with the highest number that it knows of
    roaming_reports: tuple[bytes, ...] = ()  # of a child: where stations exchange now
    heard: tuple[Heard, ...] = ()  # of a child: how it and its children are doing
    time_n: int = 0  # of the county's time that it holds; 0: none
    time: bytes = b""  # the same, signed
    shows_time: bool = False  # of a child: its parent said last that it holds an older one
    program: str = PROGRAM
    careful: bool = False  # the last exchange broke off: ask before pushing

    def hello(self, exchange: bytes, *, linger_s: int = 0) -> Hello:
        """A child's Hello of one exchange; it says how long it will linger."""
        time = self.time if self.shows_time else b""
        return self._hello(exchange, linger_s=linger_s, time_n=self.time_n or None, time=time)

    def answer(self, exchange: bytes, *, time_ms: int, child_n: int | None) -> Hello:
        """A parent's Hello.

        Args:
            time_ms: its own clock.
            child_n: which of the county's times the child holds, by its Hello; None: none.
        """
        held = child_n or 0
        time_n = None if held == self.time_n else self.time_n
        time = self.time if held < self.time_n else b""
        return self._hello(exchange, time_ms=time_ms, time_n=time_n, time=time)

    def _hello(
        self,
        exchange: bytes,
        *,
        time_n: int | None,
        time: bytes,
        time_ms: int = 0,
        linger_s: int = 0,
    ) -> Hello:
        return Hello(
            versions=VERSIONS,
            instance=self.instance,
            exchange=exchange,
            seen=self.seen,
            roster=self.roster,
            release=self.release,
            county=self.county,
            mark=self.mark,
            roaming_reports=self.roaming_reports,
            heard=self.heard,
            time_ms=time_ms,
            time_n=time_n,
            time=time,
            linger_s=linger_s,
            program=self.program,
        )


class Wakeup(Protocol):
    """Rings when there may be something new to send."""

    async def wait(self) -> object:
        """Return once it has rung since the last :meth:`clear`."""
        ...

    def clear(self) -> None:
        """Wait for the next ring."""
        ...

    def set(self) -> None:
        """Ring."""
        ...


class ExchangeStore(Protocol):
    """One node's store as one exchange sees it."""

    @property
    def wakeup(self) -> Wakeup:
        """Rings when something for this peer was committed."""
        ...

    @property
    def meter(self) -> Meter:
        """What the budget lets us push to this peer; the same one in every exchange with it."""
        ...

    async def keep_spent(self) -> None:
        """Put on disk what the meter has counted: a share of a day is limited."""
        ...

    async def greeting(self) -> Greeting:
        """For our Hello."""
        ...

    async def meet(self, hello: Hello) -> int:
        """Note who the peer is now. How many items of each lane to ask about before pushing.

        0 if nothing is in doubt; a few hundred if the last exchange broke off; ASK_ALL if the
        peer's instance is new to us and may hold less than it once confirmed.
        """
        ...

    async def waiting(
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """What waits for this peer in the lanes of ``after``, all as of one moment.

        In each lane behind the position that ``after`` says, oldest first, at most ``limit``, and
        nothing of the origins that ``without`` names for it. A lane in which nothing waits may be
        missing.
        """
        ...

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The item to send for each; None for one that has gone meanwhile."""
        ...

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        """The first item of this exchange is about to go: note that it may break off.

        ``pushes`` is what goes from here on, until it is acknowledged. A store keeps it over the
        end of the exchange: the peer's next Hello may say how much of it is there.
        """
        ...

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
        """The peer holds these (of a blob: everything before ``offset``), or refused them.

        Args:
            acks: items, and codes of refusals.
            upto: so many pushes of this exchange are answered by now; 0 if the peer did not
                acknowledge pushes, but said what it holds.
        """
        ...

    async def holds(self, offer: Offer) -> Want:
        """Which of the peer's offer we hold."""
        ...

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        """Commit items; ``upto`` is the number of the last. Index and code of each refused one."""
        ...

    async def parted(self, *, clean: bool) -> None:
        """The exchange is over; ``clean`` if nothing was left open."""
        ...
