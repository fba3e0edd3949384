"""Programs of today and of tomorrow in one county, as real processes: by line and by stick."""

import sys
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program
from tests.system.conftest import Township, sample_application
from tests.system.lines.test_stick import bring, decide, shown
from tests.system.waiting import until

pytestmark = pytest.mark.system

TODAY: tuple[str, ...] = ()
TOMORROW = (sys.executable, "-m", "tests.system.tomorrow.of_tomorrow")
CODE = "peer.needs-newer"


async def change(township: Township, program: Program, prefix: tuple[str, ...]) -> None:
    """Another program on the same folder."""
    await township.sandbox.stop(program)
    program.prefix = prefix
    await township.sandbox.start(program)


async def ledger(township: Township) -> dict[str, Any]:
    (account,) = await township.sandbox.ask(township.county, "ledger", "--json")
    found: dict[str, Any] = account
    return found


async def test_a_county_of_today_keeps_what_it_can_not_read_yet(township: Township) -> None:
    await township.open()
    (station,) = township.stations
    await change(township, station, TOMORROW)
    first = await township.submit(station, 1)
    await township.reaches(station, first, "received")

    async def station_was_told() -> bool:
        notice = (await shown(township, station))["notice"]
        return notice is not None and notice["code"] == CODE

    await until(station_was_told)
    view = await shown(township, station)
    assert (view["receipt"]["case"], view["result"]) == ("", None)
    assert await township.cases() == []
    account = await ledger(township)
    assert (account["awaiting"], account["quarantined"], account["missing"]) == (1, 0, [])

    await change(township, township.county, TOMORROW)
    await township.reaches(station, first, "complete")
    (case,) = await township.cases()
    assert (case["application"], case["form"]) == (first, sample_application(1)["form"])
    view = await shown(township, station)
    assert (view["receipt"]["case"], view["notice"]) == (case["case"], None)
    assert (await ledger(township))["awaiting"] == 0


async def test_a_station_of_today_keeps_what_it_can_not_read_yet(township: Township) -> None:
    await township.open()
    (station,) = township.stations
    await change(township, township.county, TOMORROW)
    first = await township.submit(station, 1)
    await township.reaches(station, first, "complete")
    await decide(township, first)

    async def answer_waits() -> bool:
        return bool((await township.status(station))["needs_newer"])

    await until(answer_waits)
    assert (await shown(township, station))["state"] == "complete"
    await change(township, station, TOMORROW)
    view = await shown(township, station)
    assert (view["result"]["outcome"], view["result"]["note"]) == ("approved", "准予办理")
    assert (await township.status(station))["needs_newer"] == 0


async def test_the_same_by_stick(township: Township, tmp_path: Path) -> None:
    await township.open()
    (station,), stick = township.stations, tmp_path / "stick"
    await township.sandbox.kill("hub")
    await change(township, station, TOMORROW)
    first = await township.submit(station, 2)
    county = township.county
    for _ in range(2):
        (taken,) = await bring(township, stick, station, county)
        assert taken["refused"] == []
    assert await township.cases() == []
    assert (await ledger(township))["awaiting"] == 1
    (back,) = await bring(township, stick, county, station)
    assert back["refused"] == []
    view = await shown(township, station)
    assert (view["state"], view["notice"]["code"]) == ("received", CODE)

    await change(township, county, TOMORROW)
    (case,) = await township.cases()
    assert (case["application"], case["form"]) == (first, sample_application(2)["form"])
    await change(township, station, TODAY)
    await decide(township, first)
    await bring(township, stick, county, station)
    assert (await township.status(station))["needs_newer"] == 1
    await change(township, station, TOMORROW)
    view = await shown(township, station)
    assert (view["state"], view["result"]["note"]) == ("decided", "准予办理")
    assert view["receipt"]["case"] == case["case"]
