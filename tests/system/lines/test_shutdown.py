"""SIGTERM in the middle of a transfer: what is stored is acknowledged, and nothing is half."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from examples.sandbox import Program
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.slow]

_SCAN_BYTES = 19_000_000
_SCANS = 2
_BEGUN_BYTES = 500_000


async def test_a_hub_that_is_told_to_stop_acknowledges_what_it_has_stored(
    township: Township, tmp_path: Path
) -> None:
    await township.open(stations=1)
    (station,) = township.stations
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(bytes(range(256)) * (_SCAN_BYTES // 256))
    attach = ["--attach", f"id-card={scan}"] * _SCANS
    application = await township.submit(station, 1, *attach)

    async def begun() -> bool:
        return any(file.stat().st_size > _BEGUN_BYTES for file in growing(township.hub))

    await until(begun, every_s=0.01)
    await township.sandbox.stop(township.hub)
    await township.sandbox.stop(station)
    assert township.hub.process is not None
    assert township.hub.process.returncode == 0
    stored = number(township.hub.data / "hub.db", "SELECT sum(have) FROM blob")
    acknowledged = number(station.data / "station.db", "SELECT sum(held) FROM blobs")
    assert 0 < stored < _SCANS * _SCAN_BYTES, "it was stopped in the middle"
    assert acknowledged == stored
    lies = sum(f.stat().st_size for f in (township.hub.data / "blobs").glob("*/*/*"))
    assert lies == stored, "no byte lies there that is not counted"

    await township.sandbox.start(township.hub)
    await township.sandbox.start(station)
    await until(township.all_complete([application]), within_s=90)


def growing(hub: Program) -> list[Path]:
    """Blobs of which not all has come."""
    return list((hub.data / "blobs").glob("*/*/*.part"))


def number(database: Path, query: str) -> int:
    """One number of a database that no program has open."""
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(query).fetchone()[0])
