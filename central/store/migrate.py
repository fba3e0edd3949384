"""Bring a database to the newest schema. A newer database is refused and not touched."""

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
        config = _config()
        config.attributes["connection"] = connection
        _refuse_newer(connection, config)
        for branch in branches:
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


def _refuse_newer(connection: Connection, config: Config) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    held = set(MigrationContext.configure(connection).get_current_heads())
    connection.rollback()
    if held - known:
        raise NewerStoreError(f"schema {sorted(held - known)}")
