"""The door of a server: silence and crowds are turned away, honest callers are served."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from central.guard import Door, guarded

ADDRESS = "127.0.0.1"
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def server(door: Door) -> AsyncIterator[int]:
    """A real aiohttp server behind ``door``; its port."""
    app = web.Application()
    app.router.add_get("/", _answer)
    runner = web.AppRunner(app)
    await runner.setup()
    assert runner.server is not None
    factory: Callable[[], asyncio.Protocol] = guarded(runner.server, door)
    listening = await asyncio.get_running_loop().create_server(factory, ADDRESS, 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await runner.cleanup()


async def _answer(_: web.Request) -> web.Response:
    return web.Response(text="here")


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost:"])
async def test_a_caller_who_does_not_finish_the_head_is_dropped(said: bytes) -> None:
    async with server(Door(head_s=0.1)) as port:
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(said)
        assert await _end_of(reader) == b""
        writer.close()


async def test_an_honest_caller_is_served_however_long_he_stays() -> None:
    async with server(Door(head_s=0.1)) as port:
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(REQUEST.replace(b"close", b"keep-alive"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(0.3)
        writer.write(REQUEST)
        assert b"200 OK" in await reader.read()
        writer.close()


async def test_the_connections_of_one_address_are_counted_and_given_free_again() -> None:
    door = Door(max_per_address=2)
    async with server(door) as port:
        first = [await asyncio.open_connection(ADDRESS, port) for _ in range(2)]
        await _until(lambda: door.inside(ADDRESS) == 2)
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(REQUEST)
        assert await _end_of(reader) == b""
        writer.close()
        for _, open_writer in first:
            open_writer.close()
        await _until(lambda: door.inside(ADDRESS) == 0)
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        writer.write(REQUEST)
        assert b"200 OK" in await reader.read()
        writer.close()


def test_the_whole_house_has_a_limit_too() -> None:
    door = Door(max_connections=2)
    assert door.enter("a")
    assert door.enter("b")
    assert not door.enter("c")
    door.leave("a")
    assert door.enter("c")


async def _end_of(reader: asyncio.StreamReader) -> bytes:
    """What still comes; a reset reads as an end."""
    try:
        return await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        return b""


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)
