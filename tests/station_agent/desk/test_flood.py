"""Whoever opens connections to the desk and says nothing takes no descriptors from the queue."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from runtime.line.places import DESK_PAGES
from tests.station_agent.desk.visitor import open_visitor
from tests.station_agent.village import Village

MANY = 300


async def opened(stack: AsyncExitStack, port: int, said: bytes) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    stack.callback(writer.close)
    writer.write(said)
    return reader


async def is_open(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(0.01):
            await reader.read(1)
    except TimeoutError:
        return True
    except OSError:
        pass
    return False


@pytest.mark.parametrize("said", [b"", b"GET /login HTTP/1.1\r\nHost: "])
async def test_silent_ones_and_drips_give_way(village: Village, said: bytes) -> None:
    async with (
        village.open() as station,
        open_visitor(village, station) as visitor,
        AsyncExitStack() as stack,
    ):
        port = int(visitor.url.rpartition(":")[2])
        readers = [await opened(stack, port, said) for _ in range(MANY)]
        await asyncio.sleep(0.2)
        left = [await is_open(reader) for reader in readers]
        assert sum(left) <= DESK_PAGES.silent.total + DESK_PAGES.talking.total
        await village.clock.advance(6)  # who said nothing for so long gives its place away
        assert (await visitor.get("/login")).status == 200
