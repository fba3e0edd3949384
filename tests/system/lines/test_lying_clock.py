"""A hub says any time it likes, and then the county is restored from an older backup.

What a neighbour says of the time once let a station delete what the county had received and not
saved. With the county's backup from before, it was gone.
"""

import asyncio
import sys
from pathlib import Path

import pytest

from runtime.jobs.repeated import FIRST_S
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(400)]

LIES = (
    "+17280000000",
    str(2**53 - 1),
    "253402300800000",
    "-1",
)  # 200 days, all there is, year 10000
IMPATIENT = "linger_s = 2\nexchange_pause_s = 0.5\n"


async def say(township: Township, lie: str) -> None:
    """From now on the hub tells its stations that time."""
    await township.sandbox.stop(township.hub)
    township.hub.prefix = (sys.executable, str(Path(__file__).with_name("lying.py")), lie)
    await township.sandbox.start(township.hub)


async def test_no_time_that_a_hub_says_loses_an_application(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    (station,), box = township.stations, township.sandbox
    await box.stop(station)
    (station.data / "station.toml").write_text(IMPATIENT, "utf-8")
    await box.start(station)
    backup = (await box.ask(township.county, "backup", tmp_path / "backups", "--json"))["file"]
    saved = [await township.submit(station, number) for number in (1, 2)]
    await until(township.all_complete(saved))

    for number, lie in enumerate(LIES, start=3):
        await say(township, lie)
        saved.append(await township.submit(station, number))
        await until(township.all_complete(saved))  # so there was an exchange, and it works still
        await box.stop(station)
        await box.start(station)
        await box.run("yizhan-station", "exchange", station.data)
        assert (await township.status(station))["time"]["n"] > 0
    await asyncio.sleep(FIRST_S + 5)  # the slow jobs have looked at what can be let go

    await box.kill("county")
    township.county.data = township.county.data.with_name("county-again")
    command = ("restore", backup, township.county.data)
    await box.run("yizhan-county", *command)
    await box.start(township.county)
    assert await township.cases() == []

    async def all_are_cases() -> bool:
        return {case["application"] for case in await township.cases()} == set(saved)

    await until(all_are_cases, within_s=120)
