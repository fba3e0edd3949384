"""A line in memory: in pieces of any size, cut after any byte, or with one direction at a time."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from protocol.errors import LineError

WHOLE = (1 << 20,)


@dataclass(kw_only=True)
class _Pipe:
    """One direction."""

    line: "Line"
    cut_after: int | None
    pieces: Sequence[int]  # sizes in which bytes come out, over and over
    capacity: int  # bytes on the way before a sender has to wait
    held_back: bool  # nothing comes out before it is released
    _bytes: deque[bytes] = field(default_factory=deque)
    _size: int = 0
    carried: int = 0
    finished: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._sizes = itertools.cycle(self.pieces)

    async def put(self, data: bytes) -> None:
        self.line.require_whole()
        if self.finished:
            raise LineError("written after the end")
        if self.cut_after is not None and self.carried + len(data) >= self.cut_after:
            self._take(data[: self.cut_after - self.carried])
            self.line.cut()
            raise LineError("the line was cut")
        self._take(data)
        while self._size > self.capacity and not self.line.broken:
            await self._change()
        self.line.require_whole()

    async def get(self) -> bytes:
        while self.held_back and not self.line.broken:
            await self._change()
        while not self._bytes and not self.finished and not self.line.broken:
            await self._change()
        if self._bytes and not (self.line.broken and self.line.loses_what_is_under_way):
            return self._give()
        if self.finished:
            return b""
        raise LineError("the line was cut")

    def _take(self, data: bytes) -> None:
        self.carried += len(data)
        if data:
            self._bytes.append(data)
            self._size += len(data)
        self.changed.set()

    def _give(self) -> bytes:
        data = self._bytes.popleft()
        size = next(self._sizes)
        if len(data) > size:
            self._bytes.appendleft(data[size:])
        self._size -= min(size, len(data))
        self.changed.set()
        return data[:size]

    async def _change(self) -> None:
        self.changed.clear()
        await self.changed.wait()


class Line:
    """Both directions between a child and its parent.

    Args:
        cut_up, cut_down: bytes in this direction after which the whole line is cut.
        pieces_up, pieces_down: sizes in which bytes arrive, over and over.
        capacity: bytes on the way before a sender has to wait.
        half_duplex: the parent's bytes come out only after the child has finished.
        loses_what_is_under_way: at a cut, bytes that were not read yet are gone.
    """

    def __init__(
        self,
        *,
        cut_up: int | None = None,
        cut_down: int | None = None,
        pieces_up: Sequence[int] = WHOLE,
        pieces_down: Sequence[int] = WHOLE,
        capacity: int = 256 * 1024,
        half_duplex: bool = False,
        loses_what_is_under_way: bool = False,
    ) -> None:
        self.broken = False
        self.loses_what_is_under_way = loses_what_is_under_way
        self.up = _Pipe(
            line=self, cut_after=cut_up, pieces=pieces_up, capacity=capacity, held_back=False
        )
        self.down = _Pipe(
            line=self,
            cut_after=cut_down,
            pieces=pieces_down,
            capacity=capacity if not half_duplex else 1 << 30,
            held_back=half_duplex,
        )
        self.child = MemoryLink(self, outgoing=self.up, incoming=self.down)
        self.parent = MemoryLink(self, outgoing=self.down, incoming=self.up)

    def cut(self) -> None:
        """The line is dead from now on."""
        self.broken = True
        self.up.changed.set()
        self.down.changed.set()

    def require_whole(self) -> None:
        if self.broken:
            raise LineError("the line was cut")


class MemoryLink:
    """One end of a :class:`Line`."""

    def __init__(self, line: Line, *, outgoing: _Pipe, incoming: _Pipe) -> None:
        self._line, self._outgoing, self._incoming = line, outgoing, incoming
        self.watch: Callable[[bytes], None] = lambda _: None  # sees everything that is sent here

    async def send(self, data: bytes) -> None:
        self.watch(data)
        await self._outgoing.put(data)

    async def receive(self) -> bytes:
        return await self._incoming.get()

    async def finish(self) -> None:
        self._line.require_whole()
        self._outgoing.finished = True
        self._outgoing.changed.set()
        if self._outgoing is self._line.up:
            self._line.down.held_back = False
            self._line.down.changed.set()

    def abort(self) -> None:
        """Like the ends of an HTTP request: a response that was ended in order stays whole."""
        ended = self._outgoing.finished
        if self._outgoing is self._line.up:
            ended = ended and self._incoming.finished
        if not ended:
            self._line.cut()
