"""What ``doctor`` says of a PostgreSQL that would lose what was acknowledged."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from central.county.doctor.durability import durability
from central.store.engine import Store
from tests.builders.disks.postgres import PostgresServer
from tests.builders.disks.replicated import ReplicatedPair


async def codes(url: str) -> Sequence[str]:
    async with Store(url) as store:
        return [one.code for one in await store.transact(durability)]


async def test_a_server_that_does_not_sync_is_named(postgres: PostgresServer) -> None:
    assert await codes(postgres.empty_database()) == ["database.not-durable"]


async def test_of_a_file_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert await codes(f"sqlite+aiosqlite:///{tmp_path / 'county.db.backup'}") == []


@pytest.mark.slow
async def test_a_standby_that_no_commit_waits_for_is_named() -> None:
    with ReplicatedPair() as pair:
        assert await codes(pair.url) == ["database.failover-loses"]
        pair.wait_for_the_standby()
        assert await codes(pair.url) == []
