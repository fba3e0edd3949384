"""Exchanges over a line in memory: whatever happens to it, nothing is lost and nothing doubled."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Lane
from protocol.errors import (
    BusyError,
    DigestError,
    DiskFullError,
    LineError,
    MalformedError,
    NoRoomError,
    TooLargeError,
    UnexpectedError,
    VersionError,
)
from protocol.lanes import Waiting
from protocol.limits import BATCH_BYTES, IN_FLIGHT, KIB, PART_BYTES
from protocol.messages import (
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
from protocol.session import VERSIONS
from protocol.wire import FrameReader, encode
from runtime.line.converse import Conversation, Tally
from tests.builders.chance import SeededRandomness
from tests.builders.depots import MemoryDepot
from tests.builders.exchanges import Exchange, hold, hold_exchange, prepare
from tests.builders.links import Line, MemoryLink
from tests.builders.patience import until
from tests.builders.virtual_time import LoopClock, run

NOISE = SeededRandomness(4).token(400_000)
HELLO = Hello(versions=VERSIONS, instance=b"the peer", exchange=b"exchange")


def make_child(*, envelopes: int = 0, blobs: Sequence[int] = (), **more: object) -> MemoryDepot:
    """A depot with some envelopes in lane 2, and blobs of these sizes."""
    depot = MemoryDepot(name="child", instance=b"instan-c", **more)  # type: ignore[arg-type]
    for n in range(envelopes):
        depot.queue_envelope(b"envelope %d" % n + NOISE[:500])
    for n, size in enumerate(blobs):
        depot.queue_blob(b"blob %d" % n + NOISE[: size - 6])
    return depot


def make_parent(**more: object) -> MemoryDepot:
    return MemoryDepot(name="parent", instance=b"instan-p", **more)  # type: ignore[arg-type]


# properties


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


def fill(depot: MemoryDepot, queue: list[tuple[Lane, int, str]], blobs: list[int]) -> list[bytes]:
    keys = [
        depot.queue_envelope(depot.name.encode() + b"%d" % n + NOISE[:size], lane, origin)
        for n, (lane, size, origin) in enumerate(queue)
    ]
    for n, size in enumerate(blobs):
        keys.append(depot.queue_blob(depot.name.encode() + b" blob %d" % n + NOISE[:size]))
    return keys


async def live_through(child: MemoryDepot, parent: MemoryDepot, rounds: list[Trouble]) -> None:
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


def require_everything_once(sender: MemoryDepot, receiver: MemoryDepot, keys: list[bytes]) -> None:
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


@given(
    queues, blob_sizes, queues, st.lists(troubles(half_duplex=False, disk_lost=False), max_size=5)
)
def test_after_one_clean_exchange_everything_is_there_once_and_in_its_order(
    up: list[tuple[Lane, int, str]],
    blobs: list[int],
    down: list[tuple[Lane, int, str]],
    rounds: list[Trouble],
) -> None:
    """Whatever was cut, lost or full before; and no byte that was on disk has travelled again."""

    async def story() -> None:
        child, parent = make_child(), make_parent()
        up_keys, down_keys = fill(child, up, blobs), fill(parent, down, [])
        await live_through(child, parent, rounds)
        last = await hold_exchange(child, parent)
        assert last.clean
        require_everything_once(child, parent, up_keys)
        require_everything_once(parent, child, down_keys)
        assert not parent.seen_again
        assert not child.seen_again

    run(story())


@given(
    queues,
    blob_sizes,
    queues,
    blob_sizes,
    st.lists(troubles(half_duplex=True, disk_lost=True), max_size=5),
)
def test_the_same_holds_on_a_path_of_one_direction_at_a_time_and_when_a_disk_was_lost(
    up: list[tuple[Lane, int, str]],
    up_blobs: list[int],
    down: list[tuple[Lane, int, str]],
    down_blobs: list[int],
    rounds: list[Trouble],
) -> None:
    async def story() -> None:
        child, parent = make_child(), make_parent()
        up_keys, down_keys = fill(child, up, up_blobs), fill(parent, down, down_blobs)
        await live_through(child, parent, rounds)
        await hold_exchange(child, parent)
        assert set(parent.stored) == set(up_keys)
        assert set(child.stored) == set(down_keys)
        assert len(parent.stored) == len(up_keys)
        assert len(child.stored) == len(down_keys)
        assert child.waits == parent.waits == {}

    run(story())


@given(queues, queues, st.lists(st.booleans(), min_size=1, max_size=4))
def test_a_path_of_one_direction_at_a_time_brings_everything_too(
    up: list[tuple[Lane, int, str]], down: list[tuple[Lane, int, str]], first: list[bool]
) -> None:
    async def story() -> None:
        child, parent = make_child(), make_parent()
        up_keys, down_keys = fill(child, up, [100_000]), fill(parent, down, [100_000])
        for cut in first:
            await hold_exchange(child, parent, Line(half_duplex=True, cut_up=500 if cut else None))
        await hold_exchange(child, parent, Line(half_duplex=True))
        assert set(parent.stored) == set(up_keys)
        assert set(child.stored) == set(down_keys)
        await hold_exchange(child, parent, Line(half_duplex=True))  # tells what was received
        assert child.waits == parent.waits == {}

    run(story())


# stories


def test_an_exchange_with_nothing_to_say_is_short() -> None:
    async def story() -> Exchange:
        return await hold_exchange(make_child(), make_parent())

    exchange = run(story())
    assert exchange.clean
    assert exchange.line.up.carried < 100
    assert exchange.line.down.carried < 100
    assert exchange.messages(Hello) == 2
    assert exchange.messages(Ack) == 0


def test_a_parent_with_nothing_left_ends_as_soon_as_its_child_has() -> None:
    """TCP would acknowledge the child's end in a packet of its own if it had to wait for ours."""

    async def story() -> tuple[float, int]:
        child, parent = make_child(), make_parent()
        looks = count_looks(parent)
        exchange = await hold_exchange(child, parent)
        assert exchange.clean
        return LoopClock().ticks_s(), len(looks)

    took_s, looks = run(story())
    assert took_s < 0.04
    assert looks == 1


