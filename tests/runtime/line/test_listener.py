"""The listening socket: silence and crowds are turned away, honest callers are served."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Self

import pytest
from aiohttp import web

from protocol.errors import UsageError
from runtime.line.listener import Listener
from runtime.line.places import NODES, Kind, Places
from runtime.system import SystemClock

ADDRESS = "127.0.0.1"
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
KEPT = REQUEST.replace(b"close", b"keep-alive")
TICKS = SystemClock().ticks_s


@asynccontextmanager
async def server(
    places: Places | None = None, *, first_byte_s: float = 10.0, head_s: float = 10.0
) -> AsyncIterator[Listener]:
    """A real aiohttp server behind a listener without TLS."""
    app = web.Application()
    app.router.add_get("/", _answer)
    runner = web.AppRunner(app)
    await runner.setup()
    assert runner.server is not None
    listener = Listener(
        runner.server,
        context=None,
        places=places or Places(NODES, TICKS),
        first_byte_s=first_byte_s,
        head_s=head_s,
    )
    await listener.open(ADDRESS, 0)
    try:
        yield listener
    finally:
        listener.close()
        await runner.cleanup()


async def _answer(_: web.Request) -> web.Response:
    return web.Response(text="here")


class Callers:
    """Connections of one test, closed at its end."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._batch = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._batch.aclose()

    async def call(self, said: bytes = b"") -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection(ADDRESS, self.port)
        self._batch.callback(writer.close)
        writer.write(said)
        return reader


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost:"])
async def test_a_caller_who_does_not_finish_the_head_is_dropped(said: bytes) -> None:
    async with (
        server(first_byte_s=0.1, head_s=0.1) as listener,
        Callers(listener.port) as callers,
    ):
        assert await _end_of(await callers.call(said)) == b""
        await _until(lambda: _inside(listener) == 0)


async def test_an_honest_caller_is_served_however_long_it_stays() -> None:
    in_time_s = 1.0  # also for a machine that does much else
    async with server(first_byte_s=in_time_s, head_s=in_time_s) as listener:
        reader, writer = await asyncio.open_connection(ADDRESS, listener.port)
        writer.write(KEPT)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(1.5 * in_time_s)
        writer.write(REQUEST)
        assert b"200 OK" in await reader.read()
        writer.close()


async def test_silent_ones_give_way_to_newcomers_at_once() -> None:
    places = Places(replace(NODES, silent=Kind(per_key=2, total=9)), TICKS)
    async with server(places) as listener, Callers(listener.port) as callers:
        silent = [await callers.call() for _ in range(3)]
        assert await _end_of(silent[0]) == b""
        assert places.silent.inside(ADDRESS) == 2
        assert b"200 OK" in await _end_of(await callers.call(REQUEST))


async def test_one_that_has_spoken_meanwhile_need_not_give_way() -> None:
    places = Places(replace(NODES, silent=Kind(per_key=1, total=9)), TICKS)
    async with server(places) as listener, Callers(listener.port) as callers:
        came = [await callers.call(REQUEST) for _ in range(40)]
        assert all([b"200 OK" in await _end_of(one) for one in came])


async def test_exactly_as_many_heads_as_one_address_may_have_are_waited_for() -> None:
    places = Places(replace(NODES, talking=Kind(per_key=2, total=9)), TICKS)
    async with server(places) as listener, Callers(listener.port) as callers:
        begun = [await callers.call(b"GET") for _ in range(2)]
        await _until(lambda: places.talking.inside(ADDRESS) == 2)
        assert await _end_of(await callers.call(REQUEST)) == b""
        assert not any(one.at_eof() for one in begun)


async def test_places_are_given_back_when_a_caller_has_gone() -> None:
    places = Places(replace(NODES, strange=Kind(per_key=1, total=9)), TICKS)
    async with server(places) as listener, Callers(listener.port) as callers:
        reader, writer = await asyncio.open_connection(ADDRESS, listener.port)
        writer.write(KEPT)
        await reader.readline()
        assert await _end_of(await callers.call(REQUEST)) == b"", "the only place is taken"
        writer.close()
        await _until(lambda: _inside(listener) == 0)
        assert b"200 OK" in await _end_of(await callers.call(REQUEST))


async def test_an_address_that_is_taken_is_said() -> None:
    async with server() as listener:
        second = Listener(asyncio.Protocol, context=None, places=Places(NODES, TICKS))
        with pytest.raises(UsageError, match="占用"):
            await second.open(ADDRESS, listener.port)


async def test_closing_ends_those_who_are_still_arriving() -> None:
    async with server() as listener, Callers(listener.port) as callers:
        silent = await callers.call()
        await _until(lambda: len(listener.arrivals) == 1)
        listener.close()
        assert await _end_of(silent) == b""
        with pytest.raises(OSError, match=r"\[Errno 111\]"):
            await callers.call()


def _inside(listener: Listener) -> int:
    places = listener.places
    return sum(map(len, (places.silent, places.talking, places.known, places.strange)))


async def _end_of(reader: asyncio.StreamReader) -> bytes:
    """What still comes; a reset reads as an end."""
    try:
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionError:
        return b""


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)
