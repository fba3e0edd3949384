"""A newer program brings a station up to date, keeps a copy first, and there is a way back."""

import asyncio
import sqlite3
from contextlib import closing

import pytest

from protocol.errors import NewerStoreError
from protocol.ids import ApplicationId
from runtime.cli.program import run_program
from station_agent.cli import cli
from station_agent.store.db import migrations
from tests.builders.newer import newer_station
from tests.station_agent.village import Village

KEPT = f"before-upgrade/station-{migrations()[-1][0]}.kept"


def version(village: Village, name: str = "station.db") -> int:
    with closing(sqlite3.connect(village.data / name)) as database:
        return int(database.execute("PRAGMA user_version").fetchone()[0])


def back(village: Village) -> int:
    return run_program(cli, ["go-back", str(village.data), "--json"])


async def test_an_upgrade_and_the_way_back_lose_no_application(village: Village) -> None:
    known = migrations()[-1][0]
    async with village.open() as station:
        before = await village.submit(station)
    assert not (village.data / "before-upgrade").exists()  # nothing was brought up to date
    with newer_station():
        async with village.open() as station:
            await village.submit(station)
            assert await village.state(station, before) == "saved"
    assert (version(village), version(village, KEPT)) == (known + 1, known)
    untouched = (village.data / "station.db").read_bytes()
    with pytest.raises(NewerStoreError):
        async with village.open():
            pass
    assert (village.data / "station.db").read_bytes() == untouched


def test_the_older_program_goes_on_after_the_way_back(village: Village) -> None:
    async def upgraded() -> set[ApplicationId]:
        async with village.open() as station:
            before = await village.submit(station)
        with newer_station():
            async with village.open() as station:
                return {before, await village.submit(station)}

    saved = asyncio.run(upgraded())
    assert back(village) == 0
    assert version(village) == migrations()[-1][0]
    assert version(village, "after-upgrade-1/station.db") == migrations()[-1][0] + 1

    async def older() -> None:
        async with village.open() as station:
            for application in saved:  # what came after the copy is taken from the journal
                assert await village.state(station, application) == "saved"
            await village.exchange(station)
            arrived = [village.county.open(one) for one in village.parent.envelopes.values()]
            assert {one.application.hex() for one in arrived} == saved
            assert len(arrived) == 2

    asyncio.run(older())
    assert back(village) == 2  # there is no second copy


def test_who_was_never_upgraded_has_no_way_back(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    assert back(village) == 2
    assert "没有升级前的副本" in capsys.readouterr().err
