"""A queue rebuilt from the journal, and what is let go when."""

import hashlib
from pathlib import Path

from protocol.codec import pack
from protocol.envelope.payloads import ReceiptState
from protocol.exchange.messages import EditionNews, Part
from protocol.ids import ApplicationId
from protocol.limits import KEEP_MS, KEEP_RUN_MS
from protocol.trust.edition import Kind, changes
from runtime.disk.space import DiskSpace
from runtime.line.conversation import Tally
from station_agent.store.disk import Disk
from tests.builders.clerk import result_of, status_of
from tests.builders.clock import START_MS
from tests.builders.lines.links import Line
from tests.station_agent.county import CATALOGUE, COUNTY
from tests.station_agent.village import Village


def _blob_files(village: Village) -> list[Path]:
    return [path for path in (village.data / "blobs").glob("*/*/*") if path.is_file()]


def _journals(village: Village) -> list[Path]:
    return list((village.data / "journal").glob("*.log"))


def _lose_database(village: Village) -> None:
    for path in village.data.glob("station.db*"):
        path.unlink()


async def test_a_lost_database_is_queued_again_from_the_journal(village: Village) -> None:
    saved = []
    for _ in range(3):  # three days, three incarnations
        async with village.open() as station:
            saved += [await village.submit(station, ("photo", village.file(5000)))]
            saved += [await village.submit(station)]
            await village.exchange(station)
    _lose_database(village)
    async with village.open(catalogue=False) as station:
        status = await status_of(station)
        assert [entry["application"] for entry in status["applications"]] == saved
        assert {entry["item"] for entry in status["applications"]} == {"pension"}
        assert status["counts"]["saved"] == 6
        await village.exchange(station)
        assert (await status_of(station))["counts"]["at_hub"] == 6
        later = await village.submit(station)
        await village.exchange(station)
    assert village.parent.repeats == 0  # it asked first
    assert village.parent.asked >= 6
    assert len(village.parent.envelopes) == 7
    last = village.envelope_of(ApplicationId(saved[-1])).header
    assert village.envelope_of(later).header.pred == (last.incarnation, 2)


async def test_the_chain_of_incarnations_is_put_in_order_again(village: Village) -> None:
    saved = []
    for _ in range(5):
        async with village.open() as station:
            saved.append(await village.submit(station))
    _lose_database(village)
    async with village.open(catalogue=False) as station:
        status = await status_of(station)
    assert [entry["application"] for entry in status["applications"]] == saved


async def test_a_rebuilt_application_keeps_its_id(village: Village) -> None:
    submission = village.submission()
    async with village.open() as station:
        await station.intake.submit(submission)
    _lose_database(village)
    async with village.open() as station:
        await station.intake.submit(submission)  # the clerk is not sure and tries again
        await village.exchange(station)
    assert len(village.parent.envelopes) == 1


async def test_a_changed_entry_is_left_out(village: Village) -> None:
    async with village.open() as station:
        await village.submit(station)
    (journal,) = _journals(village)
    content = bytearray(journal.read_bytes())
    content[40] ^= 1
    journal.write_bytes(bytes(content))
    _lose_database(village)
    async with village.open() as station:
        assert (await status_of(station))["applications"] == []


async def test_an_envelope_of_another_station_is_left_out(village: Village) -> None:
    """Somebody copied a journal from another PC."""
    async with village.open() as station:
        await village.submit(station)
    _lose_database(village)
    village.county.station_secrets = village.county.secrets
    keys = village.data / "node" / "keys.bin"
    keys.write_bytes(pack(village.county.station_secrets))
    async with village.open(catalogue=False) as station:
        assert (await status_of(station))["applications"] == []


async def test_parts_of_an_edition_that_another_overtook_are_swept(village: Village) -> None:
    second, third = (village.county.make_release(n, CATALOGUE) for n in (2, 3))
    body = changes({}, second.entries)
    blob = hashlib.sha256(body).digest()
    slow = EditionNews(
        kind=Kind.RELEASE, version=2, base=0, proof=second.proof, blob=blob, size=len(body)
    )
    part = Part(blob=blob, size=len(body), offset=0, data=body[:10])
    async with village.open() as station:
        fast = village.county.news(Kind.RELEASE, third)
        await station.exchanges.stores().store(b"exchange", 3, [slow, part, fast])
        assert len(_blob_files(village)) == 1
        await station.upkeep.housekeeping.hourly()
        assert _blob_files(village) == []
        assert await station.exchanges.stores().store(b"exchange", 4, [part]) == [
            (0, "peer.blob-unknown")
        ]


async def test_a_rebuilt_blob_without_its_file_is_told(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(5000)))
    _lose_database(village)
    for path in _blob_files(village):
        path.unlink()
    async with village.open() as station:
        await village.exchange(station)
        assert (await village.shown(station, application))["problem"] == "store.damaged"


