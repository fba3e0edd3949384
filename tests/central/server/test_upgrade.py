"""A newer program keeps copies before it changes a database, and there is a way back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from central.commands import county as county_commands
from central.county.app import open_county
from central.server.config import ServerConfig
from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import COUNTY, RELAY, upgrade
from protocol.errors import DiskFullError, NewerStoreError
from runtime.cli.program import run_program
from runtime.disk import kept
from runtime.disk.space import DiskSpace
from tests.builders.newer import newer_authority, newer_server


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as database:
        return {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}


def copies(data: Path) -> list[Path]:
    return sorted(data.glob("before-upgrade/*"))


async def used(data: Path) -> bytes:
    """Open it, as serve does; the county's instance."""
    async with open_county(data, ServerConfig()) as node:
        return await node.relay.instance()


async def test_a_county_keeps_both_databases_and_goes_back(county: Path, tmp_path: Path) -> None:
    instance = await used(county)
    assert copies(county) == copies(county / "authority") == []
    with newer_server(tmp_path, COUNTY), newer_authority():
        assert await used(county) == instance
        assert "of_tomorrow" in tables(county / "county.db")
        (copy,) = copies(county)
        (authority,) = copies(county / "authority")
        assert copy.name.startswith("county-accounts_0001-county_00")
        assert "of_tomorrow" not in tables(copy) | tables(authority)
    for _ in range(2):
        with pytest.raises(NewerStoreError):
            await used(county)
    aside = kept.go_back_all(county, county / "county.db", county / "authority" / "authority.db")
    assert len(aside) == 2
    assert await used(county) == instance
    assert "of_tomorrow" not in tables(county / "county.db")
    assert "of_tomorrow" in tables(county / "after-upgrade-1" / "county.db")


async def test_an_upgrade_without_room_changes_nothing(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await used(county)
    monkeypatch.setattr(kept, "room_of", lambda _: DiskSpace(free=0, total=1))
    with newer_server(tmp_path, RELAY), pytest.raises(DiskFullError):
        await used(county)
    assert "of_tomorrow" not in tables(county / "county.db")
    assert await used(county)  # the older program runs on


async def test_a_new_database_and_one_that_is_up_to_date_are_not_copied(tmp_path: Path) -> None:
    for _ in range(2):
        async with Store(sqlite_url(tmp_path / "hub.db")) as store:
            await upgrade(store, RELAY)
    assert copies(tmp_path) == []


def test_the_command_says_what_to_do_next(
    county: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_program(county_commands.cli, ["go-back", str(county)]) == 2
    with newer_authority():
        assert run_program(county_commands.cli, ["status", str(county)]) == 0
    assert run_program(county_commands.cli, ["status", str(county)]) == 3
    capsys.readouterr()
    assert run_program(county_commands.cli, ["go-back", str(county)]) == 0
    assert "装回旧程序" in capsys.readouterr().out
    assert run_program(county_commands.cli, ["status", str(county)]) == 0
