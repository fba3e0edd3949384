"""A village without a line: applications go out by stick, receipts and results come back by it."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from protocol.edition import Kind
from protocol.envelope import Envelope
from protocol.ids import ApplicationId, BlobId, BlobRef, NodeId
from protocol.limits import PART_BYTES
from protocol.messages import EditionNews, Item, Offer, Want
from protocol.payloads import ReceiptState
from protocol.stick import FileKind, ItemName, pack_edition
from runtime.program import run_program
from runtime.sticks.carried import Carried
from runtime.sticks.folder import survey
from runtime.sticks.taking import take_stick
from runtime.sticks.writer import StickWriter
from station_agent.app import Station
from station_agent.cli import cli
from tests.builders.clock import FakeClock
from tests.builders.links import Line
from tests.builders.power import PowerCut
from tests.builders.sticks import files_on
from tests.station_agent.county import CATALOGUE, COUNTY, HUB, STATION
from tests.station_agent.parent import Parent, ParentDepot
from tests.station_agent.power import Fuse, FusedDisk, fit_fuse
from tests.station_agent.village import Village


class Office:
    """Somebody at the other end of the stick: the hub, or the county itself (protocol's Sink)."""

    def __init__(self, village: Village) -> None:
        self._village, self._depot = village, ParentDepot(village.parent)
        self.times: list[bytes] = []

    def takes(self, to: NodeId | None) -> bool:
        return to in (COUNTY, None)

    def signing_keys(self, node: NodeId) -> Sequence[bytes]:
        return [self._village.county.station_keys.signer.public_bytes()]

    async def versions(self) -> Mapping[Kind, int]:
        return dict.fromkeys(Kind, 100)

    async def holds(self, offer: Offer) -> Want:
        return await self._depot.holds(offer)

    async def store(self, items: Sequence[Item]) -> Sequence[tuple[int, str]]:
        return await self._depot.store(b"no-exchg", len(items), items)

    async def take_time(self, signed: bytes) -> bool:
        self.times.append(signed)
        return True


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick"


def silent(_: Mapping[str, Any]) -> None:
    return


async def export(station: Station, stick: Path) -> Carried:
    return await station.stick.export(stick, None, silent)


async def take_in(station: Station, stick: Path) -> Carried:
    return await station.stick.take_in(stick, silent)


async def at_the_office(village: Village, stick: Path) -> Carried:
    """Import there."""
    return await take_stick(stick, Office(village), silent)


def pack(
    village: Village,
    stick: Path,
    *envelopes: Envelope,
    blobs: Mapping[BlobId, bytes] | None = None,
    editions: Sequence[EditionNews] = (),
    to: NodeId = STATION,
    node: NodeId = COUNTY,
) -> None:
    """What the county (or a hub that passes it on) puts on a stick."""
    keys = village.county.keys if node == COUNTY else village.county.station_keys
    writer = StickWriter(stick, node=node, signer=keys.signer, clock=FakeClock())
    writer.open()
    for envelope in envelopes:
        writer.bag(to).put(ItemName(FileKind.ENVELOPE, envelope.id), envelope.wire)
    for blob, data in (blobs or {}).items():
        writer.bag(to).put(ItemName.of_blob(BlobRef(COUNTY, blob)), data)
    for news in editions:
        data = pack_edition(news, news.body)
        writer.bag(None).put(ItemName(FileKind.EDITION, hashlib.sha256(data).digest()), data)
    writer.close(covers=lambda _: True)


async def result_files(station: Station, application: ApplicationId, tmp_path: Path) -> list[bytes]:
    """What the clerk finds in the folder of the result."""
    folder = tmp_path / "results"
    await station.status.result(application, folder, None)
    return await asyncio.to_thread(lambda: [path.read_bytes() for path in folder.iterdir()])


# out and back


async def test_everything_by_stick_and_never_a_line(
    village: Village, stick: Path, tmp_path: Path
) -> None:
    paper = b"%PDF" * 60_000
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(200_000)))
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs, packed.refused) == (1, 1, {})
        assert await village.state(station, application) == "saved", "a stick confirms nothing"
        taken = await at_the_office(village, stick)
        assert (taken.envelopes, taken.blobs, taken.refused) == (1, 1, {})
        envelope = village.envelope_of(application)
        receipts = [
            village.county.receipt(envelope.id, state)
            for state in (ReceiptState.RECEIVED, ReceiptState.COMPLETE)
        ]
        decision, blobs = village.county.decision(bytes.fromhex(application), file=paper)
        pack(village, stick, *receipts, decision, blobs=blobs)
        taken = await take_in(station, stick)
        assert (taken.envelopes, taken.blobs, taken.refused) == (3, 1, {})
        shown = await village.shown(station, application)
        assert shown["state"] == "decided"
        assert shown["receipt"]["case"] == ""
        assert await result_files(station, application, tmp_path) == [paper]


