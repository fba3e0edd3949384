"""A connection that PostgreSQL has left: the work is done again, unless a commit was begun."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from central.store.engine import Store
from protocol.errors import StoreError
from tests.builders.disks.postgres import PostgresServer

_ADD, _COUNT = text("INSERT INTO note VALUES ('written')"), text("SELECT count(*) FROM note")


@pytest_asyncio.fixture
async def store(postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Store]:
    """On a database of its own: what else the tests' server is asked is not cut off with it."""
    async with Store(postgres.database_of(tmp_path / "left", blank=False)) as store:
        await store.transact(lambda session: session.execute(text("CREATE TABLE note (word TEXT)")))
        yield store
    postgres.forget(tmp_path)


async def count(store: Store) -> int:
    found: int = await store.transact(lambda session: session.scalar(_COUNT))
    return found


async def leave(store: Store) -> None:
    """As a server that is started again leaves every connection but the one that asks."""
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with Store(store.engine.url) as beside:
        await beside.transact(lambda session: session.execute(others))


async def test_what_was_left_between_two_transactions_is_not_noticed(store: Store) -> None:
    await leave(store)
    await store.transact(lambda session: session.execute(_ADD))
    assert await count(store) == 1


async def test_what_is_left_in_the_middle_is_done_again_from_the_beginning(store: Store) -> None:
    tries = 0

    async def work(session: AsyncSession) -> None:
        nonlocal tries
        tries += 1
        await session.execute(_ADD)
        if tries == 1:
            await leave(store)
        await session.execute(_ADD)

    await store.transact(work)
    assert (tries, await count(store)) == (2, 2)


async def test_a_commit_whose_answer_is_lost_is_not_made_again(store: Store) -> None:
    """It may have been made; who asked comes again and finds out."""
    tries = 0

    async def work(session: AsyncSession) -> None:
        nonlocal tries
        tries += 1
        await session.execute(_ADD)
        await leave(store)

    with pytest.raises(StoreError):
        await store.transact(work)
    assert (tries, await count(store)) == (1, 0)


async def test_a_server_that_may_not_write_any_more_is_left(store: Store) -> None:
    """A primary that became a standby keeps its connections, if nobody cuts them."""
    standby = text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
    await store.transact(lambda session: session.execute(standby))
    await store.transact(lambda session: session.execute(_ADD))
    assert await count(store) == 1


async def test_a_snapshot_is_taken_on_a_connection_that_lives(store: Store) -> None:
    await leave(store)
    async with store.snapshot() as snapshot:
        parts = [part async for part in snapshot.partitions(select(text("1")), 10)]
    assert [row[0] for part in parts for row in part] == [1]


async def test_a_balancer_that_has_no_server_behind_it_is_a_database_that_is_away() -> None:
    """It accepts and hangs up at once; nothing of that is the fault of what was to be stored."""
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Store(f"postgresql+asyncpg://yizhan@127.0.0.1:{port}/county") as store:
        with pytest.raises(StoreError):
            await count(store)
    async with Store(f"postgresql+asyncpg://yizhan@127.0.0.1:{port}/county") as store:
        with pytest.raises(StoreError):  # nor does anybody listen
            await count(store)
