"""Forms with files that are read piece by piece: nothing of a file is kept, or lies on the disk.

The first field of such a form is its token, so that nobody's bytes are looked at before it is known
to be of this login.

Source: docs/security.md, "Pages"; RFC 7578.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import BodyPartReader, MultipartReader, web

from protocol.errors import LineError, PageStaleError, PageTooLargeError
from runtime.web.limits import MAX_PIECES_BYTES, MAX_TOKEN_BYTES, PIECE_S

_READ_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Pieces:
    """The fields of such a form behind its token, in the order in which they come."""

    reader: MultipartReader

    async def files(self, name: str) -> AsyncIterator[tuple[str, AsyncIterator[bytes]]]:
        """Each file that was sent as ``name``: what the browser calls it, and its bytes.

        What a caller leaves unread of a file is skipped. An empty choice is no file.
        """
        while (part := await _next(self.reader)) is not None:
            if part.name == name and part.filename:
                yield part.filename, _bytes_of(part)
            async for _ in _bytes_of(part):
                pass


PIECES: web.RequestKey[Pieces] = web.RequestKey("PIECES")


def is_in_pieces(request: web.Request, beginnings: tuple[str, ...]) -> bool:
    """Whether this form is one with files, sent to where such are read by hand."""
    with_files = request.content_type == "multipart/form-data"
    return with_files and request.path.startswith(beginnings)


async def open_pieces(request: web.Request) -> tuple[Pieces, str]:
    """The form after its first field; and that, its token.

    Raises:
        PageTooLargeError, LineError, PageStaleError: too much, too slowly, or no such form.
    """
    if request.content_length is None or request.content_length > MAX_PIECES_BYTES:
        raise PageTooLargeError
    try:
        reader = await request.multipart()
    except ValueError:
        raise PageStaleError("not a form") from None
    first = await _next(reader)
    if first is None or first.name != "token":
        raise PageStaleError("not a form")
    token = bytearray()
    async for piece in _bytes_of(first):
        token += piece
        if len(token) > MAX_TOKEN_BYTES:
            raise PageStaleError("no token")
    return Pieces(reader), token.decode("ascii", "replace")


async def _next(reader: MultipartReader) -> BodyPartReader | None:
    try:
        async with asyncio.timeout(PIECE_S):
            part = await reader.next()
    except TimeoutError:
        raise LineError("the form drips") from None
    except ValueError:
        raise PageStaleError("not a form") from None
    if part is None or isinstance(part, BodyPartReader):
        return part
    raise PageStaleError("a form in a form")


async def _bytes_of(part: BodyPartReader) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(PIECE_S):
                piece = await part.read_chunk(_READ_BYTES)
        except TimeoutError:
            raise LineError("the form drips") from None
        except ValueError:
            raise PageStaleError("not a form") from None
        if not piece:
            return
        yield bytes(piece)
