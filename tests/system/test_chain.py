"""The main job by real processes: sealed at the village, carried by the hub, answered."""

import hashlib
import json
from pathlib import Path

import pytest

from examples.sandbox import CommandError
from tests.system.conftest import LONGZHOU, Township, sample_application
from tests.system.waiting import until

pytestmark = pytest.mark.system


async def test_an_application_reaches_the_county_and_its_answer_comes_back(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    (station,) = township.stations
    scan = tmp_path / "户口簿.jpg"
    scan.write_bytes(bytes(range(256)) * 1200)  # 300 KB: five chunks
    application = await township.submit(station, 1, "--attach", f"{_material(1)}={scan}")
    await township.reaches(station, application, "complete")

    (case,) = await township.cases()
    assert case["application"] == application
    assert case["station"] == station.node
    assert case["form"] == sample_application(1)["form"]
    (attachment,) = case["attachments"]
    assert attachment["name"] == "户口簿.jpg"
    assert attachment["sha256"] == hashlib.sha256(scan.read_bytes()).hexdigest()
    files = tmp_path / "files"
    await township.sandbox.run(
        "yizhan-county", "files", township.county.data, case["case"], "--to", files
    )
    assert [file.read_bytes() for file in files.iterdir()] == [scan.read_bytes()]

    paper = LONGZHOU / "decision.pdf"
    await township.sandbox.run(
        "yizhan-county", "decide", township.county.data, case["case"],
        "--outcome", "approved", "--note", "准予办理", "--attach", paper,
    )  # fmt: skip
    await township.reaches(station, application, "decided")
    (shown,) = (await township.status(station))["applications"]
    assert shown["result"]["outcome"] == "approved"
    assert shown["result"]["note"] == "准予办理"
    results = tmp_path / "results"

    async def result_is_whole() -> bool:
        try:
            await township.sandbox.run(
                "yizhan-station", "result", station.data, application, "--to", results
            )
        except CommandError:
            return False
        return True

    await until(result_is_whole)
    assert [file.read_bytes() for file in results.iterdir()] == [paper.read_bytes()]


async def test_the_hub_never_holds_anything_that_reads(township: Township, tmp_path: Path) -> None:
    """Neither names nor numbers of the form, nor bytes of the file, stand in any of its files."""
    await township.open()
    (station,) = township.stations
    secret = bytes(range(255, -1, -1)) * 400
    scan = tmp_path / "scan.png"
    scan.write_bytes(secret)
    application = await township.submit(station, 2, "--attach", f"{_material(2)}={scan}")
    await township.reaches(station, application, "complete")
    form = sample_application(2)["form"]
    words = [str(value).encode() for value in form.values() if len(str(value)) > 3]
    assert form["applicant_id"].encode() in words
    words += [secret[at : at + 64] for at in range(0, len(secret), 4096)]
    await township.sandbox.kill("hub")
    files = [path for path in township.hub.data.rglob("*") if path.is_file()]
    assert any(path.name == "hub.db" for path in files)
    for path in files:
        content = path.read_bytes()
        assert not [word for word in words if word in content], path


async def test_the_hub_takes_custody_while_the_county_is_away(township: Township) -> None:
    await township.open(stations=2)
    await township.sandbox.kill("county")
    applications = [
        (station, await township.submit(station, number))
        for number, station in enumerate(township.stations * 2, start=1)
    ]
    for station, application in applications:
        await township.reaches(station, application, "at_hub")
    await township.sandbox.start(township.county)
    for station, application in applications:
        await township.reaches(station, application, "received", "complete")
    cases = [case["application"] for case in await township.cases()]
    assert sorted(cases) == sorted(application for _, application in applications)


async def test_the_three_answers_show_as_what_they_are(township: Township) -> None:
    await township.open()
    (station,) = township.stations
    expected = {}
    for number, outcome in enumerate(("approved", "refused", "correction"), start=1):
        application = await township.submit(station, number)
        expected[application] = outcome
    for application, outcome in expected.items():
        await township.reaches(station, application, "complete")
        await township.sandbox.run(
            "yizhan-county", "decide", township.county.data, application,
            "--outcome", outcome, "--note", f"因为 {outcome}",
        )  # fmt: skip
    for application, outcome in expected.items():
        state = "returned" if outcome == "correction" else "decided"
        await township.reaches(station, application, state)
    shown = (await township.status(station))["applications"]
    assert {one["application"]: one["result"]["outcome"] for one in shown} == expected


def _material(number: int) -> str:
    """The id of some material of the sample application's item."""
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    item = next(i for i in catalogue["items"] if i["id"] == sample_application(number)["item"])
    material: str = item["materials"][0]["id"]
    return material