async def test_what_the_county_settled_is_not_packed_again(village: Village, stick: Path) -> None:
    async with village.open() as station:
        first = await village.submit(station, ("photo", village.file(50_000)))
        await village.submit(station)
        await export(station, stick)
        await at_the_office(village, stick)
        receipt = village.county.receipt(village.envelope_of(first).id, ReceiptState.COMPLETE)
        pack(village, stick, receipt)
        await take_in(station, stick)
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs, packed.skipped) == (0, 0, 1)
        mine = [bag for bag in survey(stick).bags if bag.name.origin == STATION]
        assert [bag.files for bag in mine] == [1]


async def test_without_its_blobs_an_application_is_packed_whole_once_more(
    village: Village, stick: Path
) -> None:
    """RECEIVED tells nothing of the photograph, and a blob needs its envelope."""
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(50_000)))
        await village.exchange(station, Line(cut_up=30_000))
        receipt = village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        pack(village, stick, receipt)
        await take_in(station, stick)
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs) == (1, 1)


async def test_custody_of_the_parent_is_no_reason_to_leave_it_out(
    village: Village, stick: Path
) -> None:
    """The hub has it and can't pass it on; the stick goes past the hub."""
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(50_000)))
        await village.exchange(station)
        assert await village.state(station, application) == "at_hub"
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs) == (1, 1)
        village.parent = Parent(village.county)  # the county, which has heard nothing
        taken = await at_the_office(village, stick)
        assert (taken.envelopes, taken.blobs, taken.refused) == (1, 1, {})


async def test_nothing_to_carry_makes_an_empty_stick(village: Village, stick: Path) -> None:
    async with village.open() as station:
        packed = await export(station, stick)
        assert packed.json()["bytes"] == 0
        assert survey(stick).bags == ()
        assert (await take_in(station, stick)).json()["refused"] == []


async def test_a_damaged_blob_is_told_and_the_rest_is_packed(village: Village, stick: Path) -> None:
    async with village.open() as station:
        await village.submit(station, ("photo", village.file(50_000)))
        (path,) = (village.data / "blobs").glob("*/??/*")
        path.unlink()
        await village.submit(station, ("photo", village.file(50_000)))
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs) == (2, 1)
        assert list(packed.refused.values()) == ["store.damaged"]


# with a line


async def test_the_next_exchange_asks_and_sends_nothing_twice(
    village: Village, stick: Path
) -> None:
    async with village.open() as station:
        for _ in range(5):
            await village.submit(station, ("photo", village.file(40_000)))
        await export(station, stick)
        await at_the_office(village, stick)
        before = village.parent.part_bytes
        await village.exchange(station)
        counts = (await station.status.status(None))["counts"]
    assert counts["at_hub"] == 5
    assert village.parent.repeats == 0
    assert village.parent.part_bytes == before