def test_many_items_share_their_commits_and_their_acks() -> None:
    async def story() -> Exchange:
        return await hold_exchange(make_child(envelopes=1000), make_parent(commit_s=0.01))

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.parent.depot.stored) == 1000
    assert exchange.parent.depot.commits <= 20
    assert exchange.messages(Ack) == exchange.parent.depot.commits


def test_after_a_clean_exchange_nothing_is_asked() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=3, blobs=[100_000]), make_parent()
        parent.queue_envelope(b"result")
        first = await hold_exchange(child, parent)
        assert first.messages(Offer) == 0
        child.queue_envelope(b"another")
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.messages(Offer) == 0
    assert exchange.messages(EnvelopeItem) == 1
    assert exchange.child.depot.partings == [True, True]


def test_the_count_in_the_next_hello_settles_what_a_lost_ack_left_open() -> None:
    """The cut takes the Ack, not the items: nothing is asked and nothing is sent again."""

    async def story() -> Exchange:
        child, parent = make_child(envelopes=20), make_parent()
        first = await hold_exchange(child, parent, Line(cut_down=40))
        assert not first.clean
        assert len(parent.stored) == 20
        assert len(child.waits) == 20
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert exchange.child.depot.waits == {}
    assert exchange.messages(EnvelopeItem) == exchange.messages(Offer) == 0


def test_where_no_count_is_known_ids_are_asked_first() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=20, blobs=[120_000]), make_parent()
        await hold_exchange(child, parent, Line(cut_down=40))
        parent._seen = (b"exch-old", 3)  # what a stick brought meanwhile
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert exchange.messages(Offer) == exchange.messages(Want) == 1
    assert exchange.messages(EnvelopeItem) == 0
    assert not exchange.parent.depot.seen_again


