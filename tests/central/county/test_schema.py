"""The migrations make exactly the tables that the models describe."""

import pkgutil
from importlib import import_module

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

import central
from central.store.base import Base
from tests.central.county.centre import Centre


async def test_models_and_migrations_agree(centre: Centre) -> None:
    for module in pkgutil.walk_packages(central.__path__, "central."):
        if module.name.endswith((".models", ".counters")):
            import_module(module.name)  # puts its tables into the metadata

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []

    await centre.relay.store.migrate(compare)
