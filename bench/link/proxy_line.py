"""The same line where namespaces can't be had: a TCP proxy on loopback.

It sees streams and no packets. So it counts headers by computation, a loss costs a repeat and a
round trip, during which all that follows waits, and a cut stops the streams; after a reset they
are dead. A connection that is asked for during a cut is made when the line is back.
"""

import asyncio
import random
import socket
import struct
from typing import Self

from bench.link.pipe import Count, Pipe
from bench.link.plan import CutKind, Direction, LinePlan
from bench.link.switch import Switch
from bench.wire import HEADER_BYTES, SEGMENT_BYTES

_HOST = "127.0.0.1"
_RST_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER: on, for 0 s
_CALM = Direction(queue_bytes=1 << 30)


class _Stream:
    """One direction of one connection: bytes of ``reader`` go through the way to ``writer``."""

    def __init__(
        self,
        line: "ProxyLine",
        way: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._line, self._way = line, way
        self._reader, self._writer = reader, writer

    async def pump(self) -> None:
        """Until the reader's end, or until the connection is dropped."""
        pending: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        writing = asyncio.create_task(self._write(pending))
        try:
            while data := await self._reader.read(SEGMENT_BYTES):
                await self._line.room(self._way)
                pending.put_nowait((self._line.push(self._way, data), data))
            pending.put_nowait((0.0, b""))
            await writing
        finally:
            writing.cancel()

    async def _write(self, pending: asyncio.Queue[tuple[float, bytes]]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            at_s, data = await pending.get()
            await asyncio.sleep(max(0.0, at_s - loop.time()))
            await self._line.passing.wait()
            if not data:
                self._writer.write_eof()
                return
            self._writer.write(data)
            await self._writer.drain()


class ProxyLine:
    """Implements BadLine without root."""

    note = "line: TCP proxy (no network namespaces here): headers computed, a loss is a round trip"

    def __init__(self, plan: LinePlan, port: int) -> None:
        self._plan, self._port = plan, port
        self.listen, self.address = f"{_HOST}:{port}", ""
        self.child_prefix: tuple[str, ...] = ()
        self.parent_prefix: tuple[str, ...] = ()
        self.passing = asyncio.Event()
        self.passing.set()
        self.switch = Switch(cut=self.passing.clear, mended=self._mended)
        self.payload_up = self.connections = self.turns = 0
        self._last_way = 1
        self._pipes = [Pipe(_CALM, random.Random(0)) for _ in range(2)]
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], list[asyncio.StreamWriter]] = {}

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._forward, _HOST, 0)
        self.address = f"{_HOST}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch.end()
        if self._server is not None:
            self._server.close()
        tasks = list(self._open)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self) -> None:
        """From now on it is as bad as planned; everything is counted from nothing."""
        rng = random.Random(self._plan.seed)
        self._pipes = [
            Pipe(way, random.Random(rng.random()), resend=True)
            for way in (self._plan.up, self._plan.down)
        ]
        self.payload_up = self.connections = self.turns = 0
        self.switch.begin(self._plan.cuts)

    @property
    def up(self) -> Count:
        """What the child sent; headers are computed."""
        return self._pipes[0].count

    @property
    def down(self) -> Count:
        """What the parent sent; headers are computed."""
        return self._pipes[1].count

    async def room(self, way: int) -> None:
        """Wait until the queue of one direction has room for a segment."""
        loop = asyncio.get_running_loop()
        while True:
            await self.passing.wait()
            pipe, plan = self._pipes[way], (self._plan.up, self._plan.down)[way]
            over = pipe.queued_bytes(loop.time()) + SEGMENT_BYTES + HEADER_BYTES - plan.queue_bytes
            if over <= 0 or plan.rate_bit_s is None:
                return
            await asyncio.sleep(over * 8 / plan.rate_bit_s)

    def push(self, way: int, data: bytes) -> float:
        """Send ``data``; when it is there, by the loop's clock."""
        pipe = self._pipes[way]
        pipe.push(data, asyncio.get_running_loop().time(), size=len(data) + HEADER_BYTES)
        self._pipes[1 - way].count.bytes += HEADER_BYTES  # its acknowledgement
        self._pipes[1 - way].count.carried_bytes += HEADER_BYTES
        self.payload_up += 0 if way else len(data)
        self.turns += way > self._last_way
        self._last_way = way
        return pipe.last_s

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a server calls this in a task")
        self._open[task] = writers = [writer]
        self.connections += 1
        try:
            await self.passing.wait()
            target_reader, target_writer = await asyncio.open_connection(_HOST, self._port)
            writers.append(target_writer)
            await asyncio.gather(
                _Stream(self, 0, reader, target_writer).pump(),
                _Stream(self, 1, target_reader, writer).pump(),
            )
        except (OSError, asyncio.CancelledError):
            _make_reset(writers)
        finally:
            self._open.pop(task, None)
            for each in writers:
                each.transport.abort()

    def _mended(self, kind: CutKind) -> None:
        self.passing.set()
        if kind is CutKind.RESET:
            for task, writers in list(self._open.items()):
                if len(writers) > 1:  # the others have not been let through yet
                    task.cancel()


def _make_reset(writers: list[asyncio.StreamWriter]) -> None:
    for writer in writers:
        found = writer.get_extra_info("socket")
        if found is not None and found.fileno() >= 0:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST_AT_CLOSE)
