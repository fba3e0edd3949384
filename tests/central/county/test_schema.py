"""The migrations make exactly the tables that the models describe."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table

import central
from central.store.base import Base
from central.store.migrate import HUB, migrate
from tests.central.county.centre import Centre

STATION = frozenset({"station", "origin"})
SMALL = frozenset({"circular_station", "supervision_card"})
"""On every shard: a row for each circular and station; cards, few, numbered across the county."""


def tables() -> Iterator[Table]:
    """Every table of hub and county."""
    for module in pkgutil.walk_packages(central.__path__, "central."):
        if module.name.endswith((".models", ".counters")):
            import_module(module.name)  # puts its tables into the metadata
    return iter(Base.metadata.sorted_tables)


def test_keys_lead_with_the_station_so_that_an_engine_can_shard_by_it() -> None:
    """Such an engine keeps no key together, and no unique index, that crosses its shards."""
    of_stations = [table for table in tables() if STATION & {*table.columns.keys()}]
    others = {
        table.name
        for table in of_stations
        if next(iter(table.primary_key.columns)).name not in STATION
    }
    assert others == SMALL
    assert len(of_stations) > 15
    uniques = [index.name for table in of_stations for index in table.indexes if index.unique]
    assert uniques == []


async def test_models_and_migrations_agree(centre: Centre) -> None:
    tables()

    def compare(connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []

    await migrate(centre.relay.store, HUB)  # a county has none of a hub's tables: here are all
    await centre.relay.store.migrate(compare)
