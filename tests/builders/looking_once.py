"""A page that a process has looked at needs no new process each time that the power is cut.

The process gets bytes, gives bytes and writes no file: of the same page it makes the same. That it
starts, ends and is kept from harm is tried in ``tests/station_agent/papers``.
"""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from unittest import mock

from station_agent.papers.process import PageProcesses
from station_agent.papers.wanted import Prepared, Wanted

_made: dict[tuple[bytes, bytes], tuple[Prepared, bytes]] = {}


class _Looked:
    """What is left of the process: its page."""

    def __init__(self, page: bytes) -> None:
        self._page = page

    def pieces(self, size: int) -> Iterator[bytes]:
        yield self._page[:size]


@contextmanager
def looking_once() -> Iterator[None]:
    """Inside, a page is looked at by a real process the first time, and remembered."""
    look = PageProcesses.look

    @asynccontextmanager
    async def remembered(
        self: PageProcesses, wanted: Wanted, source: AsyncIterable[bytes]
    ) -> AsyncIterator[tuple[_Looked, Prepared, bytes]]:
        given = b"".join([piece async for piece in source])
        key = (wanted.line(), given)
        if key not in _made:
            async with look(self, wanted, _whole(given)) as (process, prepared, _):
                _made[key] = (prepared, b"".join(process.pieces(prepared.size)))
        prepared, page = _made[key]
        yield _Looked(page), prepared, hashlib.sha256(given).digest()

    with mock.patch.object(PageProcesses, "look", remembered):
        yield


async def _whole(given: bytes) -> AsyncIterator[bytes]:
    yield given
