"""A village PC that is not POSIX: the station's chain by real processes without all of it.

What is taken away, and how, stands in tests/system/disks/other_system/sitecustomize.py.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from examples.sandbox import CommandError, Program
from tests.station_agent.desk.visitor import FANG, WORD, Visitor
from tests.system.conftest import LONGZHOU, Township
from tests.system.waiting import until

HERE = Path(__file__).parent / "other_system"
ROOT = Path(__file__).parents[3]
ELSEWHERE = ("env", f"PYTHONPATH={HERE}")
pytestmark = pytest.mark.system

EVERY_MODULE = """
import importlib, pkgutil
for name in ("runtime", "station_agent"):
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(found.name)
"""
WHAT_IS_GONE = """
import asyncio, os, socket
for name in ("fcntl", "resource", "pwd", "grp", "termios"):
    try:
        __import__(name)
    except ImportError:
        continue
    raise SystemExit(name)
there = [hasattr(os, name) for name in ("statvfs", "fchmod", "geteuid", "O_DIRECTORY")]
there += [hasattr(socket, "AF_UNIX"), hasattr(asyncio, "start_unix_server")]
async def watch():
    asyncio.get_running_loop().add_signal_handler(2, print)
try:
    asyncio.run(watch())
except NotImplementedError:
    raise SystemExit(any(there))
raise SystemExit("signals")
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run ``code`` there."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(HERE)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_is_nothing_of_posix_there() -> None:
    done = python(WHAT_IS_GONE)
    assert done.returncode == 0, done.stderr


def test_every_module_of_the_station_can_be_imported_there() -> None:
    done = python(EVERY_MODULE)
    assert done.returncode == 0, done.stderr


async def ask(township: Township, verb: str, station: Program, *args: object) -> Any:
    """A command of the station's, run there."""
    words = verb.split()
    text = await township.sandbox.run(
        "yizhan-station", *words, station.data, *args, prefix=ELSEWHERE
    )
    return json.loads(text)


async def submit(township: Township, station: Program, number: int, *more: object) -> str:
    sample = json.loads((LONGZHOU / "applications" / f"{number:02}.json").read_text("utf-8"))
    form = township.sandbox.folder / f"form-{number}.json"
    form.write_text(json.dumps(sample["form"], ensure_ascii=False), "utf-8")
    answer = await ask(township, "submit", station, "--item", sample["item"], "--form", form, *more)
    return str(answer["application"])


async def join_elsewhere(township: Township) -> Program:
    """County and hub are servers as ever; the station joins and runs without POSIX."""
    await township.open(stations=0)
    station = await township.sandbox.station(
        "station1", "451423103201", "第1村站", township.hub, prefix=ELSEWHERE
    )
    await township.sandbox.start(station)

    async def holds_the_catalogue() -> bool:
        return bool((await township.status(station))["release"])

    await until(holds_the_catalogue)
    return station


async def run_elsewhere(township: Township) -> Program:
    """A station that joined before: the folder is the same on every system."""
    await township.open(stations=1)
    (station,) = township.stations
    await township.sandbox.stop(station)
    station.prefix = ELSEWHERE
    await township.sandbox.start(station)
    return station


async def state_of(township: Township, station: Program, application: str) -> str:
    """What the command there says."""
    shown = (await ask(township, "status", station, "--json"))["applications"]
    return str(next(one["state"] for one in shown if one["application"] == application))


