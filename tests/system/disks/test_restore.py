"""A disk dies: what was saved is a case exactly once, from the county's backup or from below."""

import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import Program
from tests.system.conftest import LONGZHOU, Township
from tests.system.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.timeout(400)]

_PATIENCE_S = 120.0

# so that a station soon hears that the county is another
IMPATIENT = "linger_s = 2\nexchange_pause_s = 0.5\n"


class Loss:
    """A township whose county is backed up, dies and comes back while the others run on."""

    def __init__(self, township: Township, folder: Path) -> None:
        self.township, self.box = township, township.sandbox
        self.backups, self.folder = folder / "backups", folder
        self.scan = folder / "scan.jpg"
        self.scan.write_bytes(random.Random(1).randbytes(200_000))
        self.saved: list[str] = []

    async def open(self, stations: int) -> None:
        await self.township.open(stations=stations)
        for station in self.township.stations:
            await self.box.stop(station)
            await self.start(station)

    async def start(self, station: Program) -> None:
        (station.data / "station.toml").write_text(IMPATIENT, "utf-8")
        await self.box.start(station)

    async def submit(self, station: Program, number: int, *, attach: bool = False) -> str:
        more = ("--attach", f"id-card={self.scan}") if attach else ()
        application = await self.township.submit(station, number, *more)
        self.saved.append(application)
        return application

    async def hand_in(self, first: int) -> None:
        """Each station hands in two applications, one with a file; all become complete."""
        for number, station in enumerate(self.township.stations, start=first):
            for attach in (True, False):
                await self.submit(station, number, attach=attach)
        await until(self.all_are_complete, within_s=_PATIENCE_S)

    async def back_up(self) -> dict[str, Any]:
        county = self.township.county
        made: dict[str, Any] = await self.box.ask(county, "backup", self.backups, "--json")
        assert made["lost_blobs"] == 0
        return made

    async def kill_and_restore(self, file: str) -> None:
        """Serve what is restored from ``file`` in another folder, on the same URL."""
        county = self.township.county
        await self.box.kill("county")
        data = county.data.with_name(f"{county.data.name}-again")
        await self.box.run("yizhan-county", "restore", file, data)
        county.data = data
        await self.box.start(county)

    async def publish(self, title: str) -> None:
        """Another release, and it has reached every station."""
        catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
        file = self.folder / "catalogue.json"
        file.write_text(json.dumps(catalogue | {"title": title}), "utf-8")
        county = self.township.county
        number = int(await self.box.run("yizhan-county", "publish", county.data, file))

        async def all_hold_it() -> bool:
            states = [await self.township.status(one) for one in self.township.stations]
            return {state["release"] for state in states} == {number}

        await until(all_hold_it, within_s=_PATIENCE_S)

    async def shown(self) -> list[dict[str, Any]]:
        """What all stations show of what they have sealed."""
        states = [await self.township.status(one) for one in self.township.stations]
        views = [view for state in states for view in state["applications"]]
        assert sorted(view["application"] for view in views) == sorted(self.saved)
        return views

    async def all_are_complete(self) -> bool:
        """Whether every station has the county's word that all it sealed is there."""
        return {view["state"] for view in await self.shown()} <= {"complete", "decided"}

    async def all_are_safe(self) -> bool:
        """Whether every station has the county's word that all it sealed is in a backup."""
        receipts = [view["receipt"] for view in await self.shown()]
        return await self.all_are_complete() and all(one and one["safe"] for one in receipts)

    async def all_are_cases(self) -> bool:
        """Whether the county has every application, with its file."""
        cases = await self.township.cases()
        whole = [case for case in cases if case["state"] in {"complete", "decided"}]
        return {case["application"] for case in whole} == set(self.saved)

    async def require_balance(self, folder: Path) -> None:
        """Every application is one case, its file is what was attached, no number is missing."""
        cases = await self.township.cases()
        assert sorted(case["application"] for case in cases) == sorted(self.saved)
        assert len({case["case"] for case in cases}) == len(cases)
        for case in cases:
            for attachment in case["attachments"]:
                to = folder / case["case"]
                data = self.township.county.data
                await self.box.run("yizhan-county", "files", data, case["case"], "--to", to)
                name = f"{case['case']}-01-{attachment['material']}-{attachment['name']}"
                written = to / name
                assert written.read_bytes() == self.scan.read_bytes()
        rows = await self.box.ask(self.township.county, "ledger", "--json")
        for row in rows:
            assert (row["missing"], row["forks"], row["rejected"]) == ([], 0, 0)
            assert row["minted"] == row["received"] == row["complete"]
        assert sum(row["received"] for row in rows) == len(self.saved)


