"""Transactions that are committed together: each succeeds or fails by itself.

Nobody is told of success before the commit of all is on disk. What fails with the file itself, a
full disk for example, fails for all of them: nothing was written.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sqlalchemy import Connection

from central.store.commits import committed
from central.store.ports import Work
from central.store.session import DirectSession, Thread

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")

# said to sqlite3 itself: SQLAlchemy's own are two transactions, with states and events, for each
_BEGIN, _KEEP, _TAKE_BACK = "SAVEPOINT job", "RELEASE job", "ROLLBACK TO job"
_SYNCED, _NOT_SYNCED = "PRAGMA synchronous=FULL", "PRAGMA synchronous=NORMAL"


@dataclass(slots=True)
class Job(Generic[T]):
    """A transaction that somebody waits for."""

    work: Work[T]
    end: asyncio.Future[T]
    synced: bool

    def succeeded(self, result: T) -> None:
        """It is on disk."""
        if not self.end.done():  # whoever waited may be gone
            self.end.set_result(result)

    def failed(self, exc: BaseException) -> None:
        """Nothing of it is."""
        if not self.end.done():
            self.end.set_exception(exc)


async def commit_together(
    jobs: Sequence[Job[Any]], connection: Connection, driver: sqlite3.Connection, thread: Thread
) -> None:
    """Run ``jobs`` one after the other, and commit what they did.

    Raises:
        BaseException: nothing of any of them was written, and nobody was told.
    """
    done: list[tuple[Job[Any], DirectSession, Any]] = []
    driver.execute(_SYNCED if any(job.synced for job in jobs) else _NOT_SYNCED)
    transaction, before, shared = connection.begin(), driver.total_changes, len(jobs) > 1
    for job in jobs:
        session = DirectSession(connection, driver, thread, shared=shared)
        if shared:
            driver.execute(_BEGIN)
        try:
            result = await job.work(cast("AsyncSession", session))
            await session.commit()
        except Exception as exc:
            if not shared or not driver.in_transaction:  # all of it was taken back already
                raise
            session.close()
            driver.execute(_TAKE_BACK)
            driver.execute(_KEEP)
            job.failed(exc)
        else:
            session.close()
            if shared:
                driver.execute(_KEEP)
            done.append((job, session, result))
    if driver.total_changes == before:
        transaction.commit()  # nothing goes to the disk
    else:
        await thread.do(transaction.commit)
    for job, session, result in done:
        committed(session.info)
        job.succeeded(result)