async def test_half_by_line_and_half_by_stick(village: Village, stick: Path) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(300_000)))
        await village.exchange(station, Line(cut_up=120_000))
        by_line = village.parent.part_bytes
        assert 0 < by_line < 300_000
        await export(station, stick)
        await at_the_office(village, stick)
        (blob,) = village.parent.whole()
        size = village.envelope_of(application).blobs[0][1]
        assert village.parent.part_bytes == size, "no byte of it came twice"
        assert village.parent.repeats == 0
        await village.exchange(station)
        assert await village.state(station, application) == "at_hub"
        assert village.parent.part_bytes == size
    assert len(village.parent.blobs[blob]) == size


async def test_a_result_begun_by_line_is_completed_by_stick(
    village: Village, stick: Path, tmp_path: Path
) -> None:
    paper = bytes(range(256)) * 1000
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        decision, blobs = village.county.decision(bytes.fromhex(application), file=paper)
        village.parent.send(decision)
        await village.exchange(station)
        village.parent.down_blobs.update({bytes(blob): data for blob, data in blobs.items()})
        await village.exchange(station, Line(cut_down=100_000))
        pack(village, stick, decision, blobs=blobs)
        taken = await take_in(station, stick)
        assert (taken.blobs, taken.skipped, taken.refused) == (1, 1, {})
        assert await result_files(station, application, tmp_path) == [paper]


async def test_an_import_says_nothing_to_the_parent_of_what_it_took(
    village: Village, stick: Path
) -> None:
    """The count of items belongs to exchanges."""
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        before = (await station.depot().greeting()).seen
        pack(
            village,
            stick,
            village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED),
        )
        await take_in(station, stick)
        assert (await station.depot().greeting()).seen == before


async def test_repeated_and_late_imports_change_nothing(village: Village, stick: Path) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        receipt = village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        decision, _ = village.county.decision(bytes.fromhex(application), note="yes")
        pack(village, stick, receipt, decision)
        await take_in(station, stick)
        shown = await village.shown(station, application)
        village.clock.jump_wall(ms=400 * 24 * 3600 * 1000)
        for _ in range(2):
            taken = await take_in(station, stick)
            assert (taken.envelopes, taken.skipped, taken.refused) == (0, 2, {})
        assert await village.shown(station, application) == shown


# catalogue and roster


async def test_a_new_station_gets_its_first_catalogue_by_stick(
    village: Village, stick: Path
) -> None:
    roster = village.county.make_roster(2, hub="https://127.0.0.1:1")
    pack(
        village,
        stick,
        editions=[
            village.county.news(Kind.RELEASE, village.county.release),
            village.county.news(Kind.ROSTER, roster),
        ],
    )
    async with village.open(catalogue=False) as station:
        taken = await take_in(station, stick)
        assert (taken.editions, taken.refused) == (2, {})
        assert (await station.status.status(None))["release"] == 1
        await village.submit(station)
        assert (await take_in(station, stick)).skipped == 2
    async with village.open(catalogue=False) as station:
        assert (await station.depot().greeting()).roster == 2


async def test_an_old_stick_brings_no_old_catalogue(village: Village, stick: Path) -> None:
    pack(village, stick, editions=[village.county.news(Kind.RELEASE, village.county.release)])
    newer = village.county.make_release(2, {**CATALOGUE, "title": "new"})
    async with village.open() as station:
        village.parent.publish(village.county.news(Kind.RELEASE, newer))
        await village.exchange(station)
        taken = await take_in(station, stick)
        assert (taken.editions, taken.skipped, taken.refused) == (0, 1, {})
        assert (await station.status.status(None))["release"] == 2


# what is not for us


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


# power


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


# the command line


def run(*args: object) -> int:
    return run_program(cli, ["stick", *map(str, args)])


@pytest.fixture
def prepared(village: Village) -> Village:
    """A station with one application of 50 KB in its queue."""

    async def prepare() -> None:
        async with village.open() as station:
            await village.submit(station, ("photo", village.file(50_000)))

    asyncio.run(prepare())
    return village


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
