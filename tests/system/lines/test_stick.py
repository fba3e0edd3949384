"""By hand where no line goes: real programs, sticks pulled out in the middle, half by line."""

import asyncio
import hashlib
import itertools
import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from examples.line import Line
from examples.sandbox import CommandError, Program, free_port
from protocol.errors import EXIT_REFUSED
from tests.builders.lines.sticks import files_on
from tests.system.conftest import LONGZHOU, Township, sample_application
from tests.system.waiting import until

pytestmark = pytest.mark.system

MIB = 1024 * 1024


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


async def carry(township: Township, program: Program, verb: str, stick: Path) -> dict[str, Any]:
    """``stick export`` or ``stick import``, whether the program runs or not."""
    argv = (program.command, "stick", verb, program.data, stick, "--json")
    try:
        text = await township.sandbox.run(*argv)
    except CommandError as exc:  # some of it was refused: the answer says what
        if exc.exit_code != EXIT_REFUSED or '"refused"' not in exc.stdout:
            raise
        text = exc.stdout
    carried: dict[str, Any] = json.loads(text)
    return carried


async def bring(township: Township, stick: Path, *way: Program) -> list[dict[str, Any]]:
    """Export at the first and import at the second, and so on along the way."""
    taken = []
    for here, there in itertools.pairwise(way):
        await carry(township, here, "export", stick)
        taken.append(await carry(township, there, "import", stick))
    return taken


def scan(folder: Path, seed: int, size: int) -> Path:
    path = folder / f"scan-{seed}.jpg"
    path.write_bytes(random.Random(seed).randbytes(size))
    return path


async def decide(township: Township, application: str, *more: object) -> None:
    await township.sandbox.run(
        "yizhan-county", "decide", township.county.data, application,
        "--outcome", "approved", "--note", "准予办理", *more,
    )  # fmt: skip


async def shown(township: Township, station: Program) -> dict[str, Any]:
    """The only application of a station."""
    (one,) = (await township.status(station))["applications"]
    view: dict[str, Any] = one
    return view


def material(number: int) -> str:
    """Some material of the sample application's item."""
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    item = next(i for i in catalogue["items"] if i["id"] == sample_application(number)["item"])
    found: str = item["materials"][0]["id"]
    return found


async def test_there_and_back_without_any_line(
    township: Township, stick: Path, tmp_path: Path
) -> None:
    """The hub is switched off, so nothing but the stick connects two nodes."""
    await township.open(stations=2)
    await township.sandbox.kill("hub")
    county, hub, stations = township.county, township.hub, township.stations
    applications = {}
    for number, station in enumerate(stations, start=1):
        paper = f"{material(number)}={scan(tmp_path, number, 300_000)}"
        applications[station.name] = await township.submit(station, number, "--attach", paper)
        packed = await carry(township, station, "export", stick)
        assert (packed["envelopes"], packed["blobs"], packed["refused"]) == (1, 1, [])
    taken = [
        await carry(township, hub, "import", stick),
        *await bring(township, stick, hub, county),
    ]
    assert [(one["envelopes"], one["blobs"], one["refused"]) for one in taken] == [(2, 2, [])] * 2
    cases = await township.cases()
    assert sorted(case["application"] for case in cases) == sorted(applications.values())
    assert {case["state"] for case in cases} == {"complete"}

    decision = LONGZHOU / "decision.pdf"
    for application in applications.values():
        await decide(township, application, "--attach", decision)
    await bring(township, stick, county, hub)
    await carry(township, hub, "export", stick)
    for station in stations:
        await take_the_result(township, station, stick, decision)
    await township.sandbox.start(hub)
    await require_that_nothing_is_left_to_do(township)


async def take_the_result(
    township: Township, station: Program, stick: Path, decision: Path
) -> None:
    """Import twice; the second time nothing happens."""
    taken = [await carry(township, station, "import", stick) for _ in range(2)]
    assert (taken[0]["blobs"], taken[0]["refused"]) == (1, [])
    assert (taken[1]["envelopes"], taken[1]["bytes"], taken[1]["refused"]) == (0, 0, [])
    view = await shown(township, station)
    assert (view["state"], view["result"]["outcome"]) == ("decided", "approved")
    assert view["receipt"]["case"]
    results = stick.with_name(f"results-{station.name}")
    await township.sandbox.run(
        "yizhan-station", "result", station.data, view["application"], "--to", results
    )
    assert files_in(results) == [digest(decision)]


async def require_that_nothing_is_left_to_do(township: Township) -> None:
    """The line has come back: everything stays as the stick has made it, and nothing is doubled."""
    for station in township.stations:
        await township.sandbox.run("yizhan-station", "exchange", station.data)
        assert (await shown(township, station))["state"] == "decided"
    assert len(await township.cases()) == len(township.stations)
    ledger = await township.sandbox.ask(township.county, "ledger", "--json")
    accounts = {account["station"]: account for account in ledger}
    for station in township.stations:
        account = accounts[station.node]
        assert (account["received"], account["complete"]) == (1, 1)
        assert (account["missing"], account["forks"], account["duplicates"]) == ([], 0, 0)


@pytest.mark.slow
async def test_past_a_hub_that_is_gone(township: Township, stick: Path, tmp_path: Path) -> None:
    """The hub took custody and burnt down; the clerk takes a stick to the county and back."""
    await township.open()
    (station,) = township.stations
    await township.sandbox.kill("county")
    paper = f"{material(1)}={scan(tmp_path, 1, 200_000)}"
    application = await township.submit(station, 1, "--attach", paper)
    await township.reaches(station, application, "at_hub")
    await township.sandbox.kill("hub")
    shutil.rmtree(township.hub.data)
    (taken,) = await bring(township, stick, station, township.county)
    assert (taken["envelopes"], taken["blobs"], taken["refused"]) == (1, 1, [])
    await decide(township, application)
    (taken,) = await bring(township, stick, township.county, station)
    assert taken["refused"] == []
    assert (await shown(township, station))["state"] == "decided"


