"""The store's promises about its file."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from central.store.copying import sqlite_url
from central.store.engine import Store
from protocol.errors import StoreError


async def test_a_checkpoint_takes_deleted_text_off_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "county.db"
    async with Store(f"sqlite+aiosqlite:///{path}") as store:

        async def write(session: AsyncSession) -> None:
            await session.execute(text("CREATE TABLE note (word TEXT)"))
            await session.execute(text("INSERT INTO note VALUES ('a secret word')"))

        async def delete(session: AsyncSession) -> None:
            await session.execute(text("DELETE FROM note"))

        await store.transact(write)
        await store.transact(delete)
        log = path.with_name("county.db-wal")
        assert b"a secret word" in log.read_bytes()
        await store.checkpoint()
        assert log.stat().st_size == 0
        await store.transact(delete)  # the checkpoint is over
        assert b"a secret word" not in path.read_bytes()


@pytest.mark.parametrize("name", ["50%?", "a#b", "%20", "县 数据;", "?mode=ro", "file:x"])
async def test_a_database_lies_in_its_folder_whatever_that_is_called(
    tmp_path: Path, name: str
) -> None:
    folder = tmp_path / name
    folder.mkdir()

    async def write(session: AsyncSession) -> None:
        await session.execute(text("CREATE TABLE note (word TEXT)"))

    async with Store(sqlite_url(folder / "county.db")) as store:
        await store.transact(write)
    assert (folder / "county.db").stat().st_size
    assert list(tmp_path.iterdir()) == [folder]


async def test_an_error_never_tells_what_was_written(tmp_path: Path) -> None:
    """Whatever an error's text is put into, a citizen's words are not in it."""
    async with Store(f"sqlite+aiosqlite:///{tmp_path / 'county.db'}") as store:

        async def write(session: AsyncSession) -> None:
            await session.execute(text("CREATE TABLE note (word TEXT CHECK (length(word) < 3))"))
            await session.execute(text("INSERT INTO note VALUES (:word)"), {"word": "韦小宝"})

        with pytest.raises(StoreError) as failed:
            await store.transact(write)
    cause = failed.value.__cause__
    assert isinstance(cause, IntegrityError)
    assert "韦小宝" in str(cause.params)
    assert "韦小宝" not in f"{failed.value} {cause} {cause!r}"


async def test_it_closes_when_that_has_ended_whose_caller_went_away(database_url: str) -> None:
    """A connection that is given back after the close stays open for ever."""
    asked, answered = asyncio.Event(), asyncio.Event()

    async def write(session: AsyncSession) -> None:
        asked.set()
        await answered.wait()
        await session.execute(text("CREATE TABLE note (word TEXT)"))

    async with Store(database_url) as store:
        caller = asyncio.create_task(store.transact(write))
        await asked.wait()
        caller.cancel()
        asyncio.get_running_loop().call_later(0.1, answered.set)
    with pytest.raises(asyncio.CancelledError):
        await caller

    async def read(session: AsyncSession) -> int:
        found: int = (await session.execute(text("SELECT count(*) FROM note"))).scalar_one()
        await session.execute(text("DROP TABLE note"))  # the next test has this database, too
        return found

    async with Store(database_url) as store:
        assert await store.transact(read) == 0
