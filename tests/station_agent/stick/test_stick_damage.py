"""What is not for this station on a stick, power that goes, and the commands."""

import json
from pathlib import Path

import pytest

from protocol.envelope.payloads import ReceiptState
from protocol.limits import PART_BYTES
from protocol.stick.names import FileKind
from tests.builders.disks.power import PowerCut
from tests.builders.lines.sticks import files_on
from tests.station_agent.carrying import (
    at_the_office,
    export,
    pack,
    prepared,
    result_files,
    run,
    stick,
    take_in,
)
from tests.station_agent.county import COUNTY, HUB, STATION
from tests.station_agent.power import Fuse, FusedDisk, fit_fuse
from tests.station_agent.village import Village

__all__ = ["prepared", "stick"]


async def test_a_station_looks_only_into_its_own_bags(village: Village, stick: Path) -> None:
    receipt = village.county.receipt(b"e" * 32, ReceiptState.RECEIVED)
    pack(village, stick, receipt, to=HUB)
    async with village.open() as station:
        taken = await take_in(station, stick)
        assert (taken.envelopes, taken.skipped, taken.refused) == (0, 1, {})


async def test_an_envelope_of_somebody_else_in_our_bag_is_refused(
    village: Village, stick: Path
) -> None:
    """Only the county writes to a station, whatever a bag says."""
    async with village.open() as station:
        await village.submit(station)
        await export(station, stick)
        await at_the_office(village, stick)
        (own,) = village.parent.envelopes.values()
        pack(village, stick, own, node=HUB)
        taken = await take_in(station, stick)
        assert list(taken.refused.values()) == ["peer.signature"]


async def test_a_blob_without_its_envelope_is_refused(village: Village, stick: Path) -> None:
    decision, blobs = village.county.decision(b"a" * 16, file=b"paper")
    pack(village, stick, blobs=blobs)
    async with village.open() as station:
        taken = await take_in(station, stick)
        assert list(taken.refused.values()) == ["peer.blob-unknown"]
        pack(village, stick, decision, blobs=blobs)
        assert (await take_in(station, stick)).blobs == 1


@pytest.mark.parametrize("step", ["BEGIN", "INSERT INTO inbox", "UPDATE arriving", "COMMIT"])
async def test_power_cut_while_importing(
    village: Village, stick: Path, step: str, tmp_path: Path
) -> None:
    fuse = Fuse()
    village.disk = FusedDisk(village.data, fuse)
    paper = b"paper" * 20_000
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        decision, blobs = village.county.decision(bytes.fromhex(application), file=paper)
        pack(village, stick, decision, blobs=blobs)
        take_out = fit_fuse(station, fuse)
        fuse.blows_at = step
        with pytest.raises(PowerCut):
            await take_in(station, stick)
        take_out()
    async with village.open() as station:
        taken = await take_in(station, stick)
        assert taken.refused == {}
        assert await village.state(station, application) == "decided"
        assert await result_files(station, application, tmp_path) == [paper]


async def test_power_cut_while_exporting(village: Village, stick: Path) -> None:
    """Half a photograph is on the stick; the next export completes it."""
    async with village.open() as station:
        await village.submit(station, ("photo", village.file(200_000)))
        await export(station, stick)
        (path,) = files_on(stick, FileKind.BLOB)
        data = path.read_bytes()
        path.write_bytes(data[:PART_BYTES])
        taken = await at_the_office(village, stick)
        assert (taken.envelopes, set(taken.refused.values())) == (1, {"peer.digest"})
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs, packed.skipped) == (0, 1, 1)
        taken = await at_the_office(village, stick)
        assert (taken.blobs, taken.skipped, taken.refused) == (1, 1, {})
    assert len(village.parent.whole()) == 1


def test_the_commands_speak_json(
    prepared: Village, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", prepared.data, stick, "--json") == 0
    packed = json.loads(capsys.readouterr().out)
    assert (packed["envelopes"], packed["blobs"], packed["editions"]) == (1, 1, 0)
    assert packed["bytes"] > 50_000
    assert (packed["refused"], packed["refused_more"], packed["skipped"]) == ([], 0, 0)
    files_on(stick, FileKind.ENVELOPE)[0].unlink()
    pack(prepared, stick, prepared.county.receipt(b"e" * 32, ReceiptState.RECEIVED))
    (stick / "yizhan" / f"{COUNTY}-{STATION}" / "bag.sig").write_bytes(b"x")
    assert run("import", prepared.data, stick, "--json") == 3  # something was refused
    taken = json.loads(capsys.readouterr().out)
    assert (taken["envelopes"], taken["skipped"]) == (1, 1)
    assert taken["refused"] == [{"file": f"{COUNTY}-{STATION}/bag.sig", "code": "peer.malformed"}]


def test_the_commands_speak_chinese(
    prepared: Village, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", prepared.data, stick) == 0
    assert "已导出：信封 1 件，附件 1 个" in capsys.readouterr().out
    shelf = stick / "yizhan" / f"{COUNTY}-{STATION}" / "ab"
    shelf.mkdir(parents=True)
    for number in range(25):
        (shelf / f"ab{number:062x}.env").write_bytes(b"x")
    assert run("import", prepared.data, stick) == 3  # the others are taken all the same
    out = capsys.readouterr().out
    assert out.count("[peer.malformed]") == 20
    assert "还有 6 个" in out


@pytest.mark.parametrize("what", ["empty", "missing", "links"])
def test_a_folder_that_is_no_stick_is_exit_3(
    prepared: Village, stick: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "stick.none"
    if what != "missing":
        stick.mkdir()
    if what == "links":
        (stick / "yizhan").symlink_to(prepared.data)
        code = "stick.hostile"
    assert run("import", prepared.data, stick, "--json") == 3
    shown = capsys.readouterr()
    assert f"[{code}]" in shown.err
    assert json.loads(shown.out)["code"] == code


def test_an_export_to_nowhere_is_exit_3(
    prepared: Village, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", prepared.data, stick / "no" / "where") == 3
    assert "[stick.unwritable]" in capsys.readouterr().err
