"""What either kind of database does for the store."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]


class Snapshot(Protocol):
    """A database as it is at one moment."""

    def partitions(self, query: Select[Any], size: int) -> AsyncIterator[Sequence[Row[Any]]]:
        """The rows of ``query``, at most ``size`` at once."""
        ...


class Database(Protocol):
    """One database; it is opened when it is first used."""

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, for its dialect and for those who listen to it."""
        ...

    async def transact(self, work: Work[T], *, synced: bool) -> T:
        """Run ``work`` in one transaction; a cancelled caller does not stop it half-way.

        Args:
            synced: False if a power cut may take this commit back, but none before it.
        """
        ...

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which begins and ends its own transactions."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Snapshot]:
        """See the database as it is at one moment, and write nothing."""
        ...

    async def close(self) -> None:
        """End what runs, and close."""
        ...
