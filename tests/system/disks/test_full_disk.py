"""The disk is full at one node after the other: nothing is half, and it goes on by itself."""

import os
from pathlib import Path

import pytest

from examples.sandbox import CommandError, Program
from tests.builders.disks.small_disk import fill, small_disk
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.slow]

HASTY = "linger_s = 2\npause_s = 0.3\nretry_first_s = 0.3\n"
HASTY_STATION = "linger_s = 2\nexchange_pause_s = 0.5\n"
SCAN_BYTES = 2_000_000
BIG_SCAN_BYTES = 9_000_000


class FullTownship:
    """A township one of whose nodes has a small disk."""

    def __init__(self, township: Township, folder: Path) -> None:
        self.township, self.box = township, township.sandbox
        self.scan = folder / "scan.jpg"
        self.scan.write_bytes(os.urandom(SCAN_BYTES))
        self.saved: list[str] = []

    async def open(self) -> None:
        await self.township.open(stations=1)
        await self.hasty(self.township.hub, HASTY)
        await self.hasty(self.station, HASTY_STATION)

    async def hasty(self, program: Program, settings: str) -> None:
        await self.box.stop(program)
        (program.data / f"{program.command.removeprefix('yizhan-')}.toml").write_text(settings)
        await self.box.start(program)

    @property
    def station(self) -> Program:
        return self.township.stations[0]

    async def submit(self) -> str:
        number = 1 + len(self.saved) % 4
        application = await self.township.submit(
            self.station, number, "--attach", f"id-card={self.scan}"
        )
        self.saved.append(application)
        return application

    async def all_arrive(self) -> None:
        await until(self.township.all_complete(self.saved), within_s=90)
        cases = [case["application"] for case in await self.township.cases()]
        assert sorted(cases) == sorted(self.saved)


async def test_a_full_disk_at_the_village(township: Township, tmp_path: Path) -> None:
    full = FullTownship(township, tmp_path)
    with small_disk(township.sandbox.folder / "station1", 24):
        await full.open()
        await full.box.stop(township.hub)
        await full.submit()
        await until(lambda: has_ballast(full.station))
        filler = fill(full.station.data)
        with pytest.raises(CommandError) as refused:
            await full.submit()
        assert refused.value.exit_code == 3
        assert "磁盘空间不足" in refused.value.stderr
        assert "[store.disk-full]" in refused.value.stderr
        await full.box.start(township.hub)
        await full.all_arrive()  # receipts found room
        filler.unlink()
        await full.submit()
        await full.all_arrive()
        await full.box.stop(full.station)


async def has_ballast(station: Program) -> bool:
    return (station.data / "ballast").exists()


async def test_a_full_disk_at_the_hub(township: Township, tmp_path: Path) -> None:
    """It takes no more custody, and has room left to hand over what it holds."""
    full = FullTownship(township, tmp_path)
    full.scan.write_bytes(os.urandom(BIG_SCAN_BYTES))
    with small_disk(township.sandbox.folder / "hub", 40):
        await full.open()
        await full.box.stop(township.county)
        for _ in range(4):
            await full.submit()
        await until(lambda: is_nearly_full(township.hub), within_s=60)
        status = await township.status(full.station)
        assert {one["state"] for one in status["applications"]} <= {"saved", "at_hub"}
        await full.box.start(township.county)
        await full.all_arrive()
        await full.box.stop(township.hub)


async def test_a_full_disk_at_the_county(township: Township, tmp_path: Path) -> None:
    """What finds no room waits at hub and station; decisions and receipts still go down."""
    full = FullTownship(township, tmp_path)
    full.scan.write_bytes(os.urandom(BIG_SCAN_BYTES))
    with small_disk(township.sandbox.folder / "county", 40):
        await full.open()
        filler = fill(township.county.data, leave=12_000_000)
        for _ in range(2):
            await full.submit()
        await until(lambda: is_nearly_full(township.county), within_s=60)
        filler.unlink()
        await full.all_arrive()
        await full.box.stop(township.county)


async def is_nearly_full(program: Program) -> bool:
    usage = os.statvfs(program.data)
    return usage.f_bavail * usage.f_frsize < BIG_SCAN_BYTES
