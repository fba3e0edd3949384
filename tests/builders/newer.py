"""A program of tomorrow: one more migration than this one has, for as long as the block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from central.store import migrate
from provisioning import store as authority
from station_agent.store import db

SQL = "CREATE TABLE of_tomorrow (x INTEGER) STRICT;"
_REVISION = """
from alembic import op
revision, down_revision, branch_labels, depends_on = "{new}", "{old}", None, None
def upgrade():
    op.execute("CREATE TABLE of_tomorrow (x INTEGER)")
"""


@contextmanager
def newer_station() -> Iterator[None]:
    """Its database has one version more."""
    known = db.migrations()
    more = [*known, (known[-1][0] + 1, SQL)]
    with mock.patch.object(db, "migrations", return_value=more):
        yield


@contextmanager
def newer_authority() -> Iterator[None]:
    """The same of a county's authority."""
    more = [*authority._scripts(), SQL]
    with mock.patch.object(authority, "_scripts", return_value=more):
        yield


@contextmanager
def newer_server(folder: Path, branch: str) -> Iterator[None]:
    """The same of a hub or county, in one branch of its schema; ``folder`` is for the revision."""
    newest, make = migrate._newest(branch), migrate._config
    words = _REVISION.format(new=f"{branch}_0999", old=newest)
    (folder / f"0999_{branch}.py").write_text(words)

    def config() -> object:
        found = make()
        places = found.get_main_option("version_locations")
        found.set_main_option("version_locations", f"{places};{folder}")
        return found

    _forget()
    try:
        with mock.patch.object(migrate, "_config", config):
            yield
    finally:
        _forget()


def _forget() -> None:
    for known in (migrate._scripts, migrate._newest, migrate._known):
        known.cache_clear()
