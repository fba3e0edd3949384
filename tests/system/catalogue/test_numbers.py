"""Blocks of numbers by real processes: refilled by line and stick, a replaced PC, a copied PC."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program
from protocol.errors import EXIT_REFUSED
from protocol.numbers.number import Number
from protocol.trust.schedule import local_time
from runtime.system import SystemClock
from tests.system.conftest import Township
from tests.system.lines.test_stick import bring, carry
from tests.system.nodes.test_revocation import replace
from tests.system.waiting import until

pytestmark = pytest.mark.system


async def issue(township: Township, *more: object) -> dict[str, Any]:
    county = township.county
    text = await township.sandbox.run(
        "yizhan-county", "numbers", "issue", county.data, *more, "--json"
    )
    issued: dict[str, Any] = json.loads(text)
    return issued


async def blocks(township: Township) -> list[dict[str, Any]]:
    """Of this year, at the county; each adds up. In December there are some of the next, too."""
    county = township.county
    text = await township.sandbox.run("yizhan-county", "numbers", "status", county.data, "--json")
    found: list[dict[str, Any]] = json.loads(text)["blocks"]
    assert all(b["issued"] == b["used"] + b["voided"] + b["remaining"] for b in found)
    return _of_this_year(found)


def _of_this_year(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    year = local_time(SystemClock().now_ms()).year
    return [block for block in found if block["year"] == year]


async def at_station(township: Township, station: Program) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await township.sandbox.ask(station, "numbers", "--json"))[
        "blocks"
    ]
    assert all(b["issued"] == b["used"] + b["voided"] + b["remaining"] for b in found)
    return _of_this_year(found)


async def hand_in(township: Township, station: Program, count: int) -> list[str]:
    """A stack of forms; the number of each."""
    lines = [{"item": "451423-001", "form": FORM} for _ in range(count)]
    file = township.sandbox.folder / "stack.jsonl"
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    text = await township.sandbox.run("yizhan-station", "submit-many", station.data, file)
    return [json.loads(line).get("number", "") for line in text.splitlines()]


async def holds(township: Township, station: Program, *remaining: int) -> None:
    async def check() -> bool:
        left = [block["remaining"] for block in await at_station(township, station)]
        return [n for n in left if n] == list(remaining)

    await until(check)


FORM = json.loads(
    (Path(__file__).parents[3] / "examples/longzhou/applications/01.json").read_text("utf-8")
)["form"]


async def test_numbers_are_used_in_order_and_refilled_by_themselves(township: Township) -> None:
    await township.open(stations=2)
    first, other = township.stations
    assert await hand_in(township, first, 1) == [""]  # taken in all the same
    await issue(township, "--all", "--count", "25")
    await holds(township, first, 25)
    await holds(township, other, 25)
    given = await hand_in(township, first, 5)
    await holds(township, first, 20)
    assert len(await blocks(township)) == 2  # twenty are enough
    given += await hand_in(township, first, 1)
    await holds(township, first, 19, 100)
    serials = [Number.read(number).serial for number in given]
    assert serials == list(range(serials[0], serials[0] + 6))

    async def counted() -> bool:
        return [b["arrived"] for b in await blocks(township)].count(6) == 1

    await until(counted)
    cases = {case["number"] for case in await township.cases()}
    assert cases == {None, *given}
    shown = {one["number"] for one in (await township.status(first))["applications"]}
    assert shown == {None, *given}
    await township.sandbox.run(
        "yizhan-county", "decide", township.county.data, given[0],
        "--outcome", "approved", "--note", "准予",
    )  # fmt: skip
    voided = await township.sandbox.ask(first, "numbers", "--void", "打印机卡纸", "--json")
    assert voided["voided"] == [f"{serials[-1] + 1}-{serials[-1] + 1}"]

    async def told() -> bool:
        return any(
            [(run["reason"], run["first"]) for run in block["voids"]]
            == [("打印机卡纸", serials[-1] + 1)]
            for block in await blocks(township)
        )

    await until(told)


async def test_a_village_without_a_line_gets_numbers_by_stick(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    (station,), county, hub, stick = township.stations, township.county, township.hub, tmp_path
    await issue(township, "--node", station.node, "--count", "20")
    await holds(township, station, 20)
    await township.sandbox.kill("hub")
    (given,) = await hand_in(township, station, 1)
    assert given
    await bring(township, stick / "stick", station, hub, county, hub, station)
    await holds(township, station, 19, 100)
    packed = await carry(township, station, "export", stick / "stick")
    assert packed["envelopes"] == 0  # nothing is asked twice


async def test_a_replaced_pc_gets_numbers_of_its_own(township: Township) -> None:
    await township.open()
    (lost,) = township.stations
    await issue(township, "--node", lost.node, "--count", "30")
    await holds(township, lost, 30)
    before = await hand_in(township, lost, 2)
    await township.sandbox.kill(lost.name)
    await township.sandbox.stop(township.hub)
    new = await replace(township, lost)
    await holds(township, new, 100)
    after = await hand_in(township, new, 2)
    assert len({Number.read(number).serial for number in before + after}) == 4

    async def closed() -> bool:
        found = {b["closed"]: b["remaining"] for b in await blocks(township)}
        return found == {"电脑已更换": 0, None: 98}

    await until(closed)


async def test_two_copies_of_a_pc_never_give_one_number(township: Township) -> None:
    """The folder is copied while the PC is off; both are switched on, and give numbers at once."""
    await township.open()
    (station,), box = township.stations, township.sandbox
    await issue(township, "--node", station.node, "--count", "60")
    await holds(township, station, 60)
    given = await hand_in(township, station, 1)
    await box.stop(station)
    copy = Program(
        name="copy", command="yizhan-station", data=box.folder / "copy", node=station.node
    )
    shutil.copytree(station.data, copy.data)
    box.programs[copy.name] = copy
    here, there = [await hand_in(township, pc, 3) for pc in (station, copy)]  # no exchange yet
    assert [Number.read(n).serial for n in here] == [Number.read(n).serial for n in there]
    given += here + there
    for pc in (station, copy, station, copy):
        await box.run("yizhan-station", "exchange", pc.data)

    async def closed() -> bool:
        return any(b["closed"] and not b["remaining"] for b in await blocks(township))

    await until(closed)
    for pc in (station, copy, station, copy):
        await box.run("yizhan-station", "exchange", pc.data)
        given += await hand_in(township, pc, 2)
    numbers = [number for number in given if number]
    assert len(set(numbers)) == len(numbers) >= 7
    for pc in (station, copy):
        assert not (await at_station(township, pc))[0]["remaining"]
    first = next(b for b in await blocks(township) if b["closed"])
    assert (first["closed"], first["twice"]) == ("电脑被复制或恢复", 3)
    await box.run("yizhan-station", "exchange", station.data)
    await box.run("yizhan-station", "exchange", copy.data)

    async def all_there() -> bool:
        return {c["number"] for c in await township.cases()} >= set(numbers)

    await until(all_there)


async def test_no_tickets_for_villages(township: Township) -> None:
    await township.open()
    (station,) = township.stations
    policy = township.county.data / "authority" / "policy.toml"
    policy.write_text(f'[numbers]\ncharging = ["{station.node}"]\n', "utf-8")
    with pytest.raises(CommandError) as caught:
        await township.sandbox.run(
            *("yizhan-county", "numbers", "issue", township.county.data),
            *("--node", station.node, "--kind", "ticket"),
        )
    assert caught.value.exit_code == EXIT_REFUSED
    assert "村站不收现金" in caught.value.stderr
