"""What an exchange does while it runs: lingering, stopping, turns, a disk that is full."""

import asyncio
import time
from collections.abc import Sequence

from protocol.envelope.envelope import Lane
from protocol.errors import (
    DiskFullError,
    LineError,
    NoRoomError,
)
from protocol.exchange.messages import (
    Ack,
    Bye,
    EnvelopeItem,
)
from protocol.limits import IN_FLIGHT, KIB, PART_BYTES
from tests.builders.lines.exchanges import Exchange, hold, hold_exchange, prepare
from tests.builders.lines.links import Line
from tests.builders.patience import until
from tests.builders.virtual_time import LoopClock, run
from tests.runtime.line.talking import count_looks, make_child, make_parent


def test_what_is_queued_while_the_exchange_lingers_goes_at_once() -> None:
    async def story() -> float:
        child, parent = make_child(), make_parent()
        held = asyncio.create_task(hold(prepare(child, parent), linger_s=600))
        await asyncio.sleep(300)
        parent.queue_envelope(b"result")
        start_s = LoopClock().ticks_s()
        await until(lambda: child.stored)
        took_s = LoopClock().ticks_s() - start_s
        child.queue_envelope(b"application")
        await until(lambda: parent.stored)
        exchange = await held
        assert exchange.clean
        assert LoopClock().ticks_s() >= 900  # what was said put the end off
        return took_s

    assert run(story()) < 0.1


def test_a_lingering_exchange_costs_next_to_no_work() -> None:
    async def story() -> tuple[int, int, Exchange]:
        child, parent = make_child(), make_parent()
        looks = [count_looks(exchange_store) for exchange_store in (child, parent)]
        exchange = await hold(prepare(child, parent), linger_s=80)
        return sum(looks[0]), sum(looks[1]), exchange

    start_s = time.process_time()
    child_looks, parent_looks, exchange = run(story())
    assert exchange.clean
    assert child_looks <= 20  # once in five seconds
    assert parent_looks <= 20
    assert exchange.line.up.carried < 100
    assert time.process_time() - start_s < 5


def test_an_urgent_item_overtakes_a_blob_that_is_on_its_way() -> None:
    async def story() -> int:
        child, parent = make_child(blobs=[400_000] * 5), make_parent()
        exchange = prepare(child, parent, Line(capacity=8 * KIB, pieces_up=(4 * KIB,)))
        held = asyncio.create_task(hold(exchange))
        await until(lambda: parent.blobs, pause_s=0)
        before = exchange.line.up.carried
        key = child.queue_envelope(b"flood relief", Lane.URGENT)
        await until(lambda: key in parent.stored, pause_s=0)
        passed = exchange.line.up.carried - before
        assert (await held).clean
        return passed

    assert run(story()) <= 64 * KIB + 2 * PART_BYTES  # one burst, and what was in the pipe


def test_stopping_acknowledges_what_came_and_leaves_the_rest_queued() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=2000), make_parent(commit_s=0.5)
        exchange = prepare(child, parent, Line(capacity=10_000))
        held = asyncio.create_task(hold(exchange))
        await asyncio.sleep(0.7)
        exchange.conversations[1].stop()
        return await held

    exchange = run(story())
    assert exchange.clean
    stored, left = (
        len(exchange.parent.exchange_store.stored),
        len(exchange.child.exchange_store.waits),
    )
    assert 0 < stored < 2000
    assert stored + left == 2000
    assert exchange.messages(Bye) == 2


def test_the_child_may_stop_as_well() -> None:
    async def story() -> Exchange:
        child, parent = make_child(commit_s=0.2), make_parent()
        for n in range(2000):
            parent.queue_envelope(b"result %d" % n)
        exchange = prepare(child, parent, Line(capacity=10_000))
        held = asyncio.create_task(hold(exchange))
        await asyncio.sleep(0.3)
        exchange.conversations[0].stop()
        return await held

    exchange = run(story())
    assert exchange.clean
    assert 0 < len(exchange.child.exchange_store.stored) < 2000
    assert (
        len(exchange.child.exchange_store.stored) + len(exchange.parent.exchange_store.waits)
        == 2000
    )


def test_a_full_disk_is_told_and_nothing_is_acknowledged_that_is_not_on_it() -> None:
    async def story() -> Exchange:
        child = make_child(envelopes=50)
        parent = make_parent(full_after=0, failure=DiskFullError("0 bytes left"))
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert isinstance(exchange.parent.error, DiskFullError)
    assert isinstance(exchange.child.error, NoRoomError)  # the parent's disk, not its own
    assert exchange.messages(Ack) == 0
    assert len(exchange.child.exchange_store.waits) == 50
    assert (
        exchange.child.exchange_store.partings == exchange.parent.exchange_store.partings == [False]
    )


def test_what_arrived_before_the_line_broke_is_still_committed() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=40), make_parent(commit_s=1.0)
        exchange = prepare(child, parent)
        held = asyncio.create_task(hold(exchange))
        await asyncio.sleep(0.5)
        exchange.line.cut()
        return await held

    exchange = run(story())
    assert isinstance(exchange.parent.error, LineError)
    assert len(exchange.parent.exchange_store.stored) == 40


def test_the_last_acks_reach_a_child_that_has_said_everything_before_they_were_made() -> None:
    """Its request body is at its end long before the parent's disk is done."""

    async def story() -> Exchange:
        child, parent = make_child(envelopes=40), make_parent(commit_s=3.0)
        return await hold_exchange(child, parent, Line(half_duplex=True))

    exchange = run(story())
    assert exchange.clean
    assert exchange.child.exchange_store.waits == {}


def test_an_answer_that_a_commit_brings_about_still_goes_down_in_the_same_exchange() -> None:
    """A receipt, made when the application came: a child that calls once a day sees it today."""

    async def story() -> Exchange:
        child, parent = make_child(envelopes=1), make_parent(commit_s=1.0)
        store = parent.store

        async def answering(exchange: bytes, upto: int, items: Sequence[object]) -> object:
            refused = await store(exchange, upto, items)  # type: ignore[arg-type]
            parent.queue_envelope(b"receipt", Lane.CONTROL)
            return refused

        parent.store = answering  # type: ignore[assignment, method-assign]
        return await hold_exchange(child, parent, Line(half_duplex=True))

    exchange = run(story())
    assert len(exchange.child.exchange_store.stored) == 1


def test_more_results_than_may_be_in_flight_go_down_a_path_of_one_direction_in_turns() -> None:
    async def story() -> list[int]:
        child, parent = make_child(), make_parent()
        for n in range(IN_FLIGHT + 300):
            parent.queue_envelope(b"result %d" % n)
        stored = []
        for _ in range(3):
            await hold_exchange(child, parent, Line(half_duplex=True))
            stored.append(len(child.stored))
        assert parent.waits == {}
        return stored

    first, second, third = run(story())
    assert first < second
    assert second == third == IN_FLIGHT + 300


def test_a_slow_receiver_holds_the_sender_back() -> None:
    async def story() -> None:
        child, parent = make_child(envelopes=3000), make_parent(commit_s=5.0)
        exchange = prepare(child, parent)
        held = asyncio.create_task(hold(exchange))
        await asyncio.sleep(1.0)
        sent = sum(isinstance(message, EnvelopeItem) for message in exchange.child.said)
        assert sent <= IN_FLIGHT + 128 + 64
        assert (await held).clean

    run(story())
