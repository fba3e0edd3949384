"""Real processes: the county sees how a station is doing, and that it has fallen silent."""

from typing import Any

import pytest

from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system

_SETTINGS = "linger_s = 1\npause_s = 0.2\n"


async def nodes(township: Township) -> dict[str, dict[str, Any]]:
    """``yizhan-county nodes --json``, by node."""
    found = await township.sandbox.ask(township.county, "nodes", "--json")
    return {node["node"]: node for node in found}


async def test_a_stations_word_comes_up_and_its_silence_is_seen(township: Township) -> None:
    await township.open(stations=1)
    (station,) = township.stations
    await township.sandbox.stop(township.hub)
    (township.hub.data / "hub.toml").write_text(_SETTINGS, "utf-8")
    await township.sandbox.start(township.hub)

    async def told() -> bool:
        found = await nodes(township)
        below, hub = found[station.node], found[township.hub.node]
        return bool(below["heard_by"] == hub["node"] and below["program"] and hub["program"])

    await until(told)
    seen = (await nodes(township))[station.node]
    assert seen["heard_by"] == township.hub.node
    assert seen["heard_age_s"] < 100
    assert abs(seen["clock_error_ms"]) < 60_000  # a busy machine takes its time
    assert seen["alarms"] == []
    hub = await township.sandbox.ask(township.hub, "status", "--json")
    (child,) = [one for one in hub["neighbours"] if one["node"] == station.node]
    assert child["health"]["program"] == seen["program"]

    await township.sandbox.stop(station)
    await township.sandbox.stop(township.county)
    (township.county.data / "county.toml").write_text("silent_station_s = 1\n", "utf-8")
    await township.sandbox.start(township.county)

    async def silent() -> bool:
        found = await nodes(township)
        assert found[station.node]["heard_ms"] >= seen["heard_ms"]  # a last word may be on its way
        return [one["code"] for one in found[station.node]["alarms"]] == ["silent"]

    await until(silent)

    async def comes_first() -> bool:  # once the hub has called again
        return next(iter(await nodes(township))) == station.node

    await until(comes_first)
    table = await township.sandbox.run("yizhan-county", "nodes", township.county.data)
    assert "久未联系" in table
