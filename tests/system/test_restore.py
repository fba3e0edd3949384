"""The county's disk dies: what was saved is in cases exactly once, from the backup or from below."""

import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program
from tests.system.conftest import LONGZHOU, Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]


async def back_up(township: Township, to: Path) -> dict[str, Any]:
    """``yizhan-county backup``, while the county serves."""
    made: dict[str, Any] = await township.sandbox.ask(township.county, "backup", to, "--json")
    return made


async def replace_county(township: Township, file: str) -> None:
    """Kill the county, and serve what is restored from ``file`` on the same URL."""
    box = township.sandbox
    await box.kill("county")
    data = township.county.data.with_name(f"{township.county.data.name}-again")
    await box.run("yizhan-county", "restore", file, data)
    township.county.data = data
    await box.start(township.county)


async def shown(township: Township, station: Program) -> dict[str, dict[str, Any]]:
    """What the station shows, by application."""
    return {one["application"]: one for one in (await township.status(station))["applications"]}


async def all_are(township: Township, station: Program, state: str, *, safe: int) -> bool:
    """Whether all applications of the station are in ``state``, and so many of them SAFE."""
    views = (await shown(township, station)).values()
    told = [view["receipt"] for view in views if view["receipt"]]
    return {view["state"] for view in views} == {state} and sum(r["safe"] for r in told) >= safe


@pytest.fixture
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scans") / "scan.jpg"
    path.write_bytes(random.Random(1).randbytes(200_000))
    return path


async def require_all_once(township: Township, saved: list[str], scan: Path, folder: Path) -> None:
    """Every saved application is one case, its file is whole, and the ledger balances."""
    cases = await township.cases()
    assert sorted(case["application"] for case in cases) == sorted(saved)
    assert {case["state"] for case in cases} <= {"complete", "decided"}
    for case in cases:
        if case["attachments"]:
            to = folder / case["case"]
            box, data = township.sandbox, township.county.data
            await box.run("yizhan-county", "files", data, case["case"], "--to", to)
            assert [file.read_bytes() for file in to.iterdir()] == [scan.read_bytes()]
    rows = await township.sandbox.ask(township.county, "ledger", "--json")
    for row in rows:
        assert (row["missing"], row["forks"], row["rejected"]) == ([], 0, 0)
        assert row["minted"] == row["received"] + row["duplicates"]
    assert sum(row["received"] for row in rows) == len(saved)


async def test_what_came_after_the_backup_is_offered_again(
    township: Township, scan: Path, tmp_path: Path
) -> None:
    """Hub and stations go on running while the county dies and comes back from the backup."""
    await township.open(stations=2)
    first, second = township.stations
    attach = ("--attach", f"id-card={scan}")
    before = [await township.submit(first, 1, *attach), await township.submit(second, 2)]
    for station, application in zip((first, second), before, strict=True):
        await township.reaches(station, application, "complete")
    decided = ("decide", township.county.data, before[1], "--outcome", "approved", "--note", "准予")
    await township.sandbox.run("yizhan-county", *decided)
    made = await back_up(township, tmp_path / "backups")
    assert (made["safe"], made["blobs"], made["lost_blobs"]) == (2, 1, 0)
    await until(lambda: all_are(township, first, "complete", safe=1))

    after = [await township.submit(first, 3, *attach), await township.submit(second, 4)]
    for station, application in zip((first, second), after, strict=True):
        await township.reaches(station, application, "complete")
    assert len(await township.cases()) == 4
    new_release = tmp_path / "catalogue.json"
    new_release.write_text((LONGZHOU / "catalogue.json").read_text("utf-8") + " ", "utf-8")
    await township.sandbox.run("yizhan-county", "publish", township.county.data, new_release)

    await replace_county(township, made["file"])
    assert len(await township.cases()) <= 4

    async def everything_is_here() -> bool:
        cases = await township.cases()
        return len(cases) == 4 and {case["state"] for case in cases} <= {"complete", "decided"}

    await until(everything_is_here, within_s=120)
    await require_all_once(township, before + after, scan, tmp_path / "files")
    for station in township.stations:
        await until(lambda station=station: safe_or_complete(township, station))
    numbers = {case["application"]: case["case"] for case in await township.cases()}
    life = {numbers[application].split("-")[2][:2] for application in before}
    assert life.isdisjoint(numbers[application].split("-")[2][:2] for application in after)

    # the restored county works on: a node joins, an application is handed in, backed up, told SAFE
    await back_up(township, tmp_path / "backups")
    third = await township.sandbox.station("station3", "451423103209", "新村站", township.hub)
    await township.sandbox.start(third)
    township.stations.append(third)
    await until(township.all_hold_the_catalogue)
    last = await township.submit(third, 5, *attach)
    await township.reaches(third, last, "complete")
    await back_up(township, tmp_path / "backups")
    await until(lambda: all_are(township, third, "complete", safe=1))
    await until(lambda: all_are(township, first, "complete", safe=2))
    await require_all_once(township, [*before, *after, last], scan, tmp_path / "files-again")


async def safe_or_complete(township: Township, station: Program) -> bool:
    """Whether the station shows nothing that the county has not got whole."""
    views = (await shown(township, station)).values()
    return {view["state"] for view in views} <= {"complete", "decided"}