async def test_what_is_safe_is_let_go_and_still_shown(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(5000)))
        kept = await village.submit(station, ("photo", village.file(5000)))
        await village.exchange(station)
        envelope = village.envelope_of(application)
        village.parent.send(village.county.receipt(envelope.id, ReceiptState.SAFE))
        village.parent.send(
            village.county.receipt(village.envelope_of(kept).id, ReceiptState.COMPLETE)
        )
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
        assert [path.name for path in _blob_files(village)] == [
            blob.hex() for blob, _ in village.envelope_of(kept).blobs
        ]
        (row,) = await station.database.read(
            lambda tx: tx.rows("SELECT wire FROM outbox WHERE envelope = ?", (envelope.id,))
        )
        assert row["wire"] == b""
        shown = await village.shown(station, application)
    assert (shown["state"], shown["receipt"]["state"]) == ("complete", "safe")


async def test_without_safe_sealed_bytes_are_kept_for_ninety_days(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(5000)))
        waiting = await village.submit(station, ("photo", village.file(5000)))
        await village.exchange(station)
        village.parent.send(
            village.county.receipt(village.envelope_of(application).id, ReceiptState.COMPLETE)
        )
        village.parent.send(
            village.county.receipt(village.envelope_of(waiting).id, ReceiptState.RECEIVED)
        )
        await village.exchange(station)
        await village.exchange(station)  # with the first time of the county since
        await station.upkeep.housekeeping.hourly()
        village.clock.jump_wall(ms=100 * 365 * 24 * 3600 * 1000)  # a wrong date changes nothing
        village.clock.tick(KEEP_RUN_MS / 1000)
        await station.upkeep.housekeeping.hourly()
        assert len(_blob_files(village)) == 2
        village.parent.county_ms = START_MS + KEEP_MS + 1000
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
        assert len(_blob_files(village)) == 2  # the county may yet be put right
        village.clock.tick(KEEP_RUN_MS / 1000)
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
        assert len(_blob_files(village)) == 1  # the county lacks that one's blob: never let go


async def test_a_journal_goes_when_nothing_of_it_is_kept(village: Village) -> None:
    async with village.open() as station:
        first = await village.submit(station)
        await village.exchange(station)
        village.parent.send(
            village.county.receipt(village.envelope_of(first).id, ReceiptState.SAFE)
        )
        await village.exchange(station)
        await station.upkeep.housekeeping.hourly()
        assert len(_journals(village)) == 1  # it is still being written to
    async with village.open() as station:
        await village.submit(station)
        await station.upkeep.housekeeping.hourly()
        assert len(_journals(village)) == 1
    async with village.open() as station:  # and what is gone does not come back
        counts = (await status_of(station))["counts"]
    assert (counts["complete"], counts["saved"]) == (1, 1)


async def test_files_that_nobody_knows_are_swept_and_others_are_not(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(5000)))
        await village.exchange(station)
        decision, blobs = village.county.decision(
            bytes.fromhex(application), file=village.randomness.token(200_000)
        )
        village.parent.send(decision, blobs)
        await village.exchange(station, Line(cut_down=100_000))  # half of a blob is here
        known = {path.name for path in _blob_files(village)}
        shelf = village.data / "blobs" / COUNTY / "ab"
        for path in (shelf / ("ab" * 32), shelf / f"{'ab' * 32}.part"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"?")
        await station.upkeep.housekeeping.hourly()
        assert {path.name for path in _blob_files(village)} == known
        assert isinstance(await village.exchange(station), Tally)
        await station.upkeep.housekeeping.hourly()
        result = await result_of(station, application, village.data / "out", None)
    assert result["result"]["attachments"][0]["file"]


async def test_a_file_that_is_being_sealed_is_not_swept(village: Village) -> None:
    class Sweeping(Disk):
        """Housekeeping comes between the blob and the commit that names it."""

        def append(self, path: Path, data: bytes) -> int:
            assert station.upkeep.housekeeping.blobs.sweep(set(), set()) == 0
            return super().append(path, data)

    village.disk = Sweeping(village.data)
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(5000)))
        await village.exchange(station)
        assert await village.state(station, application) == "at_hub"


async def test_a_full_disk_gives_up_its_ballast_and_takes_it_back_later(
    village: Village,
) -> None:
    class Changing(Disk):
        free = 10**12

        def room(self) -> DiskSpace:
            return DiskSpace(self.free, 2**30)

    village.disk = disk = Changing(village.data)
    ballast = village.data / "ballast"
    async with village.open() as station:
        await station.upkeep.housekeeping.hourly()
        assert ballast.stat().st_size == 32 * 2**20
        disk.free = 2**20
        await station.upkeep.housekeeping.make_room()
        assert not ballast.exists()
        await station.upkeep.housekeeping.hourly()
        assert not ballast.exists()
        disk.free = 10**12
        await station.upkeep.housekeeping.hourly()
        assert ballast.exists()