@pytest.fixture
def loss(township: Township, tmp_path: Path) -> Loss:
    return Loss(township, tmp_path)


@pytest.mark.slow  # a minute and a half of real processes
async def test_what_came_after_the_backup_is_offered_again(loss: Loss, tmp_path: Path) -> None:
    """Hub and stations run on. Even the catalogue of the later applications is lost."""
    await loss.open(stations=2)
    await loss.hand_in(1)
    decide = ("decide", loss.township.county.data, loss.saved[0], "--outcome", "approved")
    await loss.box.run("yizhan-county", *decide, "--note", "准予")
    made = await loss.back_up()
    assert (made["safe"], made["blobs"]) == (4, 2)
    await until(loss.all_are_safe, within_s=_PATIENCE_S)

    await loss.publish("在备份之后发布")
    await loss.hand_in(3)
    lost = {case["case"] for case in await loss.township.cases()}
    assert len(lost) == 8
    await loss.kill_and_restore(made["file"])

    await until(loss.all_are_cases, within_s=_PATIENCE_S)
    await loss.require_balance(tmp_path / "files")
    (decided,) = [c for c in await loss.township.cases() if c["outcome"] == "approved"]
    assert decided["application"] == loss.saved[0]
    numbers = {case["application"]: case["case"] for case in await loss.township.cases()}
    assert {numbers[application] for application in loss.saved[:4]} < lost
    assert lost.isdisjoint(numbers[application] for application in loss.saved[4:])
    made = await loss.back_up()
    assert (made["safe"], made["blobs"], made["new_blobs"]) == (4, 4, 2)
    await until(loss.all_are_safe, within_s=_PATIENCE_S)


@pytest.mark.slow
async def test_a_restored_county_works_on(loss: Loss, tmp_path: Path) -> None:
    """What was on its way when the county died arrives; nodes join; backups go on."""
    await loss.open(stations=1)
    (station,) = loss.township.stations
    await loss.hand_in(1)
    made = await loss.back_up()
    await loss.box.kill("county")
    application = await loss.submit(station, 2, attach=True)

    async def hub_has_it() -> bool:
        states = {view["application"]: view["state"] for view in await loss.shown()}
        return bool(states[application] == "at_hub")

    await until(hub_has_it, within_s=_PATIENCE_S)
    await loss.kill_and_restore(made["file"])

    await until(loss.all_are_cases, within_s=_PATIENCE_S)
    other = await loss.box.station("station2", "451423103209", "新村站", loss.township.hub)
    await loss.start(other)
    loss.township.stations.append(other)
    await until(loss.township.all_hold_the_catalogue)
    await loss.publish("恢复之后发布")
    await loss.hand_in(5)
    await loss.require_balance(tmp_path / "files")
    await loss.back_up()
    await until(loss.all_are_safe, within_s=_PATIENCE_S)


@pytest.mark.slow
async def test_a_lost_hub_is_replaced_by_an_empty_one(loss: Loss, tmp_path: Path) -> None:
    """Of its folder there is only the copy of its keys; what it had in custody is offered again."""
    await loss.open(stations=2)
    await loss.hand_in(1)
    await loss.box.kill("county")
    for station in loss.township.stations:
        await loss.submit(station, 3, attach=True)

    async def hub_has_it() -> bool:
        states = {view["application"]: view["state"] for view in await loss.shown()}
        return {states[application] for application in loss.saved[-2:]} == {"at_hub"}

    await until(hub_has_it, within_s=_PATIENCE_S)
    hub = loss.township.hub
    await loss.box.kill(hub.name)
    empty = hub.data.with_name("hub-again")
    shutil.copytree(hub.data / "node", empty / "node")
    hub.data = empty
    await loss.box.start(hub)
    await loss.box.start(loss.township.county)

    await until(loss.all_are_complete, within_s=_PATIENCE_S)
    await loss.require_balance(tmp_path / "files")
