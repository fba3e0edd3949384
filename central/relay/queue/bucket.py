"""One bucket of a store that speaks S3: AWS, MinIO, Ceph and the like.

The client lives in a thread of its own with its own loop, so that whoever may block (a thread that
opens a blob) and whoever may not (the program's loop) ask in the same way. It is loaded only where
the settings name a bucket.
"""

import asyncio
import threading
import tomllib
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeVar
from urllib.parse import parse_qs, urlsplit

from protocol.errors import BlobsAwayError, UsageError
from protocol.limits import MIB
from runtime.cli.command import read_text

T = TypeVar("T")

_CONNECT_S, _ANSWER_S = 5, 30
_CONNECTIONS = 50
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_BEYOND = frozenset({"416", "InvalidRange"})  # asked for bytes behind the end
_OPTIONS = frozenset({"endpoint", "region"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a bucket is, and who asks."""

    bucket: str
    prefix: str = ""  # before each key; empty, or with a slash at its end
    endpoint: str | None = None  # None: AWS
    region: str | None = None
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)

    @classmethod
    def read(cls, url: str, credentials: Path | None) -> Self:
        """Of ``s3://bucket/prefix?endpoint=https://host:port&region=NAME``.

        Args:
            credentials: a TOML file with ``access_key`` and ``secret_key``; None: as the
                machine itself is known to the store.

        Raises:
            UsageError: one of them can't be understood.
        """
        parts, asked = urlsplit(url), parse_qs(urlsplit(url).query)
        if parts.scheme != "s3" or not parts.netloc or asked.keys() - _OPTIONS:
            raise UsageError(f"blobs: s3://BUCKET/PREFIX?endpoint=URL is expected, not {url!r}")
        if parts.username or parts.password:
            raise UsageError("blobs: keys stand in the file blob_credentials, never in the address")
        prefix = parts.path.strip("/")
        return cls(
            bucket=parts.netloc,
            prefix=f"{prefix}/" if prefix else "",
            endpoint=next(iter(asked.get("endpoint", ())), None),
            region=next(iter(asked.get("region", ())), None),
            **_credentials(credentials),
        )


def _credentials(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        raw = tomllib.loads(read_text(path, MIB))
    except (OSError, ValueError) as exc:
        raise UsageError(f"{path}: {exc}") from None
    if raw.keys() != {"access_key", "secret_key"}:
        raise UsageError(f"{path}: access_key and secret_key are expected, and nothing else")
    return {key: str(value) for key, value in raw.items()}


class Bucket:
    """Use ``async with``. What it is asked for is a coroutine: :meth:`run` or :meth:`wait` for it.

    Each raises BlobsAwayError if the store can't be reached, or says no.
    """

    def __init__(self, place: Place) -> None:
        self._place, self._client = place, _Client(place)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="blobs", daemon=True)

    async def __aenter__(self) -> Self:
        """Raises BlobsAwayError if the bucket is not there."""
        self._thread.start()
        try:
            await self.run(self._client.open())
            await self.run(self.list("none"))
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.run(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()

    async def run(self, asked: Coroutine[Any, Any, T]) -> T:
        """What ``asked`` returns, without keeping the loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asked, self._loop))

    def wait(self, asked: Coroutine[Any, Any, T]) -> T:
        """The same for a thread, which waits."""
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()

    async def put(self, key: str, body: bytes | BinaryIO) -> None:
        """Put an object, whole; it is kept when this returns."""
        await self._client.ask("put_object", Key=self._place.prefix + key, Body=body)

    async def read(self, key: str, offset: int, size: int | None) -> bytes:
        """Some bytes of an object, or all from ``offset``; fewer at its end.

        Raises:
            FileNotFoundError: there is none.
        """
        end = "" if size is None else str(offset + size - 1)
        span = f"bytes={offset}-{end}"
        try:
            return await self._client.body(Key=self._place.prefix + key, Range=span)
        except _BehindTheEndError:
            return b""

    async def size(self, key: str) -> int | None:
        """Size of an object; None if there is none."""
        try:
            answer = await self._client.ask("head_object", Key=self._place.prefix + key)
        except FileNotFoundError:
            return None
        return int(answer["ContentLength"])

    async def delete(self, key: str) -> None:
        """Remove an object; nothing happens if there is none."""
        await self._client.ask("delete_object", Key=self._place.prefix + key)

    async def list(self, prefix: str) -> list[str]:
        """The keys that begin so, in their order."""
        found, before = list[str](), len(self._place.prefix)
        async for page in self._client.pages(Prefix=self._place.prefix + prefix):
            found += [one["Key"][before:] for one in page.get("Contents", ())]
        return found


class _BehindTheEndError(Exception):
    """No byte of the object is in the span that was asked for."""


class _Client:
    """aiobotocore's, with its failures in our words; of one bucket."""

    def __init__(self, place: Place) -> None:
        self._place, self._held = place, AsyncExitStack()
        self._s3: Any = None

    async def open(self) -> None:
        """Load the library."""
        from aiobotocore.config import AioConfig  # noqa: PLC0415 - 30 MB, not for everybody
        from aiobotocore.session import get_session  # noqa: PLC0415

        config = AioConfig(
            connect_timeout=_CONNECT_S,
            read_timeout=_ANSWER_S,
            max_pool_connections=_CONNECTIONS,
            retries={"mode": "standard", "total_max_attempts": 3},
            request_checksum_calculation="when_required",  # others than AWS know no newer ones
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if self._place.endpoint else "auto"},
        )
        made = get_session().create_client(
            "s3",
            endpoint_url=self._place.endpoint,
            region_name=self._place.region or "us-east-1",
            aws_access_key_id=self._place.access_key or None,
            aws_secret_access_key=self._place.secret_key or None,
            config=config,
        )
        self._s3 = await self._held.enter_async_context(made)

    async def close(self) -> None:
        """Close its connections."""
        await self._held.aclose()

    async def ask(self, name: str, **named: Any) -> Any:  # noqa: ANN401 - as the library has it
        """The answer to one request."""
        async with self._in_our_words():
            return await getattr(self._s3, name)(Bucket=self._place.bucket, **named)

    async def body(self, **named: Any) -> bytes:  # noqa: ANN401
        """What an object holds."""
        async with self._in_our_words():
            answer = await self._s3.get_object(Bucket=self._place.bucket, **named)
            async with answer["Body"] as stream:
                data: bytes = await stream.read()
        return data

    async def pages(self, **named: Any) -> AsyncIterator[Any]:  # noqa: ANN401
        """A list, page by page."""
        pages = self._s3.get_paginator("list_objects_v2")
        async with self._in_our_words():
            async for page in pages.paginate(Bucket=self._place.bucket, **named):
                yield page

    @asynccontextmanager
    async def _in_our_words(self) -> AsyncIterator[None]:
        from aiohttp import ClientError as LineError  # noqa: PLC0415
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            yield
        except ClientError as exc:
            code = str(exc.response.get("Error", {}).get("Code", ""))
            if code in _MISSING:
                raise FileNotFoundError(code) from None
            if code in _BEYOND:
                raise _BehindTheEndError from None
            raise BlobsAwayError(f"{self._place.bucket}: {code}") from exc
        except (BotoCoreError, LineError, TimeoutError, OSError) as exc:
            raise BlobsAwayError(f"{self._place.bucket}: {type(exc).__name__}") from exc
