"""The connection that visits SQLite's thread once for each statement: what it brings back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

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
