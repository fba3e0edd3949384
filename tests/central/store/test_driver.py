"""The connection that visits SQLite's thread once for each statement: what it brings back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import column, insert, table, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from central.store.base import BY_KEY
from central.store.engine import open_engine

ROWS = 3000  # more than come along with a statement


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path / 'numbers.db'}")
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE number (n INTEGER PRIMARY KEY)"))
        rows = [{"n": n} for n in range(ROWS)]
        await connection.execute(text("INSERT INTO number VALUES (:n)"), rows)
    yield engine
    await engine.dispose()


@pytest.mark.parametrize("limit", [0, 1, 1023, 1024, 1025, ROWS])
async def test_every_row_comes_once_and_in_order(engine: AsyncEngine, limit: int) -> None:
    query = text("SELECT n FROM number ORDER BY n LIMIT :limit")
    async with engine.connect() as connection:
        found = (await connection.execute(query, {"limit": limit})).scalars().all()
    assert found == list(range(limit))


@pytest.mark.parametrize("size", [1, 7, 1000, 1024, 5000])
async def test_a_streamed_result_comes_whole_in_parts_of_any_size(
    engine: AsyncEngine, size: int
) -> None:
    async with engine.connect() as connection:
        result = await connection.stream(text("SELECT n FROM number ORDER BY n"))
        parts = [[row.n for row in part] async for part in result.partitions(size)]
    assert [n for part in parts for n in part] == list(range(ROWS))
    assert all(len(part) == size for part in parts[:-1])


async def test_a_failed_transaction_leaves_nothing_and_the_next_one_works(
    engine: AsyncEngine,
) -> None:
    async def fail() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("DELETE FROM number WHERE n < 10"))
            await connection.execute(text("INSERT INTO number VALUES (10)"))

    with pytest.raises(IntegrityError):
        await fail()
    async with engine.begin() as connection:
        count = await connection.scalar(text("SELECT count(*) FROM number"))
        returned = await connection.execute(text("DELETE FROM number WHERE n < 3 RETURNING n"))
        assert sorted(returned.scalars()) == [0, 1, 2]
    assert count == ROWS


LONG = text(
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300000) "
    "SELECT max(n) FROM c"
)
LONG_SELECT = text("SELECT count(*) FROM number a, number b WHERE a.n + b.n > 0")


async def test_a_query_that_takes_long_does_not_keep_the_loop(engine: AsyncEngine) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.001)

    ticking = asyncio.create_task(tick())
    async with engine.connect() as connection:
        assert await connection.scalar(LONG_SELECT) == ROWS * ROWS - 1
    ticking.cancel()
    assert ticks > 10


async def test_what_was_written_before_a_long_query_is_kept(engine: AsyncEngine) -> None:
    """A query that is broken off and made again must not undo its transaction."""
    async with engine.begin() as connection:
        await connection.execute(text("INSERT INTO number VALUES (:n)"), {"n": ROWS})
        assert await connection.scalar(LONG_SELECT) == (ROWS + 1) ** 2 - 1
        await connection.execute(text("INSERT INTO number VALUES (:n)"), {"n": ROWS + 1})
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM number")) == ROWS + 2


async def test_a_short_transaction_that_only_reads_needs_no_thread(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        for _ in range(3):
            await connection.scalar(text("SELECT n FROM number WHERE n = 7"))
        calls = driver._thread_calls
        await connection.execute(text("UPDATE number SET n = -1 WHERE n = 7"))
        assert driver._thread_calls == calls + 1
    assert calls == driver._thread_calls - 2, "and the commit"


NUMBER = table("number", column("n"))
FEW, MANY = 64, 65  # values


@pytest.mark.parametrize(
    ("mark", "rows", "calls"), [(BY_KEY, FEW, 0), (BY_KEY, MANY, 1), ("", FEW, 1)]
)
async def test_a_change_of_few_rows_by_their_key_needs_no_thread_but_its_commit_does(
    engine: AsyncEngine, mark: str, rows: int, calls: int
) -> None:
    """Many values are many rows: the loop must not wait for them."""
    new = [ROWS + n for n in range(rows)]
    many = insert(NUMBER).values([{"n": n} for n in new]).returning(NUMBER.c.n)
    async with engine.begin() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        before = driver._thread_calls
        returned = await connection.execute(many.prefix_with(mark) if mark else many)
        assert returned.scalars().all() == new
        assert driver._thread_calls == before + calls
    assert driver._thread_calls == before + calls + 1
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM number")) == ROWS + rows


async def test_a_marked_change_that_fails_leaves_nothing(engine: AsyncEngine) -> None:
    async def fail() -> None:
        async with engine.begin() as connection:
            for n in (ROWS, 7):
                await connection.execute(insert(NUMBER).prefix_with(BY_KEY), {"n": n})

    with pytest.raises(IntegrityError):
        await fail()
    async with engine.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM number")) == ROWS


async def test_two_queries_of_one_connection_do_not_get_in_each_other_s_way(
    engine: AsyncEngine,
) -> None:
    """A query that was cancelled still runs in the thread; the next one waits for it."""
    async with engine.connect() as connection:
        waiting = asyncio.create_task(connection.scalar(LONG))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.wait({waiting})
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM number")) == ROWS


async def test_a_transaction_can_be_begun_any_number_of_times(engine: AsyncEngine) -> None:
    """SQLite counts the steps of a statement over all its runs: 4,000 times BEGIN is a long one."""
    row = text("SELECT n FROM number WHERE n = 7")
    for _ in range(4_200):
        async with engine.begin() as connection:
            assert await connection.scalar(row) == 7
