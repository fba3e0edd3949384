"""Bring a database to the newest schema. A newer database is refused and not touched."""

import logging
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cache
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from central.store.engine import Store
from protocol.errors import LeadAwayError, NewerStoreError

log = logging.getLogger(__name__)

RELAY, COUNTY, ACCOUNTS, HUB = "relay", "county", "accounts", "hub"


async def upgrade(store: Store, *branches: str) -> None:
    """The same for a database in use: before an older one is changed, a copy of it is kept.

    PostgreSQL keeps none: that is its administrator's (docs/install.md, "Upgrade").

    Raises:
        NewerStoreError: the database was written by a newer program.
        DiskFullError: there is no room for the copy; nothing was changed.
    """
    held = await store.migrate(_held)
    _refuse_newer(held)
    is_older = bool(held) and any(_newest(branch) not in held for branch in branches)
    if is_older and await store.keep_copy("-".join(sorted(held))) is None:
        log.warning("no copy is kept of this database", extra={"event": "upgrade.no-copy"})
    await migrate(store, *branches)


async def migrate(store: Store, *branches: str) -> None:
    """Apply the migrations of ``branches`` (a hub has none of the county).

    Raises:
        NewerStoreError: the database was written by a newer program.
    """

    def apply(connection: Connection) -> None:
        held = _held(connection)
        _refuse_newer(held)
        for branch in branches:
            if _newest(branch) not in held:
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, f"{branch}@head")

    await store.migrate(apply)


def require_known(connection: Connection, branches: Iterable[str]) -> bool:
    """Whether a database has the schema of this program; False: an older one, or none.

    Raises:
        NewerStoreError: it was written by a newer program.
    """
    held = _held(connection)
    _refuse_newer(held)
    return all(_newest(branch) in held for branch in branches)


async def require_migrated(store: Store, *branches: str) -> None:
    """Make sure that another process has brought the database to this program's version.

    Raises:
        LeadAwayError: it has not yet.
        NewerStoreError: the database was written by a newer program.
    """

    def look(connection: Connection) -> None:
        if not require_known(connection, branches):
            raise LeadAwayError

    await store.migrate(look)


def _config() -> Config:
    root = str(resources.files("central")).replace("%", "%%")  # the settings are interpolated
    config = Config()
    config.set_main_option("script_location", f"{root}/store/migrations")
    config.set_main_option(
        "version_locations",
        ";".join(f"{root}/{branch}/migrations" for branch in (RELAY, COUNTY, ACCOUNTS, HUB)),
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
