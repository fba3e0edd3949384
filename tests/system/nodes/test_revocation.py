"""A PC is lost and replaced, another station is withdrawn: nothing is lost, and each is told so."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program
from protocol.errors import EXIT_REFUSED
from tests.system.conftest import Township
from tests.system.waiting import until

pytestmark = pytest.mark.system


async def provision(township: Township, verb: str, node: str, *more: object) -> str:
    return await township.sandbox.run("yizhan-provision", verb, township.county.data, node, *more)


async def review_queue(township: Township) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await township.sandbox.ask(township.county, "review", "--json")
    return found


async def refused(township: Township, station: Program, *words: object) -> str:
    """What the station's command says when it is refused; empty if it is not."""
    try:
        await township.sandbox.run(station.command, words[0], station.data, *words[1:])
    except CommandError as exc:
        return exc.stderr if exc.exit_code == EXIT_REFUSED else ""
    return ""


async def in_state(township: Township, station: Program, application: str) -> str | None:
    shown = (await township.status(station))["applications"]
    return next((one["state"] for one in shown if one["application"] == application), None)


async def account_of(township: Township, station: Program) -> dict[str, Any]:
    accounts = await township.sandbox.ask(township.county, "ledger", "--json")
    account: dict[str, Any] = next(a for a in accounts if a["station"] == station.node)
    parts = ("received", "control", "duplicates", "quarantined", "review")
    missing = sum(gap["to"] - gap["from"] + 1 for gap in account["missing"])
    assert account["minted"] == sum(account[part] for part in parts) + missing
    return account


async def lose(township: Township, station: Program, folder: Path) -> list[str]:
    """One application lies at the hub, two more on a stick, when the PC is lost."""
    box = township.sandbox
    await box.stop(township.county)
    applications = [await township.submit(station, 1)]
    await township.reaches(station, applications[0], "at_hub")
    await box.stop(township.hub)
    applications += [await township.submit(station, number) for number in (2, 3)]
    await box.run("yizhan-station", "stick", "export", station.data, folder)
    await box.kill(station.name)
    await box.start(township.county)
    return applications


async def replace(township: Township, station: Program) -> Program:
    """Another PC under the same id; a copy of its kit is worth nothing."""
    box = township.sandbox
    kit, copy = box.folder / "new.kit", box.folder / "copy.kit"
    answer = json.loads(
        await provision(township, "replace", station.node, "--kit", kit, "--reason", "被盗")
    )
    assert answer["node"] == station.node
    await box.start(township.hub)  # it passes on now what it has of the lost PC
    shutil.copy(kit, copy)
    new = Program(name="new", command="yizhan-station", data=box.folder / "new", node=station.node)
    box.programs[new.name] = new
    await box.run("yizhan-station", "join", kit, "--data", new.data, "--code", answer["code"])
    clone = ("--data", box.folder / "clone", "--code", answer["code"])
    with pytest.raises(CommandError, match=r"code\.used"):
        await box.run("yizhan-station", "join", copy, *clone)
    await box.start(new)

    async def ready() -> bool:
        return bool((await township.status(new))["release"])

    await until(ready)
    return new


async def test_a_pc_is_lost_and_another_station_is_withdrawn(
    township: Township, tmp_path: Path
) -> None:
    await township.open(stations=2)
    lost, other = township.stations
    queued = await lose(township, lost, tmp_path / "stick")
    new = await replace(township, lost)
    fresh = await township.submit(new, 4)
    await township.reaches(new, fresh, "complete", "received")
    await township.sandbox.run(
        "yizhan-county", "stick", "import", township.county.data, tmp_path / "stick"
    )
    await _settle_the_tray(township, new, queued)
    await _the_lost_pc_is_told(township, lost)
    account = await account_of(township, new)
    assert (account["minted"], account["received"], account["review"]) == (4, 2, 1)
    assert (account["quarantined"], account["forks"]) == (1, 0)
    await _withdraw(township, other)
    await _the_hub_is_told(township)


