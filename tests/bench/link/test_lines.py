"""Both emulations with real connections: what goes in comes out whole; a cut kills or it pauses.

Packets in namespaces are tried where they can be had; the proxy everywhere.
"""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from bench.link.bad_line import BadLine
from bench.link.choose import bad_line
from bench.link.namespaces import available
from bench.link.packet_line import PacketLine
from bench.link.plan import CutKind, Cuts, LinePlan
from bench.link.proxy_line import ProxyLine
from examples.sandbox import free_port

FAST_AND_LOSSY = LinePlan.symmetric(8e6, rtt_s=0.01, loss=0.05)
CLEAN = LinePlan.symmetric(8e6, rtt_s=0.01, loss=0.0)
Kind = Callable[[LinePlan, int], BadLine]
KINDS: list[Kind] = [ProxyLine]
if available():
    KINDS.append(PacketLine)

# A server that answers each connection with the hash of all that came; one line for each.
SERVER = """
import asyncio, hashlib, sys
async def answer(reader, writer):
    seen = hashlib.sha256()
    while data := await reader.read(65536):
        seen.update(data)
        writer.write(b"+")
    writer.write(seen.digest())
    await writer.drain()
    writer.close()
async def main():
    host, port = sys.argv[1].split(":")
    server = await asyncio.start_server(answer, host, int(port))
    print("ready", flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
# A client that sends its standard input and prints what came back, or how the line ended.
CLIENT = """
import socket, sys, threading
host, port = sys.argv[1].split(":")
line = socket.create_connection((host, int(port)))
print("open", flush=True)
try:
    while piece := sys.stdin.buffer.read1(4096):
        line.sendall(piece)
        print(line.recv(4096).count(b"+") and "moved", flush=True)
    line.shutdown(socket.SHUT_WR)
    last = b""
    while data := line.recv(65536):
        last += data
    print(last[-32:].hex(), flush=True)
except OSError as exc:
    print(type(exc).__name__, flush=True)
"""


@asynccontextmanager
async def program(*argv: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def send(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(data)
    await process.stdin.drain()


@asynccontextmanager
async def talking(
    kind: Kind, plan: LinePlan
) -> AsyncIterator[tuple[BadLine, asyncio.subprocess.Process]]:
    """A line, and a client at its one end that is connected to a server at the other."""
    async with kind(plan, free_port()) as line:
        server = (*line.parent_prefix, sys.executable, "-c", SERVER, line.listen)
        client = (*line.child_prefix, sys.executable, "-c", CLIENT, line.address)
        async with program(*server) as serving:
            assert await said(serving) == "ready"
            line.begin()
            async with program(*client) as calling:
                assert await said(calling) == "open"
                yield line, calling


async def ended(process: asyncio.subprocess.Process) -> str:
    """What the client says last, after the end of its input."""
    assert process.stdin is not None
    process.stdin.close()
    lines = []
    while line := await said(process):
        lines.append(line)
    return lines[-1]


@pytest.mark.parametrize("kind", KINDS)
async def test_everything_comes_out_whole_and_is_counted(kind: Kind) -> None:
    data = bytes(range(256)) * 400
    async with talking(kind, FAST_AND_LOSSY) as (line, client):
        await send(client, data)
        assert await ended(client) == hashlib.sha256(data).hexdigest()
        assert line.payload_up == len(data)
        assert line.connections == 1
        assert line.up.lost > 0
        assert line.up.bytes > len(data) * 1.03  # headers, and what was lost and sent again
        assert 0 < line.down.bytes < line.up.bytes


@pytest.mark.parametrize("kind", KINDS)
async def test_a_blackout_is_only_a_pause(kind: Kind) -> None:
    async with talking(kind, CLEAN) as (line, client):
        line.switch.take_down()
        await send(client, b"into the dark")
        await asyncio.sleep(0)
        line.switch.bring_up(CutKind.BLACKOUT)
        assert await ended(client) == hashlib.sha256(b"into the dark").hexdigest()
        assert line.switch.down_s > 0


@pytest.mark.parametrize("kind", KINDS)
async def test_after_a_reset_the_old_connection_is_dead_and_a_new_one_works(kind: Kind) -> None:
    async with talking(kind, CLEAN) as (line, client):
        await send(client, b"before")
        assert await said(client) == "moved"
        line.switch.take_down()
        line.switch.bring_up(CutKind.RESET)
        await send(client, b"after")
        assert await ended(client) == "ConnectionResetError"
        again = (*line.child_prefix, sys.executable, "-c", CLIENT, line.address)
        async with program(*again) as second:
            assert await said(second) == "open"
            await send(second, b"after")
            assert await ended(second) == hashlib.sha256(b"after").hexdigest()


@pytest.mark.parametrize("kind", KINDS)
async def test_cuts_come_by_themselves(kind: Kind) -> None:
    plan = replace(CLEAN, cuts=Cuts(up_s=0.2, down_s=0.01))
    async with talking(kind, plan) as (line, client):
        while True:
            await send(client, b"x")
            if await said(client) != "moved":
                break
        assert line.switch.cuts >= 1


async def test_the_best_emulation_is_chosen_and_says_what_it_is() -> None:
    line = bad_line(CLEAN, 1)
    assert isinstance(line, PacketLine if available() else ProxyLine)
    assert line.note.startswith("line: ")
