"""An exchange with a peer that breaks the protocol, or does not end."""

import asyncio

import pytest

from protocol.errors import (
    BusyError,
    DigestError,
    LineError,
    MalformedError,
    TooLargeError,
    UnexpectedError,
    VersionError,
)
from protocol.exchange.messages import (
    Ack,
    Bye,
    EnvelopeItem,
    Hello,
    Idle,
    Message,
    Offer,
    Part,
    Want,
)
from protocol.exchange.session import VERSIONS
from protocol.exchange.wire import FrameReader, encode
from protocol.limits import BATCH_BYTES, IN_FLIGHT, KIB
from runtime.line.conversation import Tally
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.lines.exchanges import Exchange, hold, hold_exchange, prepare
from tests.builders.lines.links import Line
from tests.builders.patience import until
from tests.builders.virtual_time import LoopClock, run
from tests.runtime.line.talking import HELLO, alone, make_child, make_parent


@pytest.mark.parametrize("child", [True, False])
def test_a_line_on_which_nothing_moves_is_given_up(*, child: bool) -> None:
    async def story() -> None:
        side = alone(make_child(envelopes=3), child=child)
        if not child:
            await side.link.send(encode(HELLO) + encode(Offer()))
        with pytest.raises(LineError, match="silent"):
            await side.task
        assert 60 <= LoopClock().ticks_s() <= 150

    run(story())


def test_a_child_that_lingers_is_not_taken_for_dead() -> None:
    async def story() -> None:
        side = alone(make_parent())
        hello = Hello(versions=VERSIONS, instance=b"the peer", exchange=b"exchange", linger_s=3600)
        await side.link.send(encode(hello) + encode(Idle(sent=0, got=0)))
        await asyncio.sleep(3600)
        assert not side.task.done()
        await side.link.finish()
        await side.task

    run(story())


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\xff" * 10, TooLargeError),
        (b"\0\0\0\1\1\xc0", MalformedError),
        (encode(Idle(sent=0, got=0)), UnexpectedError),
        (encode(HELLO) * 2, UnexpectedError),
        (encode(HELLO) + encode(Ack(upto=5)), UnexpectedError),
        (encode(HELLO) + encode(Want()), UnexpectedError),
        (encode(Hello(versions=(9,), instance=b"the peer", exchange=b"exchange")), VersionError),
    ],
)
def test_a_peer_that_breaks_the_protocol_is_told_so(data: bytes, error: type[Exception]) -> None:
    async def story() -> list[Message]:
        side = alone(make_parent())
        await side.link.send(data)
        heard = await side.hear()
        with pytest.raises(error):
            await side.task
        assert side.exchange_store.partings == [False]
        return heard

    last = run(story())[-1]
    assert isinstance(last, Bye)
    assert last.code.startswith("peer.")


def test_the_peer_s_reason_and_pause_are_passed_on() -> None:
    async def story() -> BusyError:
        side = alone(make_child(), child=True)
        await side.link.send(encode(HELLO) + encode(Bye(code="line.busy", retry_after_s=60)))
        with pytest.raises(BusyError) as caught:
            await side.task
        return caught.value

    assert run(story()).retry_after_s == 60


def test_a_bye_without_a_reason_is_a_peaceful_end() -> None:
    async def story() -> Tally:
        side = alone(make_child(envelopes=3), child=True)
        await side.link.send(encode(HELLO) + encode(Bye(code="", retry_after_s=30)))
        await side.hear()
        await side.link.finish()
        return await side.task

    assert run(story()).retry_after_s == 30


@pytest.mark.parametrize("word", [Idle(sent=0, got=0), Offer(envelopes=(b"prefix-8",))])
def test_a_parent_that_never_ends_its_answer_does_not_hold_its_child(word: Message) -> None:
    """It says a word every minute after the child has said everything, and never its end."""

    async def story() -> None:
        side = alone(make_child(), child=True)
        await side.link.send(encode(HELLO) + encode(Idle(sent=0, got=0)))
        await side.hear()
        for _ in range(7):
            await asyncio.sleep(60)
            if not side.task.done():
                await side.link.send(encode(word))
        assert side.task.done()
        with pytest.raises(LineError, match="nowhere"):
            await side.task

    run(story())


@pytest.mark.parametrize(("more", "taken"), [(IN_FLIGHT, True), (IN_FLIGHT + 1, False)])
def test_after_its_end_a_child_takes_what_may_be_on_the_way_and_no_more(
    more: int, *, taken: bool
) -> None:
    async def story() -> None:
        side = alone(make_child(), child=True)
        await side.link.send(encode(HELLO) + encode(Idle(sent=0, got=0)))
        await side.hear()
        for n in range(more):
            await side.link.send(encode(EnvelopeItem(wire=b"%d" % n)))
        await side.link.finish()
        if taken:
            await side.task
            assert len(side.exchange_store.stored) == more
        else:
            with pytest.raises(UnexpectedError):
                await side.task

    run(story())


def test_an_answer_with_nothing_in_it_is_no_exchange() -> None:
    async def story() -> None:
        side = alone(make_child(envelopes=3), child=True)
        await side.link.finish()
        with pytest.raises(LineError, match="before it said anything"):
            await side.task
        assert len(side.exchange_store.waits) == 3
        assert side.exchange_store.partings == [False]

    run(story())


def test_a_line_that_ends_inside_a_frame_was_cut() -> None:
    async def story() -> None:
        side = alone(make_parent())
        await side.link.send(encode(HELLO) + encode(EnvelopeItem(wire=b"x" * 100))[:50])
        await side.link.finish()
        with pytest.raises(LineError, match="inside a frame"):
            await side.task
        assert side.exchange_store.stored == []

    run(story())


