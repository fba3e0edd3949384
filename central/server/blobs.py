"""Where a server's blobs lie, by its settings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from central.relay.ports.blobs import BlobStore
from central.relay.queue.blobs import BlobFiles
from central.relay.queue.bucket import Bucket, Place
from central.relay.queue.objects import ObjectBlobs
from central.server.config import ServerConfig
from protocol.errors import UsageError

_S3 = "s3://"


def require_blobs(blobs: str, credentials: str) -> None:
    """Make sure that settings name a place for blobs.

    Raises:
        UsageError: they do not.
    """
    if blobs.startswith(_S3):
        Place.read(blobs, Path(credentials) if credentials else None)
    elif credentials or (blobs and not Path(blobs).is_absolute()):
        raise UsageError(f"blobs: a whole path or {_S3}BUCKET/PREFIX is expected, not {blobs!r}")


@asynccontextmanager
async def open_blobs(data: Path, config: ServerConfig) -> AsyncIterator[BlobStore]:
    """The blobs of the server in ``data``: in its folder, in another, or in a bucket.

    Raises:
        UsageError: the settings name no such place.
        BlobsAwayError: the bucket can't be reached.
    """
    require_blobs(config.blobs, config.blob_credentials)
    if not config.blobs.startswith(_S3):
        yield BlobFiles(Path(config.blobs) if config.blobs else data / "blobs")
        return
    credentials = Path(config.blob_credentials) if config.blob_credentials else None
    async with Bucket(Place.read(config.blobs, credentials)) as bucket:
        yield ObjectBlobs(bucket, data / "blobs.new")
