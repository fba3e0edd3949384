"""A backup holds what belongs together, and exactly what it holds is told SAFE."""

import asyncio
import hashlib

import pytest

from central.county.backup.models import BackupRow
from protocol.envelope.payloads import Inquiry, Outcome, ReceiptState
from protocol.errors import BackupPlaceError, BackupRunningError
from protocol.ids import BlobRef
from runtime.control.done import Done
from tests.central.county.backup.place import OpenCounty, Place, envelope_id
from tests.central.county.village import Scan, Village


async def test_what_is_complete_in_the_backup_is_told_safe(any_place: Place) -> None:
    async with any_place.open() as county:
        village, other = await county.village(), await county.village()
        card, late = village.scan(b"card"), village.scan(b"late")
        plain, with_file, waiting = village.submit(), village.submit(card), village.submit(late)
        again = village.submit(application=village.applications[0])
        bad, theirs = village.submit(form={}), other.submit()
        await county.bring(plain, with_file, waiting, again, bad, theirs, card)

        made = await any_place.back_up(county)

        expected = [envelope_id(wire) for wire in (plain, with_file, again)]
        assert sorted(await county.safe(village)) == sorted(expected)
        assert await county.safe(other) == [envelope_id(theirs)]
        assert (made.safe, made.blobs, made.lost_blobs) == (4, 1, 0)
        contents = any_place.unpack(made.file)
        assert contents.complete == {*expected, envelope_id(theirs)}
        assert contents.facts.receipts == made.receipts > 0
        lines = [one for one in await county.receipts(village) if one.state is ReceiptState.SAFE]
        cases = await county.cases()
        assert {line.case for line in lines} == {
            cases[application.hex()]["case"] for application in village.applications[:2]
        }
        assert {line.envelope: line.duplicate for line in lines}[envelope_id(again)]


async def test_a_second_backup_only_adds(any_place: Place) -> None:
    async with any_place.open() as county:
        village = await county.village()
        first, second = village.scan(b"first"), village.scan(b"second")
        one, two = village.submit(first), village.submit(second)
        await county.bring(one, two, first)
        made = await any_place.back_up(county)
        (kept,) = (any_place.backups / "blobs").glob("*/*/*")
        before = kept.stat()
        content = made.file.read_bytes()
        await county.bring(second)

        again = await any_place.back_up(county)

        assert (again.safe, again.blobs, again.new_blobs) == (1, 2, 1)
        assert await county.safe(village) == [envelope_id(one), envelope_id(two)]
        assert kept.stat().st_mtime_ns == before.st_mtime_ns
        assert made.file.read_bytes() == content
        assert any_place.files() == [made.file, again.file]
        numbers = [line.number for line in await county.receipts(village)]
        assert numbers == list(range(1, len(numbers) + 1))
        third = await any_place.back_up(county)
        assert (third.safe, third.new_blobs) == (0, 0)
        assert await county.count(BackupRow) == 3


async def test_every_copy_is_of_one_moment_while_writing_goes_on(any_place: Place) -> None:
    async with any_place.open() as county:
        villages = [await county.village() for _ in range(3)]
        stop = asyncio.Event()
        writers = [asyncio.create_task(keep_writing(county, one, stop)) for one in villages]
        told: set[bytes] = set()
        for _ in range(4):
            made = await any_place.back_up(county)
            contents = any_place.unpack(made.file)
            told = {key for village in villages for key in await county.safe(village)}
            assert told == contents.complete, "no more than is in it, and no less"
        stop.set()
        written = sum(await asyncio.gather(*writers))
        await any_place.back_up(county)
        told_at_last = [key for village in villages for key in await county.safe(village)]
        assert len(told) < len(told_at_last) == len(set(told_at_last)) == written


async def keep_writing(county: OpenCounty, village: Village, stop: asyncio.Event) -> int:
    """Bring applications and, in another transaction, their files; how many that were."""
    count = 0
    while not stop.is_set() or count < 3:
        scan = village.scan(b"%d" % count * 10_000)
        await county.bring(village.submit(scan), village.submit())
        await asyncio.sleep(0)
        await county.bring(scan)
        count += 2
    return count


