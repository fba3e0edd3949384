"""An exchange brings everything once, in its order, whatever is lost on the way."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.exchange.messages import (
    Ack,
    EnvelopeItem,
    Hello,
    Idle,
    Offer,
    Want,
)
from protocol.exchange.wire import FrameReader, encode
from tests.builders.lines.exchanges import Exchange, hold, hold_exchange, prepare
from tests.builders.lines.links import Line
from tests.builders.virtual_time import LoopClock, run
from tests.runtime.line.talking import (
    HELLO,
    NOISE,
    Trouble,
    alone,
    blob_sizes,
    count_looks,
    fill,
    live_through,
    make_child,
    make_parent,
    queues,
    require_everything_once,
    troubles,
)


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
        await hold_exchange(child, parent)  # a blob whose beginning was lost begins anew
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
    assert len(exchange.parent.exchange_store.stored) == 1000
    assert exchange.parent.exchange_store.commits <= 20
    assert exchange.messages(Ack) == exchange.parent.exchange_store.commits


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
    assert exchange.child.exchange_store.partings == [True, True]


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
    assert exchange.child.exchange_store.waits == {}
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
    assert not exchange.parent.exchange_store.seen_again


def test_a_parent_that_lost_its_disk_gets_everything_again() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=30, blobs=[70_000]), make_parent()
        await hold_exchange(child, parent)
        parent.lose_disk()
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.parent.exchange_store.stored) == 31
    assert exchange.messages(Offer) == 1


def test_an_offer_is_made_in_rounds_when_there_is_more_to_ask_than_one_holds() -> None:
    async def story() -> Exchange:
        child, parent = make_child(envelopes=4500), make_parent()
        await hold_exchange(child, parent)
        parent.lose_disk()
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.parent.exchange_store.stored) == 4500
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
    assert len(exchange.parent.exchange_store.stored) == 2
    assert not exchange.parent.exchange_store.seen_again
    assert exchange.child.exchange_store.waits == {}


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
        assert len(exchange.parent.exchange_store.stored) == 700


def test_what_the_peer_refuses_for_good_is_not_sent_again() -> None:
    async def story() -> tuple[bytes, Exchange]:
        child, parent = make_child(envelopes=5), make_parent()
        bad = child.queue_envelope(b"forged")
        parent.refuses = {bad: "peer.signature"}
        await hold_exchange(child, parent)
        return bad, await hold_exchange(child, parent)

    bad, exchange = run(story())
    assert exchange.child.exchange_store.given_up == {bad: "peer.signature"}
    assert exchange.child.exchange_store.waits == {}
    assert exchange.messages(EnvelopeItem) == 0
    assert len(exchange.parent.exchange_store.stored) == 5


def test_editions_travel_as_items_too() -> None:
    async def story() -> Exchange:
        child, parent = make_child(), make_parent()
        parent.queue_edition(7, NOISE[:20_000])
        return await hold_exchange(child, parent)

    exchange = run(story())
    assert exchange.clean
    assert len(exchange.child.exchange_store.stored) == 1
    assert exchange.parent.exchange_store.waits == {}


def test_a_hello_goes_together_with_what_follows_it() -> None:
    """One packet instead of two: a look into the store writes nothing by itself."""

    async def story() -> list[bytes]:
        side, writes = alone(make_parent()), list[bytes]()
        side.line.parent.watch = writes.append
        await side.link.send(encode(HELLO) + encode(Idle(sent=0, got=0)))
        await side.link.finish()
        await side.task
        return writes

    (data,) = run(story())
    assert [type(message) for message in FrameReader().feed(data)] == [Hello, Idle]
