"""Real processes: a station that is away, and a kit in a drawer, outlive the county's old keys."""

import json
from pathlib import Path

import pytest

from examples.sandbox import CommandError
from protocol.errors import EXIT_REFUSED
from tests.system.conftest import Township

pytestmark = [pytest.mark.system, pytest.mark.timeout(150)]


async def rekey(township: Township, verb: str) -> dict[str, object]:
    text = await township.sandbox.run(
        "yizhan-county", "rekey", verb, township.county.data, "--json"
    )
    state: dict[str, object] = json.loads(text)
    return state


async def test_what_was_sealed_and_invited_before_counts_after_the_switch(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    box, county, (station,) = township.sandbox, township.county, township.stations
    kit = tmp_path / "drawer.kit"
    added = await box.run(
        "yizhan-provision", "add", county.data, "--role", "station",
        "--code", "451423103299", "--name", "抽屉村", "--parent", township.hub.node, "--kit", kit,
    )  # fmt: skip
    code = json.loads(added)["code"]
    await box.stop(township.hub)  # the village is cut off; its roster stays old
    early = await township.submit(station, 1)
    announced = await rekey(township, "announce")
    with pytest.raises(CommandError) as refusal:
        await rekey(township, "use")
    assert refusal.value.exit_code == EXIT_REFUSED
    await box.run("yizhan-county", "backup", county.data, tmp_path / "backup")
    assert (await rekey(township, "use"))["in_use"] == announced["announced"]
    await box.start(township.hub)
    await township.reaches(station, early, "received", "complete")
    late = await township.submit(station, 2)
    await township.reaches(station, late, "received", "complete")
    joined = await box.run(
        "yizhan-station", "join", kit, "--data", tmp_path / "drawer", "--code", code
    )
    assert "抽屉村" in joined
    assert len(await township.cases()) == 2
    await box.stop(county)
    assert (await rekey(township, "status"))["old"] == 1  # without a server, too
