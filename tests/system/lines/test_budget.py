"""The county shuts the photographs' window and opens it again; forms arrive meanwhile."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program
from protocol.trust.schedule import CHINA
from tests.system.conftest import LONGZHOU, Township, sample_application
from tests.system.waiting import until

pytestmark = pytest.mark.system


async def test_photographs_wait_for_the_window_that_the_county_sets(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    (station,) = township.stations
    opens = datetime.now(UTC).astimezone(CHINA) + timedelta(hours=12)
    file = tmp_path / "shut.toml"
    file.write_text(f'[blobs]\nwindows = ["* {opens.hour} * * *"]\n', "utf-8")
    roster = (await budget(township, station, "--file", file))["roster"]
    await until(lambda: holds(township, roster))
    await township.sandbox.run("yizhan-station", "exchange", station.data)

    application = await hand_in_with_scan(township, station, tmp_path)
    await township.reaches(station, application, "received")
    (shown,) = (await township.status(station))["applications"]
    assert shown["waits_for"] == "window"
    arrives = datetime.fromisoformat(shown["eta"])
    assert opens.replace(minute=0, second=0, microsecond=0) <= arrives < opens + timedelta(hours=1)
    screen = await township.sandbox.run("yizhan-station", "status", station.data)
    assert f"预计{arrives:%m-%d %H:%M}到达（等待开放时段）" in screen
    (below,) = [one for one in (await hub(township))["neighbours"] if one["node"] == station.node]
    assert below["lanes"]["blobs"]["shut"] == "window"  # what goes down obeys as well
    board = await township.sandbox.run("yizhan-hub", "status", township.hub.data)
    assert "暂停：附件（时段未到）" in board

    await budget(township, station, "--clear")
    await township.reaches(station, application, "complete")
    (shown,) = (await township.status(station))["applications"]
    assert (shown["waits_for"], shown["eta"]) == (None, None)


async def budget(township: Township, node: Program, *arguments: object) -> dict[str, Any]:
    """``yizhan-provision budget --json`` for a node."""
    data = township.county.data
    text = await township.sandbox.run(
        "yizhan-provision", "budget", data, node.node, *arguments, "--json"
    )
    answer: dict[str, Any] = json.loads(text)
    return answer


async def hub(township: Township) -> dict[str, Any]:
    """``yizhan-hub status --json``."""
    state: dict[str, Any] = await township.sandbox.ask(township.hub, "status", "--json")
    return state


async def holds(township: Township, roster: int) -> bool:
    """Whether the hub holds this version of the roster."""
    return bool((await hub(township))["roster"] >= roster)


async def hand_in_with_scan(township: Township, station: Program, folder: Path) -> str:
    """An application with a scan of 300 KB; its id."""
    scan = folder / "scan.jpg"
    scan.write_bytes(bytes(range(256)) * 1200)
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    item = sample_application(1)["item"]
    materials = next(one["materials"] for one in catalogue["items"] if one["id"] == item)
    return await township.submit(station, 1, "--attach", f"{materials[0]['id']}={scan}")
