"""Both databases that a server may run on: SQLite in a file, and a real PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from tests.builders.disks.blank import blank_sqlite
from tests.builders.disks.postgres import PostgresServer
from tests.builders.disks.redirected import on_postgres

HERE = Path(__file__).parent
_ALL = ("test_",)
OF_SQLITE = {
    "commands/test_county.py": _ALL,  # its server is another process, on the file in its folder
    "county/backup/test_cli.py": ("test_a_county_is_backed_up_and_restored[through",),  # the same
    "county/catalogue/test_read_only.py": ("test_a_folder_that_nobody_may_write",),  # the same
    "county/doctor/test_durability.py": ("test_of_a_file",),
    "relay/exchange/test_syncs.py": _ALL,  # when SQLite syncs, and what a cut of its log takes
    "relay/health/test_service.py": ("test_a_hub_says", "test_nobody_tells", "test_what_waits"),
    "relay/limits/test_quota.py": ("test_after_a_start_the_first", "test_a_disk_that_can_t"),
    "relay/routing/test_paths.py": _ALL,  # nodes of the campaign, which read SQLite themselves
    "server/test_doctor.py": _ALL,  # reads the file in the folder beside whoever has it
    "server/test_watching.py": ("test_a_served_county", "test_a_county_counts"),  # the same
    "server/test_upgrade.py": _ALL,  # copies of files
    "store/test_engine.py": ("test_a_checkpoint",),
    "store/test_group.py": _ALL,
    "store/test_migrate.py": _ALL,
    "store/test_session.py": _ALL,
}
ON_POSTGRES = os.environ.get("YIZHAN_TESTS_ON") == "postgresql"
BRANCHES = (RELAY, COUNTY, ACCOUNTS)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def _redirected(request: pytest.FixtureRequest) -> Iterator[None]:
    """``make test-postgres``: every database is PostgreSQL's."""
    if not ON_POSTGRES:
        yield
        return
    with on_postgres(request.getfixturevalue("postgres")):
        yield


@pytest.fixture(autouse=True)
def _forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    """Databases of a test's files go with it."""
    if not (ON_POSTGRES and "tmp_path" in request.fixturenames):
        yield
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    folder: Path = request.getfixturevalue("tmp_path")
    yield
    server.forget(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``make test-postgres`` leaves out what is of SQLite's own, by file and beginning of name."""
    for item in items if ON_POSTGRES else ():
        path = item.path
        names = OF_SQLITE.get(path.relative_to(HERE).as_posix()) if HERE in path.parents else None
        if names is not None and item.name.startswith(names):
            item.add_marker(pytest.mark.skip("of SQLite's own"))


@pytest.fixture(params=["postgresql"] if ON_POSTGRES else ["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind, with all tables and no row."""
    if request.param == "sqlite":
        path = tmp_path / "county.db"
        path.write_bytes(blank_sqlite(*BRANCHES))
        return f"sqlite+aiosqlite:///{path}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.blank_database(*BRANCHES)
