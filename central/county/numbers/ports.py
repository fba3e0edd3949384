"""What blocks of numbers ask of those who know stations, policy, and the line of a station."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from protocol.ids import Incarnation, NodeId
from protocol.limits import NUMBERS_USUAL
from runtime.record import Detail


class Forks(Protocol):
    """Knows the line of a station's starts."""

    async def __call__(self, session: AsyncSession, station: NodeId) -> int:
        """At how many points it forks: two copies of one PC went on from there."""
        ...


class Left(Protocol):
    """Knows starts after which another one went on."""

    async def __call__(
        self, session: AsyncSession, points: Mapping[tuple[NodeId, Incarnation], int]
    ) -> set[NodeId]:
        """Stations of which one of these starts goes on behind a point where another left it."""
        ...


class Newest(Protocol):
    """Knows which start of a station came last."""

    async def __call__(self, session: AsyncSession, station: NodeId) -> bytes:
        """The newest incarnation; empty while nothing has come."""
        ...


class Allowed(Protocol):
    """Bounds what a station can make the county do by asking."""

    async def __call__(self, session: AsyncSession, node: NodeId) -> bool:
        """Whether it may be answered now; it counts then."""
        ...


class Rules(Protocol):
    """The county's policy about numbers."""

    @property
    def charging(self) -> Collection[str]:
        """Node ids of the offices that may charge."""
        ...

    @property
    def block(self) -> int:
        """Numbers in a block that is issued by itself."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRules:
    """What holds where the policy says nothing: nobody charges."""

    charging: Collection[str] = ()
    block: int = NUMBERS_USUAL


class Noted(Protocol):
    """The record of what was done."""

    def __call__(self, *, action: str, subject: str, detail: Detail) -> object:
        """Note it; blocks for the disk."""
        ...
