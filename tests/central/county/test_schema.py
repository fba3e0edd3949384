"""The migrations make exactly the tables that the models describe."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from central.county import counters
from central.county.casework import models as casework
from central.county.intake import models as intake
from central.store.base import Base
from tests.central.county.centre import Centre

MINE = (counters, casework, intake)  # importing them puts their tables into the metadata


async def test_models_and_migrations_agree(centre: Centre) -> None:
    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []

    await centre.relay.store.migrate(compare)
