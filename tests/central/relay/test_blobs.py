"""Blob files: no custody that leaves no room to hand over, and nothing kept that nobody knows."""

import shutil
from pathlib import Path

import pytest

from central.relay.blobs import RESERVE_BYTES, BlobFiles
from protocol.errors import DiskFullError
from protocol.ids import BlobId
from protocol.limits import MIB

ONE, OTHER = BlobId(bytes(32)), BlobId(bytes(31) + b"1")


async def test_a_nearly_full_disk_takes_no_more_custody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, free = BlobFiles(tmp_path / "blobs"), RESERVE_BYTES + 100
    usage = type(shutil.disk_usage(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10_000 * MIB, 0, free))
    await files.write(ONE, 0, [bytes(100)])
    with pytest.raises(DiskFullError):
        await files.write(ONE, 100, [bytes(101)])
    assert [path.stat().st_size for path in (tmp_path / "blobs").glob("*/*")] == [100]


async def test_what_nobody_knows_is_swept(tmp_path: Path) -> None:
    files = BlobFiles(tmp_path / "blobs")
    for blob in (ONE, OTHER):
        await files.write(blob, 0, [b"half"])
    (tmp_path / "blobs" / "new-1234").write_bytes(b"being made")
    assert await files.sweep({ONE}) == 2
    assert [path.stem for path in (tmp_path / "blobs").glob("*/*")] == [ONE.hex()]
