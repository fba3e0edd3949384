"""The tables of hub and county: a first migration makes them; a newer database is left alone."""

import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection

from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, COUNTY, HUB, RELAY, _config, migrate
from protocol.errors import NewerStoreError

BRANCHES = (RELAY, COUNTY, ACCOUNTS, HUB)


async def _make(path: Path) -> None:
    async with Store(sqlite_url(path)) as store:
        await migrate(store, *BRANCHES)


@pytest.mark.parametrize("branch", BRANCHES)
async def test_a_newer_database_is_refused_and_not_touched(tmp_path: Path, branch: str) -> None:
    path = tmp_path / "county.db"
    await _make(path)
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(
            "UPDATE alembic_version SET version_num = ? WHERE version_num LIKE ?",
            (f"{branch}_0099", f"{branch}%"),
        )
        newer.execute("CREATE TABLE of_tomorrow (x)")
        newer.commit()
        newer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    with pytest.raises(NewerStoreError, match=f"{branch}_0099"):
        await _make(path)
    assert path.read_bytes() == before


async def test_a_database_that_is_up_to_date_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "county.db"
    await _make(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO meta VALUES ('instance', x'0102')")
        connection.commit()
    await _make(path)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT * FROM meta").fetchall()
    assert rows == [("instance", b"\x01\x02")]


async def test_an_older_database_gets_the_tables_that_are_new(tmp_path: Path) -> None:
    await _make(tmp_path / "new.db")
    older = tmp_path / "older.db"
    async with Store(sqlite_url(older)) as store:
        await store.migrate(_only_the_first)
    assert _tables(older) < _tables(tmp_path / "new.db")
    await _make(older)
    assert _tables(older) == _tables(tmp_path / "new.db")


def _only_the_first(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    for branch in BRANCHES:
        command.upgrade(config, f"{branch}_0001")


def _tables(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        made: set[tuple[str, str]] = set(connection.execute("SELECT name, sql FROM sqlite_schema"))
    return made


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_first_migration_bears_number_one(branch: str) -> None:
    folder = resources.files("central") / branch / "migrations"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".py"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