@pytest.mark.slow
async def test_a_stick_pulled_out_in_the_middle(
    township: Township, stick: Path, tmp_path: Path
) -> None:
    """The exporting program is killed; then the stick comes damaged as well."""
    await township.open()
    (station,) = township.stations
    county = township.county
    await township.sandbox.kill("hub")
    applications = [
        await township.submit(
            station, number, "--attach", f"{material(number)}={scan(tmp_path, number, 2 * MIB)}"
        )
        for number in range(1, 5)
    ]
    await township.sandbox.stop(station)
    await kill_export_in_the_middle(station, stick)
    assert 0 < len(files_on(stick)) < 8
    assert manifests(stick) == []
    first = await carry(township, county, "import", stick)
    assert [one["code"] for one in first["refused"]] == ["stick.incomplete"]

    await carry(township, station, "export", stick)
    paths = files_on(stick)
    for path in paths[::3]:
        path.write_bytes(path.read_bytes()[:1000])
    for path in manifests(stick):
        path.unlink()
    second = await carry(township, county, "import", stick)
    codes = {one["code"] for one in second["refused"]}
    assert codes <= {"peer.malformed", "peer.digest", "peer.blob-unknown", "stick.incomplete"}

    third = (await bring(township, stick, station, county))[0]
    assert third["refused"] == []
    fourth = await carry(township, county, "import", stick)
    assert (fourth["envelopes"], fourth["blobs"], fourth["skipped"]) == (0, 0, 8)
    total = sum(one["envelopes"] for one in (first, second, third))
    assert total == len(applications)
    cases = await township.cases()
    assert sorted(case["application"] for case in cases) == sorted(applications)
    assert {case["state"] for case in cases} == {"complete"}


@pytest.mark.slow
async def test_half_by_line_and_half_by_stick(
    township: Township, stick: Path, tmp_path: Path
) -> None:
    """The hub's line is cut inside a photograph; the stick brings the rest, the receipt too."""
    port = free_port()
    async with Line(("127.0.0.1", port)) as line:
        await township.found(county_url=line.url, listen=port)
        (station,) = township.stations
        county, hub = township.county, township.hub
        paper = scan(tmp_path, 1, 19 * MIB)
        before = line.bytes_up
        cutting = asyncio.create_task(cut_after(line, before + 4 * MIB))
        application = await township.submit(station, 1, "--attach", f"{material(1)}={paper}")
        await cutting
        await township.reaches(station, application, "at_hub", "received")
        await until(lambda: holds_a_part(county, paper.stat().st_size))
        (taken,) = await bring(township, stick, hub, county)
        assert (taken["envelopes"], taken["blobs"], taken["refused"]) == (0, 1, [])
        (case,) = await township.cases()
        assert case["state"] == "complete"
        await bring(township, stick, county, hub)
        await township.reaches(station, application, "complete")
        passed = line.bytes_up
        line.restore()
        await decide(township, application)
        await township.reaches(station, application, "decided")
        assert line.bytes_up - passed < MIB, "the photograph does not travel again"
        files = tmp_path / "files"
        await township.sandbox.run(
            "yizhan-county", "files", county.data, case["case"], "--to", files
        )
        assert files_in(files) == [digest(paper)]
    assert len(await township.cases()) == 1


async def test_what_is_no_stick_is_exit_3_everywhere(
    township: Township, stick: Path, tmp_path: Path
) -> None:
    await township.open()
    (station,) = township.stations
    hostile = make_strange_folders(stick, tmp_path, township.county.data)
    for program in (township.county, township.hub, station):
        for folder, code in (
            (stick, "stick.none"),
            (tmp_path / "nowhere", "stick.none"),
            (hostile, "stick.hostile"),
        ):
            with pytest.raises(CommandError) as caught:
                await carry(township, program, "import", folder)
            assert caught.value.exit_code == 3
            assert f"[{code}]" in caught.value.stderr
    with pytest.raises(CommandError) as caught:
        await township.sandbox.run(
            "yizhan-county", "stick", "export", township.county.data, stick, "--for", "ff" * 8
        )
    assert "[enrolment.node-unknown]" in caught.value.stderr


def make_strange_folders(stick: Path, folder: Path, target: Path) -> Path:
    """An empty stick, and one that leads elsewhere."""
    stick.mkdir()
    hostile = folder / "hostile"
    hostile.mkdir()
    (hostile / "yizhan").symlink_to(target)
    return hostile


def manifests(stick: Path) -> list[Path]:
    return list(stick.glob("yizhan/*/bag.sig"))


async def kill_export_in_the_middle(station: Program, stick: Path) -> None:
    """Start an export, and end it as soon as something lies on the stick."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).parent / station.command, "stick", "export", station.data, stick,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip

    async def begun() -> bool:
        return bool(files_on(stick))

    await until(begun, every_s=0.001)
    process.kill()
    await process.wait()


async def cut_after(line: Line, bytes_up: int) -> None:
    async def passed() -> bool:
        return line.bytes_up >= bytes_up

    await until(passed, every_s=0.001)
    line.cut()


async def holds_a_part(county: Program, size: int) -> bool:
    """Whether some of the photograph, and not all of it, is on the county's disk."""
    begun = await asyncio.to_thread(lambda: list((county.data / "blobs").glob("*/*/*.part")))
    return bool(begun) and 0 < begun[0].stat().st_size < size


def files_in(folder: Path) -> list[str]:
    return [digest(path) for path in sorted(folder.iterdir())]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
