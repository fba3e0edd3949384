"""An exchange that gets nowhere is ended; a slow one that gets on is left alone."""

import asyncio
import hashlib

import pytest

from protocol.errors import LineError
from protocol.exchange.messages import Hello, Idle, Part
from protocol.exchange.session import VERSIONS
from protocol.exchange.wire import encode
from protocol.limits import FRAME_GRACE_S, PART_BYTES, SILENCE_S, STALL_S
from runtime.line.conversation import Conversation
from tests.builders.chance import SeededRandomness
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.lines.links import Line
from tests.builders.virtual_time import LoopClock, run

HELLO = Hello(versions=VERSIONS, instance=b"the peer", exchange=b"exchange")
BLOB = SeededRandomness(1).token(PART_BYTES)
PART = Part(blob=hashlib.sha256(BLOB).digest(), size=PART_BYTES, offset=0, data=BLOB)
TICK_S = 20.0  # a fault is seen at the next look


def parent(exchange_store: MemoryExchangeStore, line: Line) -> "asyncio.Task[object]":
    """``exchange_store`` as the parent; the test plays the child."""
    conversation = Conversation(
        link=line.parent,
        exchange_store=exchange_store,
        clock=LoopClock(),
        child=False,
        careful=True,
        hello=Hello(versions=VERSIONS, instance=exchange_store.instance, exchange=b"exchange"),
    )
    return asyncio.create_task(conversation.run())


async def drip(line: Line, data: bytes, *, pause_s: float, size: int = 1) -> None:
    """Say ``data`` in pieces, with pauses, until the other side hangs up."""
    try:
        for at in range(0, len(data), size):
            await line.child.send(data[at : at + size])
            await asyncio.sleep(pause_s)
    except LineError:
        return


def test_a_frame_that_comes_letter_by_letter_is_not_waited_for() -> None:
    async def story() -> None:
        line = Line()
        exchange_store = MemoryExchangeStore(name="parent")
        task = parent(exchange_store, line)
        await line.child.send(encode(HELLO))
        dripping = asyncio.create_task(drip(line, encode(PART), pause_s=10))
        with pytest.raises(LineError, match="of a frame"):
            await task
        assert FRAME_GRACE_S <= LoopClock().ticks_s() <= FRAME_GRACE_S + TICK_S
        assert exchange_store.partings == [False]
        await dripping

    run(story())


def test_a_slow_line_that_gets_on_is_left_alone() -> None:
    async def story() -> None:
        line = Line()
        exchange_store = MemoryExchangeStore(name="parent")
        task = parent(exchange_store, line)
        await line.child.send(encode(HELLO))
        # 800 bytes a second, with one pause that the line may make at any time
        data = encode(PART)
        await drip(line, data[:20_000], pause_s=1, size=800)
        await asyncio.sleep(SILENCE_S - TICK_S)
        await drip(line, data[20_000:], pause_s=1, size=800)
        await line.child.send(encode(Idle(sent=1, got=0)))
        await line.child.finish()
        await task
        assert exchange_store.partings == [True]
        assert list(exchange_store.blobs) == [PART.blob]

    run(story())


def test_a_child_that_repeats_itself_and_acknowledges_nothing_is_left() -> None:
    async def story() -> None:
        line = Line()
        exchange_store = MemoryExchangeStore(name="parent")
        exchange_store.queue_envelope(b"a result")
        task = parent(exchange_store, line)
        await line.child.send(encode(HELLO))
        repeating = asyncio.create_task(
            drip(line, encode(Idle(sent=0, got=0)) * 1000, pause_s=30, size=17)
        )
        with pytest.raises(LineError, match="gets nowhere"):
            await task
        assert STALL_S <= LoopClock().ticks_s() <= STALL_S + 2 * TICK_S
        assert exchange_store.waits, "it is sent again"
        await repeating

    run(story())


def test_a_child_that_reads_nothing_more_after_its_end_is_left() -> None:
    async def story() -> None:
        line = Line(capacity=10_000)
        exchange_store = MemoryExchangeStore(name="parent")
        exchange_store.queue_blob(SeededRandomness(2).token(10 * PART_BYTES))
        task = parent(exchange_store, line)
        await line.child.send(encode(HELLO))
        await line.child.finish()
        with pytest.raises(LineError, match="silent"):
            await task
        assert LoopClock().ticks_s() <= SILENCE_S + TICK_S
        assert exchange_store.waits

    run(story())


def test_a_child_that_drips_behind_our_end_is_left() -> None:
    async def story() -> None:
        line = Line()
        exchange_store = MemoryExchangeStore(name="parent")
        conversation = Conversation(
            link=line.parent,
            exchange_store=exchange_store,
            clock=LoopClock(),
            child=False,
            careful=True,
            hello=Hello(versions=VERSIONS, instance=exchange_store.instance, exchange=b"exchange"),
        )
        task = asyncio.create_task(conversation.run())
        await line.child.send(encode(HELLO))
        conversation.stop()
        dripping = asyncio.create_task(drip(line, encode(PART)[:100], pause_s=10))
        await task
        assert LoopClock().ticks_s() <= FRAME_GRACE_S + TICK_S
        dripping.cancel()

    run(story())
