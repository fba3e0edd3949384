"""Read-only disks at all three tiers: each says so, and its queue leaves by stick all the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program
from tests.builders.disks.small_disk import read_only
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.slow]
ITEM, IDENTITY = "451423-001", "451423-059"


async def test_the_queue_of_a_read_only_disk_leaves_by_stick(
    township: Township, tmp_path: Path
) -> None:
    box = township.sandbox
    await township.open(stations=1)
    station = township.stations[0]
    for program in (township.county, station):
        await box.stop(program)
    saved = await township.submit(station, 1)
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"reason": "丢失补领"}), "utf-8")
    fee = ("fee", "--item", IDENTITY, "--facts", str(facts), "--on", "2026-03-01")
    asked = [("items", "低保"), ("item", ITEM), ("numbers",), fee]
    before = [await reading(township, station, *words) for words in asked]

    with read_only(station.data):
        assert [await reading(township, station, *words) for words in asked] == before
        state = await township.status(station)
        assert [one["application"] for one in state["applications"]] == [saved]
        await refused(township, station, "exchange", station.data)
        await refused(township, station, "run", station.data)
        await stick(township, station, "export", tmp_path / "a")

    await stick(township, township.hub, "import", tmp_path / "a")
    await box.stop(township.hub)
    with read_only(township.hub.data):
        assert (await box.ask(township.hub, "status", "--json"))["node"] == township.hub.node
        await stick(township, township.hub, "export", tmp_path / "b")
        await refused(township, township.hub, "renew", township.hub.data)

    await stick(township, township.county, "import", tmp_path / "b")
    with read_only(township.county.data):
        assert [case["application"] for case in await township.cases()] == [saved]
        await stick(township, township.county, "export", tmp_path / "c")
        await refused(township, township.county, "retry", township.county.data)

    await stick(township, station, "import", tmp_path / "c")
    await until(lambda: received(township, station, saved))


async def reading(township: Township, program: Program, verb: str, *words: str) -> Any:
    told = await township.sandbox.run(program.command, verb, program.data, *words, "--json")
    return json.loads(told)


async def stick(township: Township, program: Program, verb: str, folder: Path) -> None:
    await township.sandbox.run(program.command, "stick", verb, program.data, folder)


async def received(township: Township, station: Program, saved: str) -> bool:
    (one,) = (await township.status(station))["applications"]
    return one["application"] == saved and one["state"] in ("received", "complete")


async def refused(township: Township, program: Program, *argv: object) -> None:
    with pytest.raises(CommandError) as told:
        await township.sandbox.run(program.command, *argv)
    assert told.value.exit_code == 3
    assert "[store.read-only]" in told.value.stderr
    assert "Traceback" not in told.value.stderr
