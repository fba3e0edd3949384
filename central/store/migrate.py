"""Bring a database to the newest schema. A newer database is refused and not touched."""

from collections.abc import Set as AbstractSet
from functools import cache
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from central.store.engine import Store
from protocol.errors import NewerStoreError

RELAY, COUNTY, ACCOUNTS = "relay", "county", "accounts"


async def migrate(store: Store, *branches: str) -> None:
    """Apply the migrations of ``branches`` (a hub has none of the county).

    Raises:
        NewerStoreError: the database was written by a newer program.
    """

    def upgrade(connection: Connection) -> None:
        held = _held(connection)
        _refuse_newer(held)
        for branch in branches:
            if _newest(branch) not in held:
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, f"{branch}@head")

    await store.migrate(upgrade)


def _config() -> Config:
    root = str(resources.files("central")).replace("%", "%%")  # the settings are interpolated
    config = Config()
    config.set_main_option("script_location", f"{root}/store/migrations")
    config.set_main_option(
        "version_locations",
        ";".join(f"{root}/{branch}/migrations" for branch in (RELAY, COUNTY, ACCOUNTS)),
    )
    config.set_main_option("path_separator", ";")
    return config


@cache  # a program's own files: read once, not at each database that it opens
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


@cache
def _newest(branch: str) -> str:
    return _scripts().get_revisions(f"{branch}@head")[0].revision


@cache
def _known() -> AbstractSet[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _held(connection: Connection) -> set[str]:
    held = set(MigrationContext.configure(connection).get_current_heads())
    connection.rollback()
    return held


def _refuse_newer(held: AbstractSet[str]) -> None:
    if unknown := held - _known():
        raise NewerStoreError(f"schema {sorted(unknown)}")
