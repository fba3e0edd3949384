"""A session on SQLite's one connection: what it brings back, and what keeps the loop waiting."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Integer,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    table,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from central.store.base import BY_KEY
from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.sqlite import SqliteDatabase
from protocol.errors import StoreError

ROWS = 3000
NUMBER = table("number", column("n", Integer))
N = NUMBER.c.n
COUNT = select(func.count()).select_from(NUMBER)
A, B = NUMBER.alias(), NUMBER.alias()
LONG = select(func.count()).select_from(A.join(B, A.c.n + B.c.n > -1))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(sqlite_url(tmp_path / "numbers.db")) as store:

        async def fill(session: AsyncSession) -> None:
            await session.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY)"))
            await session.execute(insert(NUMBER), [{"n": n} for n in range(ROWS)])

        await store.transact(fill)
        yield store


class Visits:
    """Counts what goes to the thread of ``store``."""

    def __init__(self, store: Store) -> None:
        database = store._database
        assert isinstance(database, SqliteDatabase)
        assert database._thread is not None
        self.count, thread = 0, database._thread
        queue = thread._tx

        class Counting:  # a queue whose other end is the thread
            def put_nowait(_, entry: Any) -> None:  # noqa: N805 - the queue's
                self.count += 1
                queue.put_nowait(entry)

        thread._tx = Counting()  # type: ignore[assignment]


@pytest.mark.parametrize("limit", [0, 1, 2, ROWS])
async def test_every_row_comes_once_and_in_order(store: Store, limit: int) -> None:
    query = select(N).order_by(N).limit(limit)

    async def work(session: AsyncSession) -> list[int]:
        return list((await session.scalars(query)).all())

    assert await store.transact(work) == list(range(limit))


@pytest.mark.parametrize("size", [1, 7, 1000, 5000])
async def test_a_snapshot_comes_whole_in_parts_of_any_size(store: Store, size: int) -> None:
    async with store.snapshot() as snapshot:
        query = select(N).order_by(N)
        parts = [[row.n for row in part] async for part in snapshot.partitions(query, size)]
    assert [n for part in parts for n in part] == list(range(ROWS))
    assert all(len(part) == size for part in parts[:-1])


async def test_a_query_that_takes_long_does_not_keep_the_loop(store: Store) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    assert await store.transact(lambda session: session.scalar(LONG)) == ROWS * ROWS
    ticking.cancel()
    assert ticks > 10


async def test_what_was_written_before_a_long_query_is_kept(store: Store) -> None:
    """A query that is broken off and made again must not undo its transaction."""

    async def work(session: AsyncSession) -> None:
        await session.execute(insert(NUMBER), {"n": ROWS})
        assert await session.scalar(LONG) == (ROWS + 1) ** 2
        await session.execute(insert(NUMBER), {"n": ROWS + 1})

    await store.transact(work)
    assert await store.transact(lambda session: session.scalar(COUNT)) == ROWS + 2


async def test_a_short_transaction_that_only_reads_needs_no_thread(store: Store) -> None:
    visits = Visits(store)

    async def read(session: AsyncSession) -> None:
        for n in range(3):
            assert await session.scalar(select(N).where(literal(n) == N)) == n

    async def change(session: AsyncSession) -> None:
        await read(session)
        await session.execute(update(NUMBER).where(N == 7).values(n=-1))

    await store.transact(read)
    assert visits.count == 0
    await store.transact(change)
    assert visits.count == 2, "the change and its commit"


FEW, MANY = 64, 65  # values
_OF = update(NUMBER).values(n=N + ROWS).where(N.in_(bindparam("of", expanding=True)))


@pytest.mark.parametrize(
    ("is_marked", "rows", "calls"), [(True, FEW, 0), (True, MANY, 1), (False, FEW, 1)]
)
async def test_a_change_of_few_rows_by_their_key_needs_no_thread_but_its_commit_does(
    store: Store, rows: int, calls: int, *, is_marked: bool
) -> None:
    """Many values are many rows: the loop must not wait for them."""
    visits = Visits(store)
    statement = _OF.execution_options(**BY_KEY) if is_marked else _OF

    async def work(session: AsyncSession) -> None:
        await session.execute(statement, {"of": list(range(rows))})
        assert visits.count == calls

    await store.transact(work)
    assert visits.count == calls + 1
    assert await store.transact(lambda s: s.scalar(COUNT.where(N >= ROWS))) == rows


async def test_a_marked_change_that_fails_leaves_nothing(store: Store) -> None:
    async def fail(session: AsyncSession) -> None:
        for n in (ROWS, 7):
            await session.execute(insert(NUMBER).execution_options(**BY_KEY), {"n": n})

    with pytest.raises(StoreError):
        await store.transact(fail)
    assert await store.transact(lambda session: session.scalar(COUNT)) == ROWS


async def test_a_transaction_goes_on_though_its_caller_is_cancelled(store: Store) -> None:
    """And the next one waits for it."""

    async def work(session: AsyncSession) -> None:
        await session.execute(insert(NUMBER), {"n": ROWS})
        await session.scalar(LONG)

    waiting = asyncio.create_task(store.transact(work))
    await asyncio.sleep(0.01)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    assert await store.transact(lambda session: session.scalar(COUNT)) == ROWS + 1


async def test_a_transaction_can_be_begun_any_number_of_times(store: Store) -> None:
    """SQLite counts the steps of a statement over all its runs: 4,000 of one are many."""
    row = select(N).where(literal(7) == N)
    for _ in range(4_200):
        assert await store.transact(lambda session: session.scalar(row)) == 7