def test_a_parent_that_lost_its_disk_gets_everything_again() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=30, blobs=[70_000]), make_parent()
        await hold_exchange(child, parent)
        parent.lose_disk()
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.parent.depot.stored) == 31
    assert exchange.messages(Offer) == 1


def test_an_offer_is_made_in_rounds_when_there_is_more_to_ask_than_one_holds() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=4500), make_parent()
        await hold_exchange(child, parent)
        parent.lose_disk()
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.parent.depot.stored) == 4500
    assert 2 <= exchange.messages(Offer) <= 3


def test_blobs_that_were_pushed_before_the_peer_s_hello_came_go_on_to_their_end() -> None:
    """The child does not wait for an answer: some parts are on their way when it comes."""

    async def story() -> Exchange:
        child, parent = make_child(blobs=[300_000, 300_000], careful=False), make_parent()
        child._peer = b"old-life"  # so the parent's instance is news, and everything is asked
        line = Line(capacity=50_000, pieces_up=(10_000,))
        return await hold_exchange(child, parent, line)

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.parent.depot.stored) == 2
    assert not exchange.parent.depot.seen_again
    assert exchange.child.depot.waits == {}


def test_many_envelopes_pushed_before_the_hello_are_none_the_less_all_sent() -> None:
    async def story(hello_s: float) -> Exchange:
        child, parent = make_child(envelopes=700, careful=False), make_parent()
        child._peer = b"old-life"
        exchange = prepare(child, parent, Line(capacity=1000))
        greeting = parent.greeting

        async def late() -> object:
            await asyncio.sleep(hello_s)
            return await greeting()

        parent.greeting = late  # type: ignore[assignment, method-assign]
        return await hold(exchange)

    for milliseconds in range(5):
        exchange = run(story(milliseconds / 1000))
        assert exchange.clean
        assert len(exchange.parent.depot.stored) == 700


def test_what_the_peer_refuses_for_good_is_not_sent_again() -> None:
    async def story() -> tuple[bytes, Exchange]:
        child, parent = make_child(envelopes=5), make_parent()
        bad = child.queue_envelope(b"forged")
        parent.refuses = {bad: "peer.signature"}
        await hold_exchange(child, parent)
        return bad, await hold_exchange(child, parent)

    bad, exchange = run(story())
    assert exchange.child.depot.given_up == {bad: "peer.signature"}
    assert exchange.child.depot.waits == {}
    assert exchange.messages(EnvelopeItem) == 0
    assert len(exchange.parent.depot.stored) == 5


def test_editions_travel_as_items_too() -> None:
    async def story() -> Exchange:
        child, parent = make_child(), make_parent()
        parent.queue_edition(7, NOISE[:20_000])
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.child.depot.stored) == 1
    assert exchange.parent.depot.waits == {}


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


def count_looks(depot: MemoryDepot) -> list[int]:
    """A list that gets a 1 whenever somebody looks into ``depot``."""
    looks: list[int] = []
    waiting = depot.waiting

    async def counted(after: Mapping[Lane, int], limit: int) -> Mapping[Lane, Sequence[Waiting]]:
        looks.append(1)
        return await waiting(after, limit)

    depot.waiting = counted  # type: ignore[method-assign]
    return looks


def test_a_lingering_exchange_costs_next_to_no_work() -> None:
    async def story() -> tuple[int, int, Exchange]:
        child, parent = make_child(), make_parent()
        looks = [count_looks(depot) for depot in (child, parent)]
        exchange = await hold(prepare(child, parent), linger_s=80)
        return sum(looks[0]), sum(looks[1]), exchange

    start_s = time.monotonic()
    child_looks, parent_looks, exchange = run(story())
    assert exchange.clean
    assert child_looks <= 20  # once in five seconds
    assert parent_looks <= 20
    assert exchange.line.up.carried < 100
    assert time.monotonic() - start_s < 5


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
    stored, left = len(exchange.parent.depot.stored), len(exchange.child.depot.waits)
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
    assert 0 < len(exchange.child.depot.stored) < 2000
    assert len(exchange.child.depot.stored) + len(exchange.parent.depot.waits) == 2000


