"""Depots, troubles and lone sides, for tests of an exchange."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.errors import (
    DiskFullError,
    LineError,
)
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import (
    Hello,
    Message,
)
from protocol.exchange.session import VERSIONS
from protocol.exchange.wire import FrameReader
from runtime.line.conversation import Conversation, Tally
from tests.builders.chance import SeededRandomness
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.lines.exchanges import hold_exchange
from tests.builders.lines.links import Line, MemoryLink
from tests.builders.virtual_time import LoopClock

NOISE = SeededRandomness(4).token(400_000)


HELLO = Hello(versions=VERSIONS, instance=b"the peer", exchange=b"exchange")


def make_child(
    *, envelopes: int = 0, blobs: Sequence[int] = (), **more: object
) -> MemoryExchangeStore:
    """A depot with some envelopes in lane 2, and blobs of these sizes."""
    exchange_store = MemoryExchangeStore(name="child", instance=b"instan-c", **more)  # type: ignore[arg-type]
    for n in range(envelopes):
        exchange_store.queue_envelope(b"envelope %d" % n + NOISE[:500])
    for n, size in enumerate(blobs):
        exchange_store.queue_blob(b"blob %d" % n + NOISE[: size - 6])
    return exchange_store


def make_parent(**more: object) -> MemoryExchangeStore:
    return MemoryExchangeStore(name="parent", instance=b"instan-p", **more)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What happens to one exchange."""

    cut_up: int | None
    cut_down: int | None
    loses_what_is_under_way: bool
    half_duplex: bool
    pieces: tuple[int, ...]
    disk_full_after: int | None
    disk_lost: bool

    def line(self) -> Line:
        return Line(
            cut_up=self.cut_up,
            cut_down=self.cut_down,
            pieces_up=self.pieces,
            pieces_down=self.pieces,
            capacity=20_000,
            half_duplex=self.half_duplex,
            loses_what_is_under_way=self.loses_what_is_under_way,
        )


def troubles(*, half_duplex: bool, disk_lost: bool) -> st.SearchStrategy[Trouble]:
    cut = st.none() | st.integers(0, 2000) | st.integers(0, 200_000)
    return st.builds(
        Trouble,
        cut_up=cut,
        cut_down=cut,
        loses_what_is_under_way=st.booleans(),
        half_duplex=st.booleans() if half_duplex else st.just(False),
        pieces=st.lists(st.integers(1, 70_000), min_size=1, max_size=3).map(tuple),
        disk_full_after=st.none() | st.integers(0, 3),
        disk_lost=st.booleans() if disk_lost else st.just(False),
    )


queues = st.lists(
    st.tuples(st.sampled_from(Lane), st.integers(1, 3000), st.sampled_from("pq")), max_size=30
)


blob_sizes = st.lists(st.integers(1, 150_000), max_size=2)


def fill(
    exchange_store: MemoryExchangeStore, queue: list[tuple[Lane, int, str]], blobs: list[int]
) -> list[bytes]:
    keys = [
        exchange_store.queue_envelope(
            exchange_store.name.encode() + b"%d" % n + NOISE[:size], lane, origin
        )
        for n, (lane, size, origin) in enumerate(queue)
    ]
    for n, size in enumerate(blobs):
        keys.append(
            exchange_store.queue_blob(exchange_store.name.encode() + b" blob %d" % n + NOISE[:size])
        )
    return keys


async def live_through(
    child: MemoryExchangeStore, parent: MemoryExchangeStore, rounds: list[Trouble]
) -> None:
    for trouble in rounds:
        parent.full_after = None
        if trouble.disk_full_after is not None:
            parent.full_after = parent.commits + trouble.disk_full_after
            parent.failure = DiskFullError()
        if trouble.disk_lost:
            parent.lose_disk()
        exchange = await hold_exchange(child, parent, trouble.line())
        for error in (exchange.child.error, exchange.parent.error):
            assert error is None or isinstance(error, LineError | DiskFullError), repr(error)
    parent.full_after = None


def require_everything_once(
    sender: MemoryExchangeStore, receiver: MemoryExchangeStore, keys: list[bytes]
) -> None:
    """Each is stored, once, and in the order of its lane and origin."""
    assert sorted(receiver.stored) == sorted(keys)
    assert sender.waits == {}
    assert sender.once_confirmed.keys() == set(keys)
    turns: dict[tuple[Lane, str], list[int]] = {}
    for key in receiver.stored:
        item = sender.once_confirmed[key]
        turns.setdefault((item.lane, item.origin), []).append(item.position)
    for positions in turns.values():
        assert positions == sorted(positions)


def count_looks(exchange_store: MemoryExchangeStore) -> list[int]:
    """A list that gets a 1 whenever somebody looks into ``exchange_store``."""
    looks: list[int] = []
    waiting = exchange_store.waiting

    async def counted(*look: Any) -> Mapping[Lane, Sequence[Waiting]]:
        looks.append(1)
        return await waiting(*look)

    exchange_store.waiting = counted  # type: ignore[assignment, method-assign]
    return looks


@dataclass(kw_only=True)
class Alone:
    """One side of an exchange, and the bare other end of its line."""

    exchange_store: MemoryExchangeStore
    link: MemoryLink
    task: asyncio.Task[Tally]
    line: Line

    async def hear(self) -> list[Message]:
        """Everything that it says until its end."""
        frames, heard = FrameReader(), list[Message]()
        try:
            while data := await self.link.receive():
                heard += frames.feed(data)
        except LineError:
            pass
        return heard


def alone(
    exchange_store: MemoryExchangeStore, *, child: bool = False, line: Line | None = None
) -> Alone:
    """``exchange_store`` as the parent (or child) of somebody whom the test plays."""
    line = line or Line()
    conversation = Conversation(
        link=line.child if child else line.parent,
        exchange_store=exchange_store,
        clock=LoopClock(),
        child=child,
        careful=not child or bool(exchange_store.careful),
        hello=Hello(versions=VERSIONS, instance=exchange_store.instance, exchange=b"exchange"),
    )
    task = asyncio.create_task(conversation.run())
    return Alone(
        exchange_store=exchange_store,
        link=line.parent if child else line.child,
        task=task,
        line=line,
    )
