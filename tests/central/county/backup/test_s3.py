"""A county whose attachments lie in a store that speaks S3: backed up, restored, erased."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.county.casework.calls import Files
from central.relay.queue.bucket import Bucket
from central.relay.queue.bucket import Place as BucketPlace
from central.server.config import ServerConfig
from protocol.envelope.payloads import Outcome, ReceiptState
from protocol.errors import BlobsAwayError, UsageError
from protocol.ids import BlobRef
from tests.builders.disks.s3 import S3Server, credentials
from tests.central.county.backup.place import OpenCounty, Place


@pytest.fixture
def server() -> Iterator[S3Server]:
    with S3Server() as running:
        yield running


@pytest.fixture
def place(server: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    keys = str(credentials(tmp_path))
    return Place(folder=tmp_path, blobs=server.url("county", "blobs"), blob_credentials=keys)


async def files_of(county: OpenCounty, case: str, folder: Path) -> list[bytes]:
    written = await county.node.county.case_room.writing.write(Files(case=case, folder=folder))
    return [file.path.read_bytes() for file in written if file.path]


async def test_what_lies_there_is_backed_up_and_restored_into_a_folder(
    place: Place, tmp_path: Path
) -> None:
    async with place.open() as county:
        village = await county.village()
        card = village.scan(b"card" * 30_000)
        await county.bring(village.submit(card), card)
        (case,) = (await county.cases()).values()
        assert case["state"] == "complete"
        assert await files_of(county, case["case"], tmp_path / "one") == [b"card" * 30_000]
        made = await place.back_up(county)
        assert (made.blobs, made.new_blobs, made.lost_blobs, made.safe) == (1, 1, 0, 1)
        assert (await place.back_up(county)).new_blobs == 0
    assert not (place.data / "blobs").exists()

    await place.restore(made)
    assert ServerConfig.load(place.restored / "county.toml").blobs == ""
    async with place.open(place.restored) as county:
        assert await files_of(county, case["case"], tmp_path / "two") == [b"card" * 30_000]


async def test_while_the_store_is_away_nothing_is_taken_and_nothing_lost(
    place: Place, server: S3Server
) -> None:
    async with place.open() as county:
        village = await county.village()
        card = village.scan(b"card")
        await county.bring(village.submit(card))
        server.stop()
        with pytest.raises(BlobsAwayError):
            await county.bring(card)
        await county.bring(village.submit())  # what brings no file goes on
        server.start()
        server.url("county")
        await county.bring(card)
        states = [case["state"] for case in (await county.cases()).values()]
        assert states == ["complete", "complete"]
        lines = await county.receipts(village)
        assert [line.state for line in lines].count(ReceiptState.RECEIVED) == 2


async def test_what_somebody_else_wrote_there_is_found_out(place: Place) -> None:
    async with place.open() as county:
        village = await county.village()
        card = village.scan(b"card")
        await county.bring(village.submit(card), card)
        blob = BlobRef(village.node, card.announced[0])
        name = blob.blob.hex()
        where = BucketPlace.read(place.blobs, Path(place.blob_credentials))
        async with Bucket(where) as bucket:
            wrong = bytes(len(card.ciphertext))
            await bucket.run(bucket.put(f"{blob.origin}/{name[:2]}/{name}", wrong))
        made = await place.back_up(county)
        assert (made.lost_blobs, made.safe) == (1, 0)


async def test_an_erased_case_leaves_noise_there(place: Place, tmp_path: Path) -> None:
    async with place.open() as county:
        village = await county.village()
        card = village.scan(b"card")
        await county.bring(village.submit(card), card)
        (case,) = (await county.cases()).values()
        await county.node.county.flows.decide(case["case"], outcome=Outcome.APPROVED, note="准予")
        erase = county.node.operations["county.erase"]
        await erase({"cases": [case["case"]], "reason": "依申请"}, lambda _: None)
        files = county.node.relay.queue.files
        blob = BlobRef(village.node, card.announced[0])
        left = await asyncio.to_thread(lambda: b"".join(files.pieces(blob)))
        assert left == card.ciphertext
        assert await files_of(county, case["case"], tmp_path / "files") == []  # its key is gone


async def test_what_no_row_names_is_swept_by_the_second_daily_job(place: Place) -> None:
    async with place.open() as county:
        village, relay = await county.village(), county.node.relay
        card = village.scan(b"card")
        await county.bring(village.submit(card), card)
        left = await relay.queue.files.add(relay.node, [b"its transaction failed"])
        for _ in range(2):
            assert await relay.queue.files.read(BlobRef(relay.node, left[0]), 0, 3) == b"its"
            await relay.sweep_shared()
        with pytest.raises(FileNotFoundError):
            await relay.queue.files.read(BlobRef(relay.node, left[0]), 0, 3)
        assert await relay.queue.files.read(BlobRef(village.node, card.announced[0]), 0, 1)


async def test_settings_that_name_no_place_are_refused(tmp_path: Path) -> None:
    for blobs in ("blobs", "ftp://bucket", "s3://bucket?what=1"):
        place = Place(folder=tmp_path / blobs.replace("/", "-"), blobs=blobs)
        place.folder.mkdir()
        with pytest.raises(UsageError, match="blobs"):
            async with place.open():
                pass