def test_a_full_disk_is_told_and_nothing_is_acknowledged_that_is_not_on_it() -> None:
    async def story() -> Exchange:
        child = make_child(envelopes=50)
        parent = make_parent(full_after=0, failure=DiskFullError("0 bytes left"))
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert isinstance(exchange.parent.error, DiskFullError)
    assert isinstance(exchange.child.error, NoRoomError)  # the parent's disk, not its own
    assert exchange.messages(Ack) == 0
    assert len(exchange.child.depot.waits) == 50
    assert exchange.child.depot.partings == exchange.parent.depot.partings == [False]


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
    assert len(exchange.parent.depot.stored) == 40


def test_the_last_acks_reach_a_child_that_has_said_everything_before_they_were_made() -> None:
    """Its request body is at its end long before the parent's disk is done."""

    async def story() -> Exchange:
        child, parent = make_child(envelopes=40), make_parent(commit_s=3.0)
        return await hold_exchange(child, parent, Line(half_duplex=True))

    exchange = run(story())
    assert exchange.clean
    assert exchange.child.depot.waits == {}


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
    assert len(exchange.child.depot.stored) == 1


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


# peers that do not behave


@dataclass(kw_only=True)
class Alone:
    """One side of an exchange, and the bare other end of its line."""

    depot: MemoryDepot
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


def alone(depot: MemoryDepot, *, child: bool = False, line: Line | None = None) -> Alone:
    """``depot`` as the parent (or child) of somebody whom the test plays."""
    line = line or Line()
    conversation = Conversation(
        link=line.child if child else line.parent,
        depot=depot,
        clock=LoopClock(),
        child=child,
        careful=not child or bool(depot.careful),
        hello=Hello(versions=VERSIONS, instance=depot.instance, exchange=b"exchange"),
    )
    task = asyncio.create_task(conversation.run())
    return Alone(depot=depot, link=line.parent if child else line.child, task=task, line=line)


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
        assert side.depot.partings == [False]
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
            assert len(side.depot.stored) == more
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
        assert len(side.depot.waits) == 3
        assert side.depot.partings == [False]

    run(story())


def test_a_line_that_ends_inside_a_frame_was_cut() -> None:
    async def story() -> None:
        side = alone(make_parent())
        await side.link.send(encode(HELLO) + encode(EnvelopeItem(wire=b"x" * 100))[:50])
        await side.link.finish()
        with pytest.raises(LineError, match="inside a frame"):
            await side.task
        assert side.depot.stored == []

    run(story())


def test_an_answer_that_is_too_short_hides_nothing() -> None:
    """A Want with fewer entries than were asked about: the rest is sent."""

    async def story() -> list[Message]:
        depot = make_child(envelopes=3, blobs=[1000, 2000], careful=True)
        depot._open = b"exch-old"
        side = alone(depot, child=True)
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
    async def story() -> MemoryDepot:
        depot = make_child(envelopes=1, blobs=[1000], careful=True)
        depot._open = b"exch-old"
        side = alone(depot, child=True)
        await side.link.send(encode(HELLO))
        frames = FrameReader()
        while not any(isinstance(m, Offer) for m in frames.feed(await side.link.receive())):
            pass
        want = Want(have_envelopes=b"\1" * 50, have_blob_bytes=(2**52, 0, 7))
        await side.link.send(encode(want) + encode(Idle(sent=0, got=0)))
        await side.link.finish()
        await side.task
        return depot

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
        await until(lambda: side.depot.stored)
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
    assert len(exchange.parent.depot.stored) == 10
    assert exchange.parent.depot.partings == [False]


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
