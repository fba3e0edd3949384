"""The database: whole after every end, and honest about what it can't do."""

import asyncio
import sqlite3
import threading
from functools import partial
from pathlib import Path

import pytest

from protocol.errors import DamagedError, DiskFullError, NewerStoreError
from station_agent.store import db
from station_agent.store.db import Database, Transaction, migrations


def _fill(tx: Transaction, name: str = "x") -> None:
    tx.run("INSERT INTO statements (signed) VALUES (?)", (name.encode(),))


def _count(tx: Transaction) -> int:
    (row,) = tx.rows("SELECT count(*) AS n FROM statements")
    return int(row["n"])


async def test_what_was_committed_is_there_after_a_restart(tmp_path: Path) -> None:
    for expected in (1, 2):
        database = await Database.open(tmp_path / "station.db")
        await database.write(partial(_fill, name=str(expected)))
        assert await database.read(_count) == expected
        await database.close()


async def test_it_is_opened_as_the_promise_needs(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "station.db")

    def settings(tx: Transaction) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "auto_vacuum")
        return [tx.rows(f"PRAGMA {name}")[0][0] for name in names]

    found = await database.write(settings)
    await database.close()
    assert found == ["wal", 2, 1, 1, 2]


async def test_a_failed_unit_of_work_leaves_nothing(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "station.db")

    def work(tx: Transaction) -> None:
        _fill(tx)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        await database.write(work)
    assert await database.read(_count) == 0
    await database.close()


async def test_a_cancelled_caller_does_not_stop_the_commit(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "station.db")
    begun, go_on = threading.Event(), threading.Event()

    def work(tx: Transaction) -> None:
        begun.set()
        go_on.wait()
        _fill(tx)

    caller = asyncio.create_task(database.write(work))
    await asyncio.to_thread(begun.wait)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await database.close()
    database = await Database.open(tmp_path / "station.db")
    assert await database.read(_count) == 1
    await database.close()


async def test_a_full_disk_is_named_and_everything_stays_readable(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "station.db")
    await database.write(_fill)

    def fill_up(tx: Transaction) -> None:
        (row,) = tx.rows("PRAGMA page_count")
        tx.run(f"PRAGMA max_page_count = {row[0] + 2}")
        for number in range(1000):
            _fill(tx, f"{number}" * 1000)

    with pytest.raises(DiskFullError):
        await database.write(fill_up)
    assert await database.read(_count) == 1
    await database.close()


async def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE later (x)")
        connection.execute(f"PRAGMA user_version = {migrations()[-1][0] + 1}")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NewerStoreError):
        await Database.open(path)
    assert path.read_bytes() == before


async def test_something_else_than_a_database_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(DamagedError):
        await Database.open(path)


async def test_a_migration_that_fails_leaves_the_version_before(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "station.db", isolation_level=None)

    def migrate(tx: Transaction) -> None:
        db._migrate(tx, number=1, script="CREATE TABLE a (x);\nCREATE TABLE a (x);\n")

    with pytest.raises(sqlite3.OperationalError):
        db._transact(connection, work=migrate, synced=True)
    assert connection.execute("SELECT * FROM sqlite_master").fetchall() == []
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
    connection.close()


def test_migrations_are_numbered_without_gaps() -> None:
    assert [number for number, _ in migrations()] == list(range(1, len(migrations()) + 1))
