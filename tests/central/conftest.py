"""Both databases that a server may run on: SQLite in a file, and a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from tests.builders.disks.blank import blank_sqlite
from tests.builders.disks.postgres import PostgresServer

BRANCHES = (RELAY, COUNTY, ACCOUNTS)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind, with all tables and no row."""
    if request.param == "sqlite":
        path = tmp_path / "county.db"
        path.write_bytes(blank_sqlite(*BRANCHES))
        return f"sqlite+aiosqlite:///{path}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.blank_database(*BRANCHES)