async def test_many_envelopes_are_told_in_several_transactions(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.county.backup.safety._PAGE", 4)
    async with place.open() as county:
        villages = [await county.village() for _ in range(3)]
        for village in villages:
            await county.bring(*(village.submit() for _ in range(5)))
        assert (await place.back_up(county)).safe == 15
        for village in villages:
            assert len(set(await county.safe(village))) == 5
        assert await county.count(BackupRow) == 1


@pytest.mark.parametrize("harm", ["gone", "changed"])
async def test_a_file_that_the_disk_lost_is_not_told_safe(place: Place, harm: str) -> None:
    async with place.open() as county:
        village = await county.village()
        good, bad = village.scan(b"good"), village.scan(b"bad")
        kept, lost = village.submit(good), village.submit(bad)
        await county.bring(kept, lost, good, bad)
        path = county.node.relay.queue.files.file(BlobRef(village.node, bad.announced[0]))
        assert path
        path.unlink()
        if harm == "changed":
            path.write_bytes(bytes(len(bad.ciphertext)))

        made = await place.back_up(county)

        assert (made.blobs, made.lost_blobs) == (1, 1)
        assert await county.safe(village) == [envelope_id(kept)]
        path.write_bytes(bad.ciphertext)
        assert (await place.back_up(county)).safe == 1
        assert await county.safe(village) == [envelope_id(kept), envelope_id(lost)]


async def test_a_blob_on_the_shelf_that_was_cut_short_is_copied_again(place: Place) -> None:
    async with place.open() as county:
        village = await county.village()
        scan = village.scan(b"scan" * 1000)
        await county.bring(village.submit(scan), scan)
        await place.back_up(county)
        (kept,) = (place.backups / "blobs").glob("*/*/*")
        kept.unlink()
        kept.write_bytes(scan.ciphertext[:100])
        assert (await place.back_up(county)).new_blobs == 1
        assert kept.read_bytes() == scan.ciphertext


async def test_what_went_out_with_a_decision_is_in_the_backup(place: Place) -> None:
    paper = place.folder / "paper.pdf"
    paper.write_bytes(b"paper")
    async with place.open() as county:
        village = await county.village()
        await county.bring(village.submit())
        ((_, case),) = (await county.cases()).items()
        await county.node.county.flows.decide(
            case["case"], outcome=Outcome.APPROVED, note="", attach=[paper]
        )
        made = await place.back_up(county)
        assert (made.blobs, made.safe) == (1, 1)
        place.unpack(made.file)


async def test_it_is_for_its_owners_eyes_only_and_without_the_root_key(place: Place) -> None:
    async with place.open() as county:
        village = await county.village()
        scan = village.scan(b"scan")
        await county.bring(village.submit(scan), scan)
        made = await place.back_up(county)
    assert made.file.stat().st_mode & 0o777 == 0o600
    assert place.backups.stat().st_mode & 0o777 == 0o700
    assert (place.backups / "blobs").stat().st_mode & 0o777 == 0o700
    contents = place.unpack(made.file)
    keys = contents.folder / "node" / "keys.bin"
    assert keys.read_bytes() == (place.data / "node" / "keys.bin").read_bytes()
    assert keys.stat().st_mode & 0o777 == 0o600
    names = {path.name for path in (contents.folder / "authority").iterdir()}
    assert names == {"authority.db", "recovery.json", "registrar.key", "ca.key", "ca.der"}
    assert made.same_disk


async def test_the_data_folder_takes_no_backup_of_itself(place: Place) -> None:
    async with place.open() as county:
        for to in (place.data, place.data / "deep" / "er"):
            with pytest.raises(BackupPlaceError):
                await county.node.backup.make(to, lambda _: None)
        assert not (place.data / "deep").exists()


async def test_two_backups_into_one_folder_do_not_mix(place: Place) -> None:
    async with place.open() as county:
        begun, go_on = asyncio.Event(), asyncio.Event()

        async def slow() -> None:
            begun.set()
            await go_on.wait()

        running: list[asyncio.Task[None]] = []

        def report(state: Done) -> None:
            if state.step == "authority" and not running:
                running.append(asyncio.create_task(slow()))

        first = asyncio.create_task(place.back_up(county, report))
        await begun.wait()
        with pytest.raises(BackupRunningError):
            await place.back_up(county)
        go_on.set()
        await first
        await asyncio.gather(*running)
        assert len(place.files()) == 1


async def test_a_name_that_is_taken_is_not_taken_again(place: Place) -> None:
    """Two within a second, or a clock that was set back."""
    async with place.open() as county:
        made = [await place.back_up(county) for _ in range(3)]
    assert len({one.file for one in made}) == 3


async def test_a_server_that_stops_gives_up_its_backup(place: Place) -> None:
    async with place.open() as county:
        village = await county.village()
        scan: Scan = village.scan(b"scan")
        await county.bring(village.submit(scan), scan)
        at_archive = asyncio.Event()
        steps: list[str] = []

        def report(state: Done) -> None:
            steps.append(state.step)
            if state.step == "archive":
                at_archive.set()

        task = asyncio.create_task(place.back_up(county, report))
        await at_archive.wait()
        await county.node.backup.stop()
        assert task.cancelled()
        assert place.files() == []
        assert await county.safe(village) == []
        assert (await place.back_up(county)).safe == 1
        assert steps == ["database", "authority", "blobs", "archive"]


async def test_progress_is_told_in_bytes(place: Place) -> None:
    told: list[Done] = []
    async with place.open() as county:
        village = await county.village()
        scan = village.scan(hashlib.sha256(b"x").digest() * 8_000)
        await county.bring(village.submit(scan), scan)
        await place.back_up(county, told.append)
    done, total = told[-1].done, told[-1].total
    assert done == total > len(scan.ciphertext)
    assert [state.done for state in told] == sorted(state.done for state in told)


async def test_who_asks_again_is_told_of_what_a_backup_has_that_it_is_safe(place: Place) -> None:
    """A station that lost its receipts lets go of that, and of nothing else."""
    async with place.open() as county:
        village = await county.village()
        kept, late = village.submit(), village.submit()
        await county.bring(kept)
        await place.back_up(county)
        await county.bring(late)
        await county.bring(village.seal(Inquiry(envelopes=(envelope_id(kept), envelope_id(late)))))
        told = {line.envelope: line.state for line in await county.receipts(village)}
    assert told[envelope_id(kept)] is ReceiptState.SAFE
    assert told[envelope_id(late)] is ReceiptState.COMPLETE