async def test_joined_submitted_exchanged_decided_and_read_without_posix(
    township: Township, tmp_path: Path
) -> None:
    station = await join_elsewhere(township)
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(bytes(range(256)) * 1200)
    sample = json.loads((LONGZHOU / "applications" / "01.json").read_text("utf-8"))
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    item = next(one for one in catalogue["items"] if one["id"] == sample["item"])
    material = item["materials"][0]["id"]
    application = await submit(township, station, 1, "--attach", f"{material}={scan}")

    await township.reaches(station, application, "complete")  # looked at without a new process
    assert await state_of(township, station, application) == "complete"
    (case,) = await township.cases()
    assert case["form"] == sample["form"]
    assert case["attachments"][0]["size"] == scan.stat().st_size
    with pytest.raises(CommandError):  # the folder has one owner there, too
        await township.sandbox.run("yizhan-station", "run", station.data, prefix=ELSEWHERE)

    paper = LONGZHOU / "decision.pdf"
    await township.sandbox.run(
        "yizhan-county", "decide", township.county.data, case["case"],
        "--outcome", "approved", "--note", "准予办理", "--attach", paper,
    )  # fmt: skip
    await township.reaches(station, application, "decided")
    results = tmp_path / "results"

    async def result_is_whole() -> bool:
        try:
            await township.sandbox.run(
                "yizhan-station", "result", station.data, application, "--to", results,
                prefix=ELSEWHERE,
            )  # fmt: skip
        except CommandError:
            return False
        return True

    await until(result_is_whole)
    assert [file.read_bytes() for file in results.iterdir()] == [paper.read_bytes()]
    await township.sandbox.stop(station)  # SIGTERM, heard without the loop's help
    assert station.process is not None
    assert station.process.returncode == 0
    assert not (station.data / "control.json").exists()


@pytest.mark.parametrize("runs", [True, False])
async def test_a_stick_goes_out_and_in_without_posix(
    township: Township, tmp_path: Path, *, runs: bool
) -> None:
    """While the agent runs the stick is its work; else the command's own."""
    station, stick, box = await run_elsewhere(township), tmp_path / "stick", township.sandbox
    await box.stop(township.hub)
    application = await submit(township, station, 2)
    if not runs:
        await box.stop(station)
    assert (await ask(township, "stick export", station, stick, "--json"))["envelopes"] == 1
    taken = json.loads(
        await box.run("yizhan-county", "stick", "import", township.county.data, stick, "--json")
    )
    assert taken["envelopes"] == 1
    await box.run("yizhan-county", "stick", "export", township.county.data, stick)
    back = await ask(township, "stick import", station, stick, "--json")
    assert back["envelopes"] >= 1
    assert not back["refused"]
    if not runs:
        await box.start(station)
    assert await state_of(township, station, application) in ("received", "complete")


async def desk_of(township: Township, station: Program) -> str:
    """Where the desk is, once the agent has opened it: after it is ready."""
    found = []

    async def is_open() -> bool:
        try:
            found.append((await ask(township, "desk", station, "--json"))["url"])
        except CommandError:
            return False
        return True

    await until(is_open)
    return str(found[0])


async def test_a_clerk_works_at_the_desk_without_posix(township: Township, tmp_path: Path) -> None:
    """She logs in, fills in a form, leaves it, and finds it again after a new start."""
    station, word = await run_elsewhere(township), tmp_path / "word"
    word.write_text(WORD, "utf-8")
    await ask(township, "clerk add", station, FANG, "--password-file", word, "--json")
    item = json.loads((LONGZHOU / "applications/01.json").read_text("utf-8"))["item"]
    async with ClientSession() as session:
        visitor = Visitor(url=await desk_of(township, station), session=session)
        assert (await visitor.get("/today")).headers["Location"].startswith("/login")
        assert (await visitor.logs_in()).status == 303
        assert (await visitor.get(f"/items/{item}")).status == 200
        asked = (await visitor.get(f"/items/{item}/form")).headers["Location"]  # a few questions
        begun = asked.partition("?")[0].replace("/start/", "/form/")
        form = {"token": await visitor.token(begun), "applicant_name": "样福丽"}
        assert (await visitor.post(begun, form)).status == 303
        await township.sandbox.stop(station)
        await township.sandbox.start(station)
        assert await desk_of(township, station) == visitor.url
        assert (await visitor.logs_in()).status == 303
        assert 'value="样福丽"' in await (await visitor.get(begun)).text()
