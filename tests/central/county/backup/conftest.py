"""A county in a folder, on each of the two databases."""

from pathlib import Path

import pytest

from tests.builders.disks.postgres import PostgresServer  # noqa: TC001 - a local annotation
from tests.central.county.backup.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """On SQLite, in its folder."""
    return Place(folder=tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "sqlite":
        return Place(folder=tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres")
    return Place(folder=tmp_path, database=server.empty_database())