async def _settle_the_tray(township: Township, new: Program, queued: list[str]) -> None:
    async def all_there() -> bool:
        return len(await review_queue(township)) == len(queued)

    await until(all_there)
    waiting = {one["application"]: one for one in await review_queue(township)}
    shown = [(waiting[one]["why"], waiting[one]["ordinal"]) for one in queued]
    assert shown == [("replaced", 1), ("replaced", 2), ("replaced", 3)]
    first, second = (waiting[one]["envelope"] for one in queued[:2])
    box, county = township.sandbox, township.county
    accepted = await box.ask(county, "accept", first, "--json")
    await box.ask(county, "reject", second, "--note", "请到新电脑重新提交", "--json")
    await box.run(
        *("yizhan-county", "decide", county.data, accepted["case"]),
        *("--outcome", "approved", "--note", "准予"),
    )

    async def told() -> bool:
        states = [await in_state(township, new, one) for one in queued]
        return states == ["decided", "rejected", None]

    await until(told)
    words = await box.run("yizhan-station", "status", new.data)
    assert "县中心审核后没有受理：请到新电脑重新提交 [review.rejected]" in words


async def _the_lost_pc_is_told(township: Township, lost: Program) -> None:
    """Whoever has found it switches it on."""
    await township.sandbox.start(lost)

    async def turned_away() -> bool:
        return "[node.replaced]" in await refused(township, lost, "exchange")

    await until(turned_away)
    status = await township.status(lost)
    assert status["standing"]["code"] == "node.replaced"
    assert (status["minted"], len(status["applications"])) == (3, 3)
    form = township.sandbox.folder / "form-1.json"
    words = await refused(township, lost, "submit", "--item", "451423-001", "--form", form)
    assert "本站已换用另一台电脑" in words
    await township.sandbox.kill(lost.name)


async def _withdraw(township: Township, station: Program) -> None:
    box = township.sandbox
    await box.stop(township.hub)
    kept = await township.submit(station, 5)
    sealed_count = (await township.status(station))["minted"]
    await provision(township, "drain", station.node, "--upto", sealed_count, "--reason", "撤站")
    await box.start(township.hub)

    async def closed() -> bool:
        await refused(township, station, "exchange")  # sooner than after its pause
        return (await township.status(station))["standing"] is not None

    await until(closed)
    form = box.folder / "form-5.json"
    words = await refused(township, station, "submit", "--item", "451423-001", "--form", form)
    assert "县中心正在收回本站" in words
    assert "[node.draining]" in words
    await township.reaches(station, kept, "received")
    (one,) = [one for one in await review_queue(township) if one["station"] == station.node]
    assert (one["application"], one["why"], one["ordinal"]) == (kept, "draining", sealed_count)

    await provision(township, "stop", station.node)

    async def stopped() -> bool:  # the exchange that was kept open is ended, and the next refused
        revocation_status = (await township.status(station))["standing"]
        return revocation_status is not None and revocation_status["code"] == "node.stopped"

    await until(stopped, within_s=30)
    assert "[node.stopped]" in await refused(township, station, "exchange")
    words = await box.run("yizhan-station", "status", station.data)
    assert "本站已被县中心停止" in words
    assert await in_state(township, station, kept) == "received"  # nothing was wiped
    account = await account_of(township, station)
    assert (account["minted"], account["review"]) == (sealed_count, 1)


async def _the_hub_is_told(township: Township) -> None:
    hub = township.hub
    await provision(township, "drain", hub.node)

    async def state() -> dict[str, Any]:
        found: dict[str, Any] = await township.sandbox.ask(hub, "status", "--json")
        return found

    async def draining() -> bool:
        return bool((await state())["state"] == "draining")

    await until(draining)
    with pytest.raises(CommandError, match=r"node\.state"):
        await provision(township, "stop", hub.node)
    await provision(township, "resume", hub.node)
    await provision(township, "suspend", hub.node)

    async def suspended() -> bool:
        return bool(((await state())["standing"] or {}).get("code") == "node.suspended")

    await until(suspended)
