"""Bad input by the command line: a code and words on stderr, exit 3, nothing half-written."""

import json
from pathlib import Path
from typing import Any

import pytest

from examples.sandbox import CommandError, Sandbox, free_port
from tests.system.conftest import LONGZHOU, Township, sample_application
from tests.system.looking import Watched

pytestmark = pytest.mark.system

MIB = 1024 * 1024


async def refusal(sandbox: Sandbox, command: str, *args: object) -> CommandError:
    """The error that a command ends with."""
    with pytest.raises(CommandError) as caught:
        await sandbox.run(command, *args)
    return caught.value


async def test_what_the_clerk_can_do_wrong(township: Township, tmp_path: Path) -> None:
    await township.open()
    (station,) = township.stations
    sample = sample_application(1)
    form = tmp_path / "form.json"
    form.write_text(json.dumps(sample["form"]), "utf-8")
    lacking = tmp_path / "lacking.json"
    fields = {k: v for k, v in sample["form"].items() if k != "applicant_id"}
    lacking.write_text(json.dumps(fields), "utf-8")
    torn = tmp_path / "torn.json"
    torn.write_text('{"applicant_id": ', "utf-8")
    deep = tmp_path / "deep.json"
    deep.write_text('{"a":' * 5_000 + "1" + "}" * 5_000, "utf-8")
    large = tmp_path / "large.jpg"
    large.write_bytes(b"\0" * (20 * MIB + 1))
    fitting = tmp_path / "fitting.jpg"
    fitting.write_bytes(b"\0" * (20 * MIB))
    item = ("--item", sample["item"])
    tries: list[tuple[str, tuple[Any, ...]]] = [
        ("intake.item-unknown", ("--item", "no-such-item", "--form", form)),
        ("intake.form-invalid", (*item, "--form", lacking)),
        ("intake.form-invalid", (*item, "--form", torn)),
        ("intake.form-invalid", (*item, "--form", deep)),
        ("intake.file-unreadable", (*item, "--form", tmp_path / "missing.json")),
        ("intake.file-unreadable", (*item, "--form", form, "--attach", "id-card=/no/such/file")),
        ("intake.file-unreadable", (*item, "--form", form, "--attach", f"id-card={tmp_path}")),
        ("intake.material-unknown", (*item, "--form", form, "--attach", f"no-paper={form}")),
        ("intake.attachment-too-large", (*item, "--form", form, "--attach", f"id-card={large}")),
        (
            "intake.attachment-too-large",
            (*item, "--form", form, *(["--attach", f"id-card={fitting}"] * 3)),
        ),
    ]
    for code, args in tries:
        error = await refusal(township.sandbox, "yizhan-station", "submit", station.data, *args)
        assert error.exit_code == 3, (code, error)
        assert f"[{code}]" in error.stderr, (code, error)
    state = await township.status(station)
    assert state["applications"] == []
    left = [path for path in (station.data / "blobs").rglob("*") if path.is_file()]
    assert left == []


async def test_kits_and_codes_that_are_not_right(sandbox: Watched, tmp_path: Path) -> None:
    county = await sandbox.county("451423", "龙州县")
    await sandbox.start(county)
    kit = tmp_path / "hub.kit"
    added = json.loads(
        await sandbox.run(
            "yizhan-provision",
            "add",
            county.data,
            "--role",
            "hub",
            "--code",
            "451423103",
            "--name",
            "金龙镇",
            "--url",
            f"https://127.0.0.1:{free_port()}",
            "--kit",
            kit,
        )
    )
    damaged = tmp_path / "damaged.kit"
    content = bytearray(kit.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    data = tmp_path / "hub"
    join = ("yizhan-hub", "join")
    for code, args in (
        ("kit.damaged", (damaged, "--data", data, "--code", added["code"])),
        ("code.wrong", (kit, "--data", data, "--code", "0000-0000-0000")),
        ("code.wrong", (kit, "--data", data, "--code", "nonsense")),
    ):
        error = await refusal(sandbox, *join, *args)
        assert error.exit_code == 3
        assert f"[{code}]" in error.stderr
    error = await refusal(
        sandbox, "yizhan-station", "join", kit, "--data", data, "--code", added["code"]
    )
    assert "[kit.other-role]" in error.stderr
    await sandbox.run(*join, kit, "--data", data, "--code", added["code"])
    error = await refusal(sandbox, *join, kit, "--data", data, "--code", added["code"])
    assert "[enrolment.already-joined]" in error.stderr
    second = tmp_path / "second"
    error = await refusal(sandbox, *join, kit, "--data", second, "--code", added["code"])
    assert error.exit_code == 3
    assert "[code.used]" in error.stderr


async def test_a_kit_of_another_county_is_refused(tmp_path: Path) -> None:
    """The address in the kit leads to a county that did not make it."""
    port = free_port()
    async with Watched(folder=tmp_path / "a") as ours, Watched(folder=tmp_path / "b") as other:
        county = await ours.county("451423", "龙州县", listen=port)
        kit = tmp_path / "hub.kit"
        added = json.loads(
            await ours.run(
                "yizhan-provision",
                "add",
                county.data,
                "--role",
                "hub",
                "--code",
                "451423103",
                "--name",
                "金龙镇",
                "--url",
                f"https://127.0.0.1:{free_port()}",
                "--kit",
                kit,
            )
        )
        await other.start(await other.county("330784", "永康市", listen=port))
        error = await refusal(
            ours, "yizhan-hub", "join", kit, "--data", tmp_path / "hub", "--code", added["code"]
        )
        assert error.exit_code == 3
        assert "[kit.other-county]" in error.stderr


async def test_nobody_answers_is_exit_4_and_nothing_is_lost(township: Township) -> None:
    await township.open()
    (station,) = township.stations
    await township.sandbox.stop(station)
    await township.sandbox.kill("hub")
    application = await township.submit(station, 1)
    error = await refusal(township.sandbox, "yizhan-station", "exchange", station.data)
    assert error.exit_code == 4
    await township.sandbox.start(township.hub)
    await township.sandbox.run("yizhan-station", "exchange", station.data)
    await township.sandbox.start(station)
    await township.reaches(station, application, "complete")


async def test_what_the_county_can_do_wrong(township: Township, tmp_path: Path) -> None:
    await township.open()
    county, box = township.county, township.sandbox
    bad = tmp_path / "bad.json"
    for text in ('{"items": [', '{"items": [{"id": "x"}]}', "[]"):
        bad.write_text(text, "utf-8")
        error = await refusal(box, "yizhan-county", "publish", county.data, bad)
        assert error.exit_code == 3
        assert "[catalogue.invalid]" in error.stderr
    decide = ("yizhan-county", "decide", county.data)
    answer = ("--outcome", "approved", "--note", "x")
    error = await refusal(box, *decide, "no-such-case", *answer)
    assert "[case.unknown]" in error.stderr
    application = await township.submit(township.stations[0], 1)
    await township.reaches(township.stations[0], application, "complete")
    await box.run(*decide, application, *answer)
    error = await refusal(box, *decide, application, *answer)
    assert "[case.closed]" in error.stderr
    error = await refusal(box, "yizhan-county", "cases", tmp_path / "nowhere", "--json")
    assert error.exit_code == 3
    assert "[store.not-joined]" in error.stderr
    paper = await refusal(box, *decide, application, *answer, "--attach", LONGZHOU / "no.pdf")
    assert paper.exit_code == 3
