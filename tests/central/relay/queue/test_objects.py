"""Blobs in a store that speaks S3: what is whole counts, what grows does not."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.relay.queue.bucket import Bucket, Place
from central.relay.queue.objects import ObjectBlobs, _chain
from protocol.errors import BlobsAwayError, DigestError, UsageError
from protocol.ids import BlobId, BlobRef, NodeId
from tests.builders.disks.s3 import S3Server, credentials

NODE = NodeId("5" * 16)
DATA = bytes(range(256)) * 300
BLOB = BlobRef(NODE, BlobId(hashlib.sha256(DATA).digest()))


@pytest.fixture(scope="module")
def server() -> Iterator[S3Server]:
    with S3Server() as running:
        yield running


@pytest.fixture
async def bucket(server: S3Server, tmp_path: Path) -> AsyncIterator[Bucket]:
    server.reset()
    place = Place.read(server.url("county", "blobs"), credentials(tmp_path))
    async with Bucket(place) as opened:
        yield opened


@pytest.fixture
def files(bucket: Bucket, tmp_path: Path) -> ObjectBlobs:
    return ObjectBlobs(bucket, tmp_path / "one")


async def whole(files: ObjectBlobs) -> bytes:
    """The blob, as somebody reads it who may block."""
    return await asyncio.to_thread(lambda: b"".join(files.pieces(BLOB)))


async def has(files: ObjectBlobs) -> bool:
    return await asyncio.to_thread(files.has, BLOB)


async def test_parts_taken_by_two_processes_make_one_blob(
    files: ObjectBlobs, bucket: Bucket, tmp_path: Path
) -> None:
    other = ObjectBlobs(bucket, tmp_path / "two")
    await files.write(BLOB, 0, [DATA[:70_000]])
    assert not await has(files)
    await other.write(BLOB, 50_000, [DATA[50_000:60_000], DATA[60_000:76_000]])  # sent again
    await files.write(BLOB, 76_000, [DATA[76_000:]])
    await other.finish(BLOB)
    assert await whole(files) == DATA
    assert await files.read(BLOB, 70_000, 9) == DATA[70_000:70_009]
    assert await files.read(BLOB, len(DATA) - 4, 9) == DATA[-4:]
    assert await files.read(BLOB, len(DATA), 9) == b""
    assert await bucket.run(bucket.list("growing/")) == []
    await other.finish(BLOB)  # again, after a commit that failed
    await files.drop(BLOB)
    assert not await has(other)
    assert [*tmp_path.glob("*/new-*")] == []


async def test_another_content_is_found_out_and_thrown_away(
    files: ObjectBlobs, bucket: Bucket
) -> None:
    await files.write(BLOB, 0, [b"x" * len(DATA)])
    with pytest.raises(DigestError):
        await files.finish(BLOB)
    assert await bucket.run(bucket.list("")) == []
    await files.write(BLOB, 0, [DATA])
    await files.finish(BLOB)
    assert await whole(files) == DATA


async def test_a_gap_is_never_a_whole(files: ObjectBlobs) -> None:
    await files.write(BLOB, 0, [DATA[:100]])
    await files.write(BLOB, 101, [DATA[101:]])
    with pytest.raises(DigestError):
        await files.finish(BLOB)
    assert not await has(files)


async def test_a_file_of_our_own_is_called_by_its_hash(files: ObjectBlobs) -> None:
    assert await files.add(NODE, [DATA[:9], DATA[9:]]) == (BLOB.blob, len(DATA))
    assert await whole(files) == DATA

    def refused() -> Iterator[bytes]:
        yield DATA
        raise UsageError("too large")

    with pytest.raises(UsageError):
        await files.add(NODE, refused())


async def test_what_is_not_there_is_no_fault_of_the_store(files: ObjectBlobs) -> None:
    with pytest.raises(FileNotFoundError):
        await files.read(BLOB, 0, 9)
    with pytest.raises(FileNotFoundError):
        await whole(files)
    await files.drop(BLOB)


async def test_only_what_is_left_over_twice_is_swept(files: ObjectBlobs, bucket: Bucket) -> None:
    await files.add(NODE, [b"known"])
    known = BlobRef(NODE, BlobId(hashlib.sha256(b"known").digest()))
    await files.write(BLOB, 0, [DATA[:9]])
    await files.add(NODE, [b"nobody knows it"])
    assert await files.sweep({known}) == 0
    growing = [*await bucket.run(bucket.list("growing/"))]
    assert await files.sweep({known, BLOB}) == 1
    assert await bucket.run(bucket.list("growing/")) == growing
    assert await files.sweep({known}) == 0
    assert await files.sweep({known}) == 1
    assert await files.read(known, 0, 9) == b"known"


async def test_a_store_that_is_away_loses_nothing(tmp_path: Path) -> None:
    with S3Server() as server:
        place = Place.read(server.url("county"), credentials(tmp_path))
        async with Bucket(place) as bucket:
            files = ObjectBlobs(bucket, tmp_path / "files")
            server.stop()
            with pytest.raises(BlobsAwayError, match="county"):
                await files.write(BLOB, 0, [DATA])
            with pytest.raises(BlobsAwayError):
                await has(files)  # it can't be said that it is not there
            with pytest.raises(BlobsAwayError):
                await files.finish(BLOB)
            server.start()
            server.url("county")
            await files.write(BLOB, 0, [DATA])
            await files.finish(BLOB)
            assert await whole(files) == DATA


async def test_a_bucket_that_is_not_there_is_named(server: S3Server, tmp_path: Path) -> None:
    place = Place.read(server.url("here").replace("here", "nowhere"), credentials(tmp_path))
    with pytest.raises(BlobsAwayError, match="nowhere: NoSuchBucket"):
        async with Bucket(place):
            pass


def test_keys_never_stand_in_the_address(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Place.read("s3://key:secret@bucket/prefix", None)
    for wrong in ("s3://", "https://bucket", "s3://bucket?secret=1"):
        with pytest.raises(UsageError):
            Place.read(wrong, None)
    place = Place.read("s3://b/p?endpoint=http://h:1&region=cn-north-1", credentials(tmp_path))
    assert (place.bucket, place.prefix, place.endpoint) == ("b", "p/", "http://h:1")
    assert (place.region, place.access_key, place.secret_key) == ("cn-north-1", "yizhan", "secret")
    assert "secret" not in repr(place)
    (tmp_path / "keys.toml").write_text("access_key = 'a'")
    with pytest.raises(UsageError):
        Place.read("s3://b", tmp_path / "keys.toml")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=9), st.integers(1, 20))
def test_whatever_overlaps_the_chain_is_the_content_from_its_first_byte(
    some: list[tuple[int, int]], step: int
) -> None:
    text = bytes(range(64))
    every = {*some, *((at, step) for at in range(0, 40, step))}
    spans = {f"{offset}-{size}": (offset, size) for offset, size in every}
    made = b"".join(text[spans[key][0] : sum(spans[key])][skip:] for key, skip in _chain(spans))
    assert made == text[: len(made)]
    assert len(made) >= 40


@pytest.fixture(autouse=True)
def _no_line_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of the machine that runs the tests are looked for nowhere."""
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