def test_an_answer_that_is_too_short_hides_nothing() -> None:
    """A Want with fewer entries than were asked about: the rest is sent."""

    async def story() -> list[Message]:
        exchange_store = make_child(envelopes=3, blobs=[1000, 2000], careful=True)
        exchange_store._open = b"exch-old"
        side = alone(exchange_store, child=True)
        await side.link.send(encode(HELLO))
        frames, heard = FrameReader(), list[Message]()
        while sum(isinstance(message, Part) for message in heard) < 2:
            heard += frames.feed(await side.link.receive())
            if isinstance(heard[-1], Offer):
                await side.link.send(encode(Want(have_envelopes=b"\1")))
        side.line.cut()
        with pytest.raises(LineError):
            await side.task
        return heard

    heard = run(story())
    assert sum(isinstance(message, EnvelopeItem) for message in heard) == 2
    assert sum(isinstance(message, Part) for message in heard) == 2


def test_an_answer_that_claims_more_than_was_asked_or_there_is_changes_nothing() -> None:
    async def story() -> MemoryExchangeStore:
        exchange_store = make_child(envelopes=1, blobs=[1000], careful=True)
        exchange_store._open = b"exch-old"
        side = alone(exchange_store, child=True)
        await side.link.send(encode(HELLO))
        frames = FrameReader()
        while not any(isinstance(m, Offer) for m in frames.feed(await side.link.receive())):
            pass
        want = Want(have_envelopes=b"\1" * 50, have_blob_bytes=(2**52, 0, 7))
        await side.link.send(encode(want) + encode(Idle(sent=0, got=0)))
        await side.link.finish()
        await side.task
        return exchange_store

    assert run(story()).waits == {}


def test_a_flood_of_tiny_parts_stops_at_the_receiver_s_door() -> None:
    """The peer may send as fast as it likes: what is not committed yet stays bounded."""

    async def story() -> int:
        side = alone(make_parent(commit_s=10**6), line=Line(capacity=64 * KIB))
        frame = encode(Part(blob=bytes(32), size=2**20, offset=0, data=b"x"))
        await side.link.send(encode(HELLO))

        async def flood() -> None:
            while True:
                await side.link.send(frame * 100)

        flooding = asyncio.create_task(flood())
        await asyncio.sleep(60)
        flooding.cancel()
        side.task.cancel()
        await asyncio.wait({flooding, side.task})
        return side.line.up.carried // len(frame)

    assert run(story()) <= BATCH_BYTES // KIB + 3000


def test_a_peer_that_neither_obeys_nor_reads_is_dropped_in_time() -> None:
    async def story() -> float:
        side = alone(make_child(envelopes=200), child=True, line=Line(capacity=1000))
        await side.link.send(encode(HELLO) + b"\xff" * 5)
        with pytest.raises(TooLargeError):
            await side.task
        return LoopClock().ticks_s()

    assert run(story()) < 30


def test_what_a_parent_has_said_in_full_is_not_spoilt_by_a_child_that_hangs_up() -> None:
    async def story() -> Tally:
        side = alone(make_parent())
        await side.link.send(encode(HELLO) + encode(EnvelopeItem(wire=b"wire")))
        await until(lambda: side.exchange_store.stored)
        await side.link.send(encode(Bye(code="")))
        await side.hear()
        side.line.cut()
        return await side.task

    assert run(story()).items_down == 1


def test_a_cancelled_exchange_ends_its_commit_before_it_is_over() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=10), make_parent(commit_s=2.0)
        exchange = prepare(child, parent)
        held = asyncio.create_task(hold(exchange))
        await asyncio.sleep(1.0)
        held.cancel()
        await asyncio.wait({held})
        return exchange

    async def with_time() -> tuple[Exchange, float]:
        exchange = await story()
        return exchange, LoopClock().ticks_s()

    exchange, now_s = run(with_time())
    assert now_s >= 2.0
    assert len(exchange.parent.exchange_store.stored) == 10
    assert exchange.parent.exchange_store.partings == [False]


def test_a_fault_of_the_program_is_not_hidden() -> None:
    async def story() -> Exchange:
        child = make_child(envelopes=1)
        parent = make_parent(full_after=0, failure=ZeroDivisionError("a fault"))
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert isinstance(exchange.parent.error, ZeroDivisionError)
    assert isinstance(exchange.child.error, LineError)


def test_progress_is_reported_as_it_is_confirmed() -> None:
    async def story() -> list[tuple[int, int]]:
        child, parent = make_child(envelopes=300), make_parent(commit_s=0.1)
        for n in range(5):
            parent.queue_envelope(b"result %d" % n)
        seen: list[tuple[int, int]] = []
        exchange = await hold(
            prepare(child, parent),
            report=lambda tally: seen.append((tally.items_up, tally.items_down)),
        )
        assert exchange.child.tally is not None
        assert exchange.child.tally.bytes_up == exchange.line.up.carried
        assert exchange.child.tally.bytes_down == exchange.line.down.carried
        return seen

    seen = run(story())
    assert seen[-1] == (300, 5)
    assert seen == sorted(seen)
    assert len(seen) > 2


def test_an_error_the_depot_raises_while_meeting_is_told() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=1), make_parent()

        async def refuse(hello: Hello) -> int:
            raise DigestError(repr(hello.instance))

        parent.meet = refuse  # type: ignore[method-assign]
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert isinstance(exchange.child.error, DigestError)
    assert isinstance(exchange.parent.error, DigestError)
