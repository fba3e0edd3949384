"""Real processes: another signing key of the county while a village is away; then a restore."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]


async def rekey(township: Township, verb: str, *more: str) -> dict[str, Any]:
    text = await township.sandbox.run(
        "yizhan-county", "rekey", verb, township.county.data, "--key", "signing", "--json", *more
    )
    state: dict[str, Any] = json.loads(text)
    return state


async def decide_all(township: Township) -> None:
    for case in await township.cases():
        if case["outcome"] is None:
            await township.sandbox.run(
                "yizhan-county", "decide", township.county.data, case["case"],
                "--outcome", "approved", "--note", f"准予 {case['application']}",
            )  # fmt: skip


@pytest.mark.parametrize("stolen", [pytest.param(False, marks=pytest.mark.slow), True])
async def test_every_answer_comes_home_under_either_key(
    township: Township, tmp_path: Path, stolen: bool
) -> None:
    await township.open(stations=2)
    box, county = township.sandbox, township.county
    here, away = township.stations
    before = [await township.submit(one, 1) for one in (here, away)]
    for station, application in zip((here, away), before, strict=True):
        await township.reaches(station, application, "complete")
    await box.stop(away)
    await decide_all(township)  # what waits for the one that is away has the old signature

    announced = await rekey(township, "announce")
    saved = json.loads(await box.run("yizhan-county", "backup", county.data, tmp_path / "backup",
                                     "--json"))  # fmt: skip
    used = await rekey(township, "use", *(["--stolen"] if stolen else []))
    assert (used["in_use"], used["old"]) == (announced["announced"], 0 if stolen else 1)
    await township.reaches(here, before[0], "decided")
    between = await township.submit(here, 2)
    await township.reaches(here, between, "complete")
    await decide_all(township)
    await township.reaches(here, between, "decided")

    await box.start(away)
    await township.reaches(away, before[1], "decided")
    after = await township.submit(away, 3)
    await township.reaches(away, after, "complete")
    await decide_all(township)
    await township.reaches(away, after, "decided")

    await restore(township, saved["file"], announced, {*before, between, after})
    last = await township.submit(here, 4)
    await township.reaches(here, last, "complete")
    await box.run("yizhan-county", "backup", township.county.data, tmp_path / "backup2")
    await rekey(township, "use", *(["--stolen"] if stolen else []))
    await decide_all(township)
    await township.reaches(here, last, "decided")
    for station, applications in ((here, [before[0], between]), (away, [before[1], after])):
        for application in applications:
            await township.reaches(station, application, "decided")


async def restore(
    township: Township, file: str, announced: dict[str, Any], applications: set[str]
) -> None:
    """The disk is lost; the backup is of before the switch."""
    box, county = township.sandbox, township.county
    await box.stop(county)
    recovery = county.data.with_name("county.recovery")
    county.data = county.data.with_name("restored")
    await box.run("yizhan-county", "restore", file, county.data, "--recovery", recovery)
    await box.start(county)
    assert (await rekey(township, "status"))["announced"] == announced["announced"]
    await until(lambda: holds(township, applications))


async def holds(township: Township, applications: set[str]) -> bool:
    return {case["application"] for case in await township.cases()} >= applications
