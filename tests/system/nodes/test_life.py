"""A station is suspended, resumed and moved while it works; nothing is lost, and it is told."""

import pytest

from examples.sandbox import CommandError, Program
from protocol.errors import EXIT_REFUSED
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system


async def provision(township: Township, verb: str, node: str, *more: object) -> None:
    await township.sandbox.run("yizhan-provision", verb, township.county.data, node, *more)


async def exchange(township: Township, station: Program) -> str:
    """Exit code and words of a refusal; empty if there was none."""
    try:
        await township.sandbox.run("yizhan-station", "exchange", station.data)
    except CommandError as exc:
        return f"{exc.exit_code} {exc.stderr}"
    return ""


async def test_a_station_is_paused_and_moved_with_its_queue(township: Township) -> None:
    await township.open(stations=1)
    (station,) = township.stations
    await township.sandbox.stop(township.hub)
    first = await township.submit(station, 1)
    await provision(township, "suspend", station.node, "--reason", "核查")
    await township.sandbox.start(township.hub)

    async def told() -> bool:
        words = await exchange(township, station)
        return words.startswith(f"{EXIT_REFUSED} ") and "[node.suspended]" in words

    await until(told)
    second = await township.submit(station, 2)  # it goes on working
    await provision(township, "resume", station.node)
    await provision(township, "move", station.node, "--parent", "451423")
    applications = {first, second}

    async def arrived() -> bool:
        return {case["application"] for case in await township.cases()} == applications

    await until(arrived)
    await township.sandbox.stop(township.hub)
    applications.add(await township.submit(station, 3))
    await until(arrived)  # straight to the county, where it belongs now
