"""What goes next in an exchange: asked first where in doubt, then by lanes, never too much."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from protocol.envelope.envelope import Lane
from protocol.exchange.known import Look
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import Ack, EnvelopeItem, Hello, Message, Offer, Part, Want
from protocol.exchange.pace.send_window import FIRST_WINDOW_BYTES, MIN_PART_BYTES
from protocol.exchange.sender import Now, Read, Sender
from protocol.exchange.session import VERSIONS, AckReceived, Session
from protocol.exchange.store import ASK_ALL
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.exchange.wire import FrameReader
from protocol.limits import IN_FLIGHT, OFFER_IDS
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.virtual_time import LoopClock, run

HELLO = Hello(versions=VERSIONS, instance=b"instance", exchange=b"exchange")
PEER = Hello(versions=VERSIONS, instance=b"the peer", exchange=b"exchange")


class Rig:
    """A sender, its session and its store, and everything that it says."""

    def __init__(self, exchange_store: MemoryExchangeStore, *, careful: bool = False) -> None:
        self.exchange_store, self.clock = exchange_store, LoopClock()
        self.session = Session(HELLO)
        self.session.data_to_send()
        self.sender = Sender(self.session, exchange_store.meter, careful=careful)
        self.noting = asyncio.Lock()

    @property
    def now(self) -> Now:
        return Now(ticks_s=self.clock.ticks_s(), wall_ms=self.clock.now_ms())

    async def meet(self) -> None:
        self.session.receive(PEER)
        self.sender.greeted(await self.exchange_store.meet(PEER), self.now)

    async def answer(self, want: Want) -> None:
        self.session.receive(want)
        await self.exchange_store.confirmed(self.sender.answered(want, self.now))

    async def steps(self, most: int = 10_000) -> list[Message]:
        """What is said until there is nothing to do; ``most`` are the times that items are read."""
        while most and (step := await self.step()):
            most -= isinstance(step, Read)
        return list(FrameReader().feed(self.session.data_to_send()))

    async def step(self) -> Look | Read | None:
        async with self.noting:
            step = self.sender.next()
            match step:
                case Look():
                    found = await self.exchange_store.waiting(step.after, step.limit, step.without)
                    self.sender.found(found, self.now)
                case Read():
                    if step.first:
                        await self.exchange_store.pushing(self.session.unacknowledged)
                    bodies = await self.exchange_store.read(step.items, step.part_bytes)
                    self.sender.push(bodies, self.now)
                case None:
                    pass
        return step

    async def ack(self, upto: int) -> None:
        for event in self.session.receive(Ack(upto=upto)):
            assert isinstance(event, AckReceived)
            pushes = [push for push, _ in event.pushes]
            self.sender.acknowledged(pushes, self.now)
            async with self.noting:
                await self.exchange_store.confirmed([(p.item, c) for p, c in event.pushes])
                self.sender.noted([push.item for push in pushes])


def make_exchange_store(*, meets_with: int = 0) -> MemoryExchangeStore:
    exchange_store = MemoryExchangeStore(name="here")

    async def meet(hello: Hello) -> int:
        exchange_store.meetings.append(hello)
        return meets_with

    exchange_store.meet = meet  # type: ignore[method-assign]
    return exchange_store


def wires(said: Sequence[Message]) -> list[bytes]:
    return [message.wire for message in said if isinstance(message, EnvelopeItem)]


def test_lanes_go_in_their_order_and_control_before_all() -> None:
    async def story() -> list[bytes]:
        exchange_store = make_exchange_store()
        for lane in reversed(Lane):
            exchange_store.queue_envelope(lane.name.encode(), lane)
        return wires(await Rig(exchange_store).steps())

    said = run(story())
    assert said[:2] == [b"CONTROL", b"URGENT"]
    assert sorted(said) == sorted(lane.name.encode() for lane in Lane)


def test_nothing_is_said_before_the_peer_s_hello_if_something_is_in_doubt() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        exchange_store.queue_envelope(b"one")
        rig = Rig(exchange_store, careful=True)
        assert rig.sender.asking
        assert await rig.steps() == []
        await rig.meet()
        assert wires(await rig.steps()) == [b"one"]

    run(story())


def test_after_a_doubt_the_oldest_of_each_lane_are_asked_about() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store(meets_with=3)
        for lane in (Lane.APPLICATIONS, Lane.RESULTS):
            for n in range(5):
                exchange_store.queue_envelope(b"%s %d" % (lane.name.encode(), n), lane)
        keys = list(exchange_store.waits)
        blob = exchange_store.queue_blob(b"photograph")
        rig = Rig(exchange_store, careful=True)
        await rig.meet()
        (offer,) = await rig.steps()
        asked = [keys[n] for n in (0, 1, 2, 5, 6, 7)]
        assert offer == Offer(
            envelopes=tuple(key[:8] for key in asked), blobs=(bytes(8) + blob[:8],)
        )
        assert rig.sender.asking

        await rig.answer(Want(have_envelopes=b"\1\0\1\0\0\1", have_blob_bytes=(4,)))
        said = await rig.steps()
        left = ["APPLICATIONS 1", "APPLICATIONS 3", "APPLICATIONS 4"]
        left += ["RESULTS 0", "RESULTS 1", "RESULTS 3", "RESULTS 4"]
        assert sorted(wires(said)) == [text.encode() for text in left]
        assert said[-1] == Part(origin=bytes(8), blob=blob, size=10, offset=4, data=b"ograph")
        assert set(exchange_store.once_confirmed) == {keys[0], keys[2], keys[7]}

    run(story())


def test_with_a_peer_whose_memory_is_gone_everything_is_asked_about_in_rounds() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store(meets_with=ASK_ALL)
        for n in range(OFFER_IDS + 10):
            exchange_store.queue_envelope(b"%d" % n)
        rig = Rig(exchange_store, careful=True)
        await rig.meet()
        for expected in (OFFER_IDS, 10):
            (offer,) = await rig.steps()
            assert isinstance(offer, Offer)
            assert len(offer.envelopes) == expected
            await rig.answer(Want(have_envelopes=b"\1" * expected))
        assert await rig.steps() == []
        assert exchange_store.waits == {}

    run(story())


def test_without_an_answer_what_was_asked_about_is_sent() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store(meets_with=2)
        for n in range(4):
            exchange_store.queue_envelope(b"%d" % n)
        rig = Rig(exchange_store, careful=True)
        await rig.meet()
        await rig.steps()
        rig.sender.give_up_asking(rig.now)
        assert wires(await rig.steps()) == [b"0", b"1", b"2", b"3"]

    run(story())


def test_so_many_may_be_on_their_way_and_no_more() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        for n in range(3 * IN_FLIGHT):
            exchange_store.queue_envelope(b"%d" % n)
        rig = Rig(exchange_store)
        await rig.meet()
        first = len(wires(await rig.steps()))
        assert IN_FLIGHT <= first < IN_FLIGHT + 128
        assert await rig.steps() == []
        await rig.ack(100)
        assert 0 < len(wires(await rig.steps())) <= 228
        assert len(exchange_store.once_confirmed) == 100

    run(story())


def test_a_step_takes_one_burst_so_that_what_is_urgent_waits_for_no_more() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        for n in range(100):
            exchange_store.queue_envelope(b"%03d" % n + bytes(9_997))
        exchange_store.queue_blob(bytes(500_000))
        rig = Rig(exchange_store)
        await rig.meet()
        sent = 0
        for _ in range(5):
            said = await rig.steps(most=1)
            assert sum(len(m.wire) for m in said if isinstance(m, EnvelopeItem)) <= 116_000
            sent += len(said)
            await rig.ack(sent)
        exchange_store.queue_envelope(b"flood relief", Lane.URGENT)
        rig.sender.wake()
        assert wires(await rig.steps(most=1))[0] == b"flood relief"


def test_until_the_first_acknowledgement_no_more_goes_than_a_slow_line_can_take() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        exchange_store.queue_blob(bytes(500_000))
        rig = Rig(exchange_store)
        await rig.meet()
        parts = [message for message in await rig.steps() if isinstance(message, Part)]
        assert sum(len(part.data) for part in parts) == FIRST_WINDOW_BYTES
        assert {len(part.data) for part in parts} == {MIN_PART_BYTES}
        await rig.ack(1)
        assert await rig.steps()

    run(story())


def test_on_a_path_without_acknowledgements_everything_goes() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        exchange_store.queue_blob(bytes(500_000))
        rig = Rig(exchange_store)
        said = await rig.steps()
        assert rig.sender.lift_window()
        said += await rig.steps()
        assert sum(len(message.data) for message in said if isinstance(message, Part)) == 500_000
        assert not rig.sender.lift_window()

    run(story())


def test_what_is_gone_meanwhile_is_left_out() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        keys = [exchange_store.queue_envelope(b"%d" % n) for n in range(3)]
        del exchange_store.bodies[keys[1]]
        assert wires(await Rig(exchange_store).steps()) == [b"0", b"2"]

    run(story())


def test_a_blob_goes_in_parts_and_is_confirmed_part_by_part() -> None:
    async def story() -> None:
        data = bytes(range(256)) * 80
        exchange_store = make_exchange_store()
        key = exchange_store.queue_blob(data)
        rig = Rig(exchange_store)
        await rig.meet()
        parts = [message for message in await rig.steps() if isinstance(message, Part)]
        assert b"".join(part.data for part in parts) == data
        assert [part.offset for part in parts] == [0, MIN_PART_BYTES, 2 * MIN_PART_BYTES]
        await rig.ack(1)
        assert exchange_store.waits[key].offset == MIN_PART_BYTES
        await rig.ack(3)
        assert key not in exchange_store.waits

    run(story())


def test_nothing_goes_twice_when_the_hello_and_an_ack_come_in_the_middle() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        for n in range(10):
            exchange_store.queue_envelope(b"%d" % n)
        exchange_store.queue_blob(bytes(20_000))
        rig = Rig(exchange_store)
        said = await rig.steps(most=2)
        await rig.meet()
        await rig.ack(5)
        said += await rig.steps()
        assert len(wires(said)) == 10
        parts = [message for message in said if isinstance(message, Part)]
        assert b"".join(part.data for part in parts) == bytes(20_000)

    run(story())


def test_nothing_goes_twice_while_the_store_is_still_noting_an_ack() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        exchange_store.queue_envelope(b"once")
        rig = Rig(exchange_store)
        assert wires(await rig.steps()) == [b"once"]
        await rig.meet()  # from here on the store is read from its beginning again
        confirmed, noted = exchange_store.confirmed, asyncio.Event()

        async def slowly(acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
            await noted.wait()
            await confirmed(acks, upto)

        exchange_store.confirmed = slowly  # type: ignore[method-assign]
        acking = asyncio.create_task(rig.ack(1))
        stepping = asyncio.create_task(rig.steps())
        await asyncio.sleep(1)
        noted.set()
        await acking
        assert await stepping == []

    run(story())


def test_a_ring_in_the_middle_of_a_look_is_not_missed() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        rig = Rig(exchange_store)
        waiting = exchange_store.waiting

        async def late(*look: Any) -> Mapping[Lane, Sequence[Waiting]]:
            found = await waiting(*look)
            if not exchange_store.waits:
                exchange_store.queue_envelope(b"just missed", Lane.APPLICATIONS)
                rig.sender.wake()
            return found

        exchange_store.waiting = late  # type: ignore[assignment, method-assign]
        said = await rig.steps() + await rig.steps()
        assert wires(said) == [b"just missed"]

    run(story())


def test_one_look_into_the_store_serves_all_lanes() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        rig = Rig(exchange_store)
        looks: list[set[Lane]] = []
        waiting = exchange_store.waiting

        async def noted(*look: Any) -> Mapping[Lane, Sequence[Waiting]]:
            looks.append(set(look[0]))
            return await waiting(*look)

        exchange_store.waiting = noted  # type: ignore[assignment, method-assign]
        for lane in (Lane.RESULTS, Lane.URGENT, Lane.CONTROL):
            exchange_store.queue_envelope(lane.name.encode(), lane)
        assert wires(await rig.steps()) == [b"CONTROL", b"URGENT", b"RESULTS"]
        assert looks == [set(Lane)]

    run(story())


def test_the_store_is_told_once_that_pushing_begins() -> None:
    async def story() -> None:
        exchange_store = make_exchange_store()
        told: list[bytes] = []

        async def pushing(pushes: UnacknowledgedPushes) -> None:
            told.append(pushes.exchange)

        exchange_store.pushing = pushing  # type: ignore[method-assign]
        rig = Rig(exchange_store)
        await rig.steps()
        assert told == []
        for n in range(300):
            exchange_store.queue_envelope(b"%d" % n)
        rig.sender.wake()
        await rig.steps()
        assert told == [b"exchange"]

    run(story())
