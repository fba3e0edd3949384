"""SQLite: one file, one connection, and one writer that commits together what waits for it.

Statements run on SQLAlchemy's own connection, without a shell of coroutines around each of its
steps, which cost more than the statements. aiosqlite's thread does what may take long: it is
visited once for a statement, and once for the commit, which waits for the disk.

Transactions follow each other. Those that came while a commit was under way share the next one:
each has a savepoint, so that one which fails takes back only itself, and nobody is told before the
commit of all is on disk. After a power cut a thousand stations wait for it.

Older versions of SQLite than 3.51.3 damage a WAL database that two connections write to; so there
is one.

Source: docs/performance.md, "Where the time goes"; ADR 0009, 0052.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from sqlalchemy import URL, Connection, Engine, Row, Select, StaticPool, create_engine

from central.store.cursor import DirectConnection
from central.store.group import Job, commit_together
from central.store.ports import Work
from runtime.disk.kept import keep_copy

T = TypeVar("T")

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    f"journal_size_limit={4 * 1024 * 1024}",
)
_TOGETHER = 64  # transactions in one commit: the first of them waits for the last
_COPIED_PAGES = 2048  # between two words on how far a copy is: 8 MB, a few ms


class _Thread(aiosqlite.Connection):
    """Runs whole functions in its thread: one change of threads for each."""

    async def do(self, call: Callable[[], T]) -> T:
        result: T = await self._execute(call)  # type: ignore[no-untyped-call]
        return result


async def _started(connect: Callable[[], sqlite3.Connection]) -> _Thread:
    """One with its connection; if that can't be made, its thread has ended when this raises."""
    thread = _Thread(connect, 64)
    thread._thread.daemon = True  # noqa: SLF001 - it must not keep a program alive
    try:
        _ = await thread
    except sqlite3.Error:
        await asyncio.to_thread(thread._thread.join)  # noqa: SLF001 - it still answers to the loop
        raise
    return thread


class SqliteDatabase:
    """central.store.ports.Database; and what only a file can do."""

    def __init__(self, url: URL) -> None:
        self.path = Path(url.database or "")
        self.engine: Engine = create_engine(
            url.set(drivername="sqlite"),
            creator=lambda: self._driver,
            poolclass=StaticPool,
            pool_reset_on_return=None,  # a transaction ends here, or its connection does
            hide_parameters=True,  # they are what a citizen wrote
        )
        # one listener to its events would have each statement look for listeners, too
        self.engine.dialect.do_begin = _begin_immediate  # type: ignore[method-assign,assignment]
        self._thread: _Thread | None = None
        self._busy = asyncio.Lock()  # the one connection is in use
        self._jobs: list[Job[Any]] = []  # that wait for the writer
        self._writer: asyncio.Task[None] | None = None

    @property
    def _driver(self) -> DirectConnection:
        if self._thread is None or not isinstance(self._thread._conn, DirectConnection):  # noqa: SLF001
            raise TypeError("not open")
        return self._thread._conn  # noqa: SLF001

    async def transact(self, work: Work[T], *, synced: bool) -> T:
        """Run ``work`` with the next commit; a cancelled caller does not stop it."""
        job = Job(work, asyncio.get_running_loop().create_future(), synced=synced)
        self._jobs.append(job)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        result: T = await job.end
        return result

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which begins and ends its own transactions."""
        async with self._opened() as thread:
            return await thread.do(partial(self._connected, work))

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["_Snapshot"]:
        """See the database as it is at one moment: nobody else has its connection meanwhile."""
        async with self._opened() as thread:
            with self.engine.connect() as connection, self._driver.streaming():
                yield _Snapshot(connection, thread)

    async def checkpoint(self) -> None:
        """Move the log into the database file, so that deleted rows are gone from disk."""
        async with self._opened() as thread:
            await thread.do(partial(_checkpoint, self._driver))

    async def copy_file(self, path: Path, moved: Callable[[int, int], None]) -> None:
        """A copy of the whole database, of one moment, as a new file; writers wait meanwhile.

        Args:
            moved: told from another thread how many bytes of how many are copied.
        """
        async with self._opened() as thread:
            await thread.do(partial(_copy, self._driver, path, moved))

    async def keep_copy(self, version: str) -> Path:
        """A copy of the file as it is, which is of ``version`` (runtime.disk.kept)."""
        async with self._opened() as thread:
            return await thread.do(partial(keep_copy, self._driver, self.path, version))

    async def close(self) -> None:
        """End what runs, and close."""
        while self._writer is not None:
            await asyncio.wait({self._writer})
        await self._shut()

    async def _shut(self) -> None:
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await thread.close()
            self.engine.dispose(close=False)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[_Thread]:
        """The connection's thread, for one who uses it alone."""
        async with self._busy:
            if self._thread is None:
                self._thread = await _started(partial(_open, self.path))
            try:
                yield self._thread
            except Exception:
                raise
            except BaseException:  # the program ends: SQLAlchemy gives its connection up
                await self._shut()
                raise

    def _connected(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            return work(connection)

    async def _write(self) -> None:
        """Commit what waits, together, until nothing does."""
        try:
            while self._jobs:
                jobs, self._jobs = self._jobs[:_TOGETHER], self._jobs[_TOGETHER:]
                await self._commit(jobs)
        finally:
            self._writer = None

    async def _commit(self, jobs: Sequence[Job[Any]]) -> None:
        try:
            async with self._opened() as thread:
                try:
                    with self.engine.connect() as connection:
                        await commit_together(jobs, connection, self._driver, thread)
                except Exception:
                    if self._driver.in_transaction:  # a commit that failed leaves it open
                        await thread.do(self._driver.rollback)
                    raise
        except BaseException as exc:  # each of those who wait gets it
            for job in jobs:
                job.failed(exc)
            if isinstance(exc, asyncio.CancelledError):
                raise


class _Snapshot:
    def __init__(self, connection: Connection, thread: _Thread) -> None:
        self._connection, self._thread = connection, thread

    async def partitions(self, query: Select[Any], size: int) -> AsyncIterator[Sequence[Row[Any]]]:
        result = await self._thread.do(partial(self._connection.execute, query))
        while rows := await self._thread.do(partial(result.fetchmany, size)):
            yield rows


def _open(path: Path) -> sqlite3.Connection:
    """In the thread. Cursors are made outside of it, too, but never while a statement runs."""
    connection = sqlite3.connect(
        path,
        isolation_level=None,  # sqlite3 must not open transactions behind our back
        check_same_thread=False,
        factory=DirectConnection,
    )
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _begin_immediate(connection: Any) -> None:  # noqa: ANN401 - DB-API is untyped
    """Take the write lock now or fail now."""
    connection.execute("BEGIN IMMEDIATE")


def _checkpoint(driver: sqlite3.Connection) -> None:
    """Its row is fetched: else it is still in progress, and the next transaction can't commit."""
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _copy(driver: sqlite3.Connection, path: Path, moved: Callable[[int, int], None]) -> None:
    (page_bytes,) = driver.execute("PRAGMA page_size").fetchone()

    def tell(_: int, left: int, total: int) -> None:
        moved((total - left) * page_bytes, total * page_bytes)

    with closing(sqlite3.connect(path)) as copy:
        driver.backup(copy, pages=_COPIED_PAGES, progress=tell)
