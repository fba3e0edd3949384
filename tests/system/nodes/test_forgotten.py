"""A password is forgotten in a village: real programs, by line and by stick, told to the letter."""

import json
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system

FANG, QIANG = "韦小芳", "农志强"


def word(folder: Path, text: str) -> Path:
    path = folder / f"{text}.txt"
    path.write_text(text, "utf-8")
    return path


async def clerk(township: Township, verb: str, *more: object) -> dict[str, Any]:
    (station,) = township.stations
    said = await township.sandbox.run(
        "yizhan-station", "clerk", verb, station.data, *more, "--json"
    )
    found: dict[str, Any] = json.loads(said)
    return found


async def desks(township: Township, verb: str, *more: object) -> Any:
    data = township.county.data
    return json.loads(
        await township.sandbox.run("yizhan-county", "desk-release", verb, data, *more, "--json")
    )


async def carry(township: Township, verb: str, program: Program, stick: Path) -> None:
    argv = (program.command, "stick", verb, program.data, stick, "--json")
    await township.sandbox.run(*argv)


async def two_clerks(township: Township, folder: Path) -> str:
    """Two clerks, and an application; its id."""
    old, other = word(folder, "旧的口令已经忘掉"), word(folder, "同事的口令没有忘")
    await clerk(township, "add", FANG, "--password-file", old)
    by = ("--by", FANG, "--by-password-file", old)
    await clerk(township, "add", QIANG, "--password-file", other, *by)
    return await township.submit(township.stations[0], 1)


async def names(township: Township, name: str, password: Path) -> list[str]:
    """The ids of applications whose applicants ``name`` can read."""
    more = ("--clerk", name, "--password-file", password, "--json")
    shown = await township.sandbox.ask(township.stations[0], "status", *more)
    return [one["application"] for one in shown["applications"] if one["applicant"]]


async def test_by_line_she_has_a_new_password_and_her_work_is_there(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    application = await two_clerks(township, tmp_path)
    new = word(tmp_path, "新的口令可要记牢")
    asked = await clerk(township, "forgot", FANG, "--password-file", new)

    async def came() -> bool:
        found = (await desks(township, "list"))["requests"]
        return [one["clerk"] for one in found] == [FANG]

    await until(came)
    (station,) = township.stations
    with pytest.raises(CommandError, match=r"forgotten\.forged"):
        await desks(township, "approve", station.node, "0000-0000-0000-98")
    done = await desks(township, "approve", station.node, asked["code"])
    assert done["state"] == "released"

    async def answered() -> bool:
        return bool((await clerk(township, "forgot"))["released"])

    await until(answered)
    await clerk(township, "forgot", "--done", "--password-file", new)
    assert await names(township, FANG, new) == [application]
    assert await names(township, QIANG, tmp_path / "同事的口令没有忘.txt") == [application]
    with pytest.raises(CommandError, match=r"password-wrong"):
        await names(township, FANG, tmp_path / "旧的口令已经忘掉.txt")
    record = await township.sandbox.run(
        "yizhan-county", "audit", "export", township.county.data, "--to", tmp_path / "record.json"
    )
    assert record
    assert "county.desk-release" in (tmp_path / "record.json").read_text("utf-8")


async def test_by_stick_there_and_back_without_any_line(township: Township, tmp_path: Path) -> None:
    await township.open()
    await township.sandbox.kill("hub")
    county, hub, (station,) = township.county, township.hub, township.stations
    application, stick = await two_clerks(township, tmp_path), tmp_path / "stick"
    new = word(tmp_path, "新的口令可要记牢")
    asked = await clerk(township, "forgot", FANG, "--password-file", new)
    for verb, program in (
        ("export", station), ("import", hub), ("export", hub), ("import", county),
    ):  # fmt: skip
        await carry(township, verb, program, stick)
    await desks(township, "approve", station.node, asked["code"])
    with pytest.raises(CommandError, match=r"forgotten\.released"):
        await desks(township, "approve", station.node, asked["code"])
    for verb, program in (
        ("export", county), ("import", hub), ("export", hub), ("import", station),
    ):  # fmt: skip
        await carry(township, verb, program, stick)
    await clerk(township, "forgot", "--done", "--password-file", new)
    assert await names(township, FANG, new) == [application]
