"""What this room asks of others: where cases stand, who has an account, what flows name."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # commands read these names, and load no database
    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True, kw_only=True)
class PostStand:
    """A post at which cases may stand, by every name that items and flows have for it."""

    code: str  # of the department
    departments: tuple[str, ...]  # its names; the one in use first
    posts: tuple[str, ...]  # names of the post; the one in use first


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStand:
    """Somebody who may have taken cases."""

    name: str  # of the account


Stand = PostStand | PersonStand


class Standing(Protocol):
    """Where open cases stand. Both join the caller's transaction."""

    async def standing(self, session: "AsyncSession", at: Stand) -> int:
        """How many open cases stand there."""
        ...

    async def move(self, session: "AsyncSession", origin: Stand, to: Stand, by: str) -> None:
        """Each of them goes on at ``to``, of the same kind, by an event that names ``by``."""
        ...


class NobodyStands:
    """Before cases stand anywhere."""

    async def standing(self, session: "AsyncSession", at: Stand) -> int:  # noqa: ARG002
        """None."""
        return 0

    async def move(self, session: "AsyncSession", origin: Stand, to: Stand, by: str) -> None:
        """Nothing to move."""


Able = Callable[["AsyncSession"], Awaitable[frozenset[str]]]
"""Which accounts may log in and handle cases; joins the caller's transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A post that the flow of an item names."""

    department: str
    post: str
    items: tuple[str, ...]  # codes of those that name it


Flows = Callable[[], Awaitable[Sequence[Named]]]
"""Every post of the catalogue that counts today in which somebody at the county has to be."""
