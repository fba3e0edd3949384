"""Blob files: sealed once, found by their hash, grown part by part."""

import hashlib
from pathlib import Path

import pytest

from protocol.envelope.blob import sealed_size
from protocol.errors import AttachmentTooLargeError, DiskFullError, FileUnreadableError
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.limits import CHUNK_BYTES
from station_agent.store.blobs import BlobFiles
from station_agent.store.disk import Disk

KEY = bytes(range(32))
MUCH = 10**9
NODE, COUNTY = NodeId("1" * 16), NodeId("2" * 16)


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "blobs", Disk(tmp_path), node=NODE)


def _left(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "blobs").glob("**/*") if path.is_file()]


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES + 7])
def test_a_file_comes_out_as_it_went_in(tmp_path: Path, files: BlobFiles, size: int) -> None:
    content = hashlib.shake_256(b"x").digest(size)
    source = tmp_path / "source"
    source.write_bytes(content)
    told: list[int] = []
    sealed = files.seal(source, KEY, MUCH, draft="a", tell=told.append)
    stored = files.path(sealed.ref).read_bytes()
    assert (sealed.plain_size, sealed.size) == (size, sealed_size(size))
    assert sealed.sha256 == hashlib.sha256(content).digest()
    assert sealed.blob == hashlib.sha256(stored).digest()
    assert len(stored) == sealed.size
    assert b"".join(files.open(sealed.ref, KEY)) == content
    assert sum(told) == size
    assert files.path(sealed.ref).parent.name == sealed.blob.hex()[:2]


def test_a_file_that_grew_over_its_limit_leaves_nothing(tmp_path: Path, files: BlobFiles) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(101))
    with pytest.raises(AttachmentTooLargeError):
        files.seal(source, KEY, 100, draft="a", tell=lambda _: None)
    assert _left(tmp_path) == []


def test_a_file_that_went_away_leaves_nothing(tmp_path: Path, files: BlobFiles) -> None:
    with pytest.raises(FileUnreadableError):
        files.seal(tmp_path / "missing", KEY, 100, draft="a", tell=lambda _: None)
    assert _left(tmp_path) == []


def test_a_full_disk_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    class Full(Disk):
        def sync(self, file: object) -> None:
            raise DiskFullError

    files = BlobFiles(tmp_path / "blobs", Full(tmp_path), node=NODE)
    source = tmp_path / "source"
    source.write_bytes(bytes(10))
    with pytest.raises(DiskFullError):
        files.seal(source, KEY, 100, draft="a", tell=lambda _: None)
    assert _left(tmp_path) == []


def test_parts_grow_to_a_whole_that_is_checked(tmp_path: Path, files: BlobFiles) -> None:
    content = bytes(range(200))
    blob = BlobRef(COUNTY, BlobId(hashlib.sha256(content).digest()))
    files.add_part(blob, 0, content[:100])
    files.add_part(blob, 100, content[100:])
    files.sync(blob)
    assert not files.has(blob)
    assert files.finish(blob)
    assert files.finish(blob)  # again, after a commit that failed
    assert files.content(blob) == content
    assert files.read(blob, 50, 10) == content[50:60]
    files.discard(blob)
    assert files.read(blob, 50, 10) is None


def test_a_wrong_whole_is_removed(tmp_path: Path, files: BlobFiles) -> None:
    blob = BlobRef(COUNTY, BlobId(bytes(32)))
    files.add_part(blob, 0, b"something else")
    assert not files.finish(blob)
    assert _left(tmp_path) == []


def test_what_a_power_cut_left_is_cleared_at_the_start(tmp_path: Path, files: BlobFiles) -> None:
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "ab.new").write_bytes(b"half")
    files.clear_unfinished()
    assert _left(tmp_path) == []
