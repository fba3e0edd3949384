"""Which commits of an exchange are synced, and what a power cut takes of the others."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from protocol.ids import BlobId, BlobRef
from tests.central.nodes import County, NodeRelay, Village, between, talk, told

FULL = 2  # what PRAGMA synchronous says where a commit is synced
BLOB = bytes(range(256)) * 300


@dataclass
class Commit:
    """A transaction of one database that is about to end."""

    is_synced: bool
    log_bytes: int  # before it
    statements: list[str]

    def has(self, *starts: str) -> bool:
        """Whether one of its statements begins so."""
        return any(one.startswith(starts) for one in self.statements)


@dataclass
class Log:
    """Commits of one database, as they came."""

    path: Path  # the write-ahead log
    commits: list[Commit] = field(default_factory=list)

    @property
    def synced_bytes(self) -> int:
        """What a power cut leaves of it now."""
        sizes = [one.log_bytes for one in self.commits[1:]] + [self.path.stat().st_size]
        ends = zip(self.commits, sizes, strict=True)
        return max(size for one, size in ends if one.is_synced)


@contextmanager
def watched(relay: NodeRelay) -> Iterator[Log]:
    """Every commit of ``relay`` that writes."""
    engine, path = relay.store.engine, str(relay.store.engine.url.database)
    log, statements = Log(Path(f"{path}-wal")), list[str]()

    def note(_: object, __: object, statement: str, *___: Any) -> None:
        statements.append(statement)

    def commit(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        mode = driver.execute("PRAGMA synchronous").fetchone()[0]
        writes = [one for one in statements if not one.startswith("SELECT")]
        if writes:
            log.commits.append(Commit(mode == FULL, log.path.stat().st_size, writes))
        statements.clear()

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    yield log
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", commit)


async def hand_in(
    place: County, village: Village, hub: NodeRelay, county: NodeRelay, blob: bytes = b""
) -> bytes:
    """An envelope lies at the hub, with its blob if it has one."""
    for relay in (hub, county):
        await relay.publish(place.scene.authority.roster().edition)
    named = ((BlobId(hashlib.sha256(blob).digest()), len(blob)),) if blob else ()
    wire = village.seal(b"payload", blobs=named)
    village.exchange_store.queue_envelope(wire)
    if blob:
        village.exchange_store.queue_blob(blob)
    await talk(village.exchange_store, hub.exchanges.store_for(village.node))
    assert not village.exchange_store.waits
    return wire


async def waiting(hub: NodeRelay, county: NodeRelay) -> int:
    """How many envelopes wait at the hub for the county."""
    neighbours = (await told(hub))["neighbours"]
    (up,) = [one for one in neighbours if one["node"] == county.node]
    count: int = up["lanes"]["applications"]["waiting"]
    return count


async def test_what_came_is_synced_and_so_is_that_something_is_pushed(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    with watched(hub) as log:
        await hand_in(place, village, hub, county)
        await talk(*between(hub, county))
    stored = [one for one in log.commits if one.has("INSERT INTO spool")]
    pushing = [one for one in log.commits if one.has("UPDATE link SET dirty=?, pushed")]
    assert stored
    assert pushing
    assert all(one.is_synced for one in (*stored, *pushing))


async def test_what_an_ack_confirms_and_the_end_of_an_exchange_need_no_sync(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    await hand_in(place, place.village(), hub, county)
    with watched(hub) as log:
        await talk(*between(hub, county))
    (custody,) = [one for one in log.commits if one.has("UPDATE spool SET")]
    assert not custody.is_synced
    assert log.commits[-1].has("UPDATE link SET dirty")
    assert not log.commits[-1].is_synced


async def test_a_blob_s_file_goes_only_when_that_is_synced(
    place: County, county: NodeRelay, hub: NodeRelay
) -> None:
    village = place.village()
    await hand_in(place, village, hub, county, BLOB)
    with watched(hub) as log:
        await talk(*between(hub, county))
    gone = [one for one in log.commits if one.has("UPDATE blob SET have")]
    assert gone
    assert all(one.is_synced for one in gone)
    ref = BlobRef(village.node, BlobId(hashlib.sha256(BLOB).digest()))
    assert not hub.queue.files.has(ref)


@pytest.mark.parametrize(("blob", "forgotten"), [(b"", 1), (BLOB, 0)])
async def test_what_a_power_cut_takes_of_an_exchange_is_asked_again(
    place: County, county: NodeRelay, blob: bytes, forgotten: int
) -> None:
    """The hub forgets that the county has it, asks, and hears so: nothing comes twice."""
    village, folder = place.village(), place.folder / "hub"
    async with place.relay(place.hub) as hub:
        with watched(hub) as log:
            wire = await hand_in(place, village, hub, county, blob)
            await talk(*between(hub, county))
            left = place.folder / "left"
            shutil.copytree(folder, left, ignore=shutil.ignore_patterns("*-shm"))
            os.truncate(left / "relay.db-wal", log.synced_bytes)
    shutil.rmtree(folder)
    left.rename(folder)
    async with place.relay(place.hub) as hub:
        assert await waiting(hub, county) == forgotten
        await talk(*between(hub, county))
        assert await waiting(hub, county) == 0
    assert [one.wire for one in place.delivered.envelopes] == [wire]
