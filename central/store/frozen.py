"""A session on a database file that no process has open (runtime.doctor.frozen): it only reads."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar, cast

from sqlalchemy import Connection, StaticPool, create_engine
from sqlalchemy.ext.asyncio import AsyncSession

from central.store.session import DirectSession

T = TypeVar("T")


class _Here:
    """Nobody else waits, so nothing needs a thread."""

    async def do(self, call: Callable[[], T]) -> T:
        return call()


@contextmanager
def frozen_session(driver: sqlite3.Connection) -> Iterator[tuple[Connection, AsyncSession]]:
    """What the queries of rooms need, on ``driver``."""
    engine = create_engine("sqlite://", creator=lambda: driver, poolclass=StaticPool)
    with engine.connect() as connection:
        yield connection, cast("AsyncSession", DirectSession(connection, driver, _Here()))
