"""Real processes: what a citizen wrote stands in no log of any tier, whatever goes wrong."""

import json
import shutil
import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Program
from runtime.notify import READY, VARIABLE
from tests.system.conftest import LONGZHOU, Township, sample_application
from tests.system.waiting import until

pytestmark = pytest.mark.system

NOTE = "批复意见只给韦小宝本人看"
PAPER = "韦小宝的批复"
BROKEN = """
CREATE TRIGGER broken BEFORE INSERT ON county_case BEGIN SELECT RAISE(ABORT, 'provoked'); END
"""


def words_of(value: Any) -> set[str]:
    """Every text of a form that would tell who it is about, numbers included."""
    if isinstance(value, dict):
        return set().union(*map(words_of, value.values())) if value else set()
    if isinstance(value, list):
        return set().union(*map(words_of, value)) if value else set()
    text = str(value)
    return {text} if len(text) > 3 and not isinstance(value, bool) else set()


async def test_no_log_tells_who_applied(
    township: Township, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    await township.open(stations=1)
    (station,) = township.stations
    box, county = township.sandbox, township.county
    await start_anew(township, tmp_path, monkeypatch)
    scan = tmp_path / f"{PAPER}.png"
    shutil.copy(LONGZHOU / "applications" / "scans" / "01-id-card.png", scan)
    material = next(iter(sample_application(1)["attachments"]))

    first = await township.submit(station, 1, "--attach", f"{material}={scan}")
    await township.reaches(station, first, "complete")
    await refused(township, station, scan)
    ((case,),) = ([one["case"] for one in await township.cases()],)
    await box.run("yizhan-county", "decide", county.data, case, "--outcome", "refused",
                  "--note", NOTE, "--attach", scan)  # fmt: skip
    await township.reaches(station, first, "decided")

    await fail_inside(township, station)

    secrets = {NOTE, PAPER} | words_of(sample_application(1)["form"])
    secrets |= words_of(sample_application(3)["form"])
    assert len(secrets) > 10
    await figures_tell_nobody(township, secrets)
    logs = [*box.folder.glob("*.log"), *(tmp_path / "state").rglob("*.log")]
    assert {path.name for path in logs} >= {"county.log", "hub.log", "station1.log"}
    for path in logs:
        text = path.read_text("utf-8")
        assert text or path.name == "station1.log"  # a station that is never refused says little
        escaped = text.encode().decode("unicode_escape", "replace")
        assert [one for one in secrets if one in text or one in escaped] == []


async def start_anew(township: Township, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every exchange stands in the log, in both of its forms; systemd hears of each."""
    box, (station,) = township.sandbox, township.stations
    for program in (station, township.hub, township.county):
        await box.stop(program)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(10)
        systemd.bind(str(folder / "n"))
        monkeypatch.setenv(VARIABLE, str(folder / "n"))
        await box.start(township.county, "--verbose")
        await box.start(township.hub, "--verbose", "--log-format", "text")
        await box.start(station, "--verbose", "--log-format", "text")
        assert [systemd.recv(100) for _ in range(3)] == [READY] * 3


async def figures_tell_nobody(township: Township, secrets: set[str]) -> None:
    """Metrics and findings of every tier, after all that."""
    for program in (township.county, township.hub, *township.stations):
        said = await township.sandbox.run(program.command, "metrics", program.data)
        assert "yizhan_commit_seconds_count" in said
        with pytest.raises(CommandError) as found:  # a person is needed: keys lie here
            await township.sandbox.run(program.command, "doctor", program.data)
        said += found.value.stdout
        assert "怎么办" in said
        assert [one for one in secrets if one in said] == []


async def refused(township: Township, station: Program, scan: Path) -> None:
    """Commands of every tier that fail with the citizen's words in their arguments."""
    box, county = township.sandbox, township.county
    form = dict(sample_application(1)["form"]) | {"applicant_id": PAPER}
    file = box.folder / "wrong.json"
    file.write_text(json.dumps(form, ensure_ascii=False), "utf-8")
    item = sample_application(1)["item"]
    for argv in (
        ("yizhan-station", "submit", station.data, "--item", item, "--form", file),
        ("yizhan-station", "submit", station.data, "--item", PAPER, "--form", file),
        ("yizhan-station", "result", station.data, PAPER),
        ("yizhan-county", "files", county.data, PAPER, "--to", "/proc/none"),
        ("yizhan-county", "decide", county.data, PAPER, "--outcome", "approved", "--note", NOTE),
        ("yizhan-county", "decide", county.data, PAPER, "--outcome", "approved",
         "--attach", scan.with_name(f"{PAPER}.none")),
    ):  # fmt: skip
        with pytest.raises(CommandError):
            await box.run(*argv)


async def fail_inside(township: Township, station: Program) -> None:
    """The county's database refuses a case, with all that it was given."""
    box, county = township.sandbox, township.county
    await box.stop(county)
    with sqlite3.connect(county.data / "county.db") as database:
        database.execute(BROKEN)
    await box.start(county, "--verbose")
    await township.submit(station, 3)
    await until(lambda: told(county, "item.failed-inside"))


async def told(program: Program, event: str) -> bool:
    return f'"{event}"' in (program.data.parent / f"{program.name}.log").read_text("utf-8")
