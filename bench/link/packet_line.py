"""A line of real IP packets between two network namespaces: each passes through our hands."""

import asyncio
import os
import random
from contextlib import suppress
from typing import Self

from bench.link.flows import Flows
from bench.link.namespaces import Side, open_sides
from bench.link.packet import read_segment
from bench.link.pipe import Count, Pipe
from bench.link.plan import CutKind, Direction, LinePlan
from bench.link.switch import Switch

_CHILD, _PARENT = "10.77.0.1", "10.77.0.2"
_PACKET_BYTES = 65535
_AT_ONCE = 64  # packets of one side that are read before anything else may run
_CALM = Direction(queue_bytes=1 << 30)


class _Way:
    """One direction: from the device of ``source`` to that of ``target``."""

    def __init__(self, source: Side, target: Side) -> None:
        self.source, self.target = source, target
        self.pipe = Pipe(_CALM, random.Random(0))
        self._timer: asyncio.TimerHandle | None = None

    def change(self, direction: Direction, rng: random.Random) -> None:
        """Be like ``direction`` from now on."""
        self.stop()
        self.pipe = Pipe(direction, rng)

    def push(self, packet: bytes) -> None:
        """Send one packet."""
        self.pipe.push(packet, asyncio.get_running_loop().time())
        self._deliver()

    def stop(self) -> None:
        """Lose what is on its way."""
        self.pipe.clear(asyncio.get_running_loop().time())
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _deliver(self) -> None:
        loop = asyncio.get_running_loop()
        for packet in self.pipe.due(loop.time()):
            write(self.target, packet)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (next_s := self.pipe.next_s) is not None:
            self._timer = loop.call_at(next_s, self._deliver)


def write(side: Side, packet: bytes) -> None:
    """Let ``packet`` come in at one end; a device that takes none loses it, as a line may."""
    with suppress(OSError):
        os.write(side.device, packet)


class PacketLine:
    """Implements BadLine. Takes root; see :func:`bench.link.namespaces.available`."""

    note = "line: real packets between network namespaces"

    def __init__(self, plan: LinePlan, port: int, *, congestion: str = "cubic") -> None:
        self._plan, self._congestion = plan, congestion
        self.listen = self.address = f"{_PARENT}:{port}"
        self.child_prefix: tuple[str, ...] = ()
        self.parent_prefix: tuple[str, ...] = ()
        self.switch = Switch(cut=self._cut, mended=self._mended)
        self._flows = Flows()
        self._ways: list[_Way] = []

    async def __aenter__(self) -> Self:
        sides = child, parent = open_sides(_CHILD, _PARENT, congestion=self._congestion)
        self.child_prefix, self.parent_prefix = child.prefix, parent.prefix
        self._ways = [_Way(child, parent), _Way(parent, child)]
        loop = asyncio.get_running_loop()
        for side, way in zip(sides, self._ways, strict=True):
            loop.add_reader(side.device, self._read, way)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.switch.end()
        for way in self._ways:
            way.stop()
            asyncio.get_running_loop().remove_reader(way.source.device)
            way.source.close()

    def begin(self) -> None:
        """From now on it is as bad as planned; everything is counted from nothing."""
        rng = random.Random(self._plan.seed)
        for way, direction in zip(self._ways, (self._plan.up, self._plan.down), strict=True):
            way.change(direction, random.Random(rng.random()))
        self._flows.clear_counts()
        self.switch.begin(self._plan.cuts)

    @property
    def up(self) -> Count:
        """What the child sent, in bytes of IP packets."""
        return self._ways[0].pipe.count

    @property
    def down(self) -> Count:
        """What the parent sent, in bytes of IP packets."""
        return self._ways[1].pipe.count

    @property
    def payload_up(self) -> int:
        """Bytes of the child's TCP streams, each counted once."""
        return self._flows.payload.get(bytes(map(int, _CHILD.split("."))), 0)

    @property
    def turns(self) -> int:
        """How often the parent sent payload after the child had."""
        return self._flows.turns

    @property
    def connections(self) -> int:
        """Connections that were asked for."""
        return self._flows.opened

    def _read(self, way: _Way) -> None:
        for _ in range(_AT_ONCE):
            try:
                packet = os.read(way.source.device, _PACKET_BYTES)
            except BlockingIOError:
                return
            self._take(way, packet)

    def _take(self, way: _Way, packet: bytes) -> None:
        segment = read_segment(packet)
        if segment is None:
            return  # a neighbour's greeting, say: nobody's data
        if not self.switch.up:
            way.pipe.swallow(len(packet))
            return
        refusal = self._flows.refusal(segment)
        if refusal is None:
            way.push(packet)
        else:
            way.pipe.swallow(len(packet))
            write(way.source, refusal)

    def _cut(self) -> None:
        for way in self._ways:
            way.stop()

    def _mended(self, kind: CutKind) -> None:
        if kind is CutKind.RESET:
            self._flows.forget()
