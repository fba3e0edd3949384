"""A catalogue that was changed on the station's disk is not used, and comes again by itself."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from protocol.trust.edition import Kind
from station_agent.app import Station
from station_agent.store import editions
from tests.builders.clerk import status_of
from tests.station_agent.village import Village

SPOILT = [
    "UPDATE edition_entries SET entry = CAST(entry || ' ' AS BLOB) WHERE kind = 'release'",
    "DELETE FROM edition_entries WHERE kind = 'release' AND name NOT LIKE '@%'",
    "UPDATE edition_entries SET name = name || 'x' WHERE kind = 'release'",
    "INSERT INTO edition_entries (kind, name, entry) VALUES ('release', 'zz', x'7b7d')",
    "UPDATE editions SET proof = CAST(substr(proof, 2) AS BLOB) WHERE kind = 'release'",
]


def run(data: Path, statement: str) -> None:
    with closing(sqlite3.connect(data / "station.db")) as database:
        assert database.execute(statement).rowcount > 0
        database.commit()


async def entries(station: Station) -> dict[str, bytes]:
    return await station.database.read(lambda tx: editions.entries(tx, Kind.RELEASE))


@pytest.mark.parametrize("statement", SPOILT)
async def test_a_spoilt_release_is_dropped_and_comes_again_whole(
    tmp_path: Path, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    village = Village(tmp_path / "st")
    async with village.open() as station:
        whole = await entries(station)
        await station.database.tidy()
    assert whole
    run(village.data, statement)
    caplog.set_level(logging.WARNING)
    async with village.open(catalogue=False) as station:
        assert await entries(station) == {}
        assert (await status_of(station))["release"] == 0
        assert [one.event for one in caplog.records if hasattr(one, "event")] == ["release.spoilt"]
        await village.exchange(station)
        assert await entries(station) == whole
        assert await village.submit(station)


async def test_a_whole_release_stays(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    village = Village(tmp_path / "st")
    async with village.open() as station:
        whole = await entries(station)
    async with village.open(catalogue=False) as station:
        assert await entries(station) == whole
    assert "release.spoilt" not in caplog.text
