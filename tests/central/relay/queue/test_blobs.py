"""Blob files: nothing is kept that nobody knows."""

from pathlib import Path

from central.relay.queue.blobs import BlobFiles
from protocol.ids import BlobId, BlobRef, NodeId

OWNER = NodeId("0" * 16)
ONE, OTHER = (BlobRef(OWNER, BlobId(bytes(31) + last)) for last in (b"0", b"1"))


async def test_what_nobody_knows_is_swept(tmp_path: Path) -> None:
    files = BlobFiles(tmp_path / "blobs")
    for blob in (ONE, OTHER):
        await files.write(blob, 0, [b"half"])
    (tmp_path / "blobs" / "new-1234").write_bytes(b"being made")
    assert await files.sweep({ONE}) == 2
    assert [path.stem for path in (tmp_path / "blobs").glob("*/*/*")] == [ONE.blob.hex()]
