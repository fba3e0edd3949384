"""One side of an exchange whatever happens in whatever order: its promises hold at each step."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.errors import DiskFullError, LineError, PeerError
from protocol.exchange.exchange import Exchange, Finish, Wait
from protocol.exchange.known import Look
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import (
    Ack,
    Bye,
    EnvelopeItem,
    Hello,
    Item,
    Message,
    Part,
    Want,
    content_bytes,
)
from protocol.exchange.meter import Meter
from protocol.exchange.pace.send_window import FIRST_WINDOW_BYTES
from protocol.exchange.sender import Now, Read
from protocol.exchange.session import (
    VERSIONS,
    AckReceived,
    AnswerReceived,
    HelloReceived,
    ItemReceived,
    OfferReceived,
)
from protocol.exchange.wire import FrameReader, encode
from protocol.limits import IN_FLIGHT
from protocol.trust.budget import Budget, LaneBudget, Plan
from tests.builders.clock import START_MS
from tests.builders.strategies import MESSAGES

MINE = Hello(versions=VERSIONS, instance=b"instance", exchange=b"exchange")
PEER = Hello(versions=VERSIONS, instance=b"the peer", exchange=b"exchange")
CAP = 3000  # bytes a day of lane 2
BURST_ITEMS = 128


class Ticks:
    """A clock that a test winds by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def ticks_s(self) -> float:
        return self.now_s

    def now_ms(self) -> int:
        return START_MS + int(self.now_s * 1000)

    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


@dataclass(kw_only=True)
class Side:
    """A driver with a store of lists; it checks each promise where it could be broken."""

    child: bool
    careful: bool
    waits: list[Waiting]
    budget: Budget | None = None
    clock: Ticks = field(default_factory=Ticks)
    committed: int = 0  # the number of the last item that the store was told to commit
    batch: Sequence[ItemReceived] = ()
    said: list[Message] = field(default_factory=list)
    sent: Counter[Lane] = field(default_factory=Counter)
    pushed: Counter[bytes] = field(default_factory=Counter)
    noted: set[bytes] = field(default_factory=set)
    ended: bool = False

    def __post_init__(self) -> None:
        meter = Meter(
            plan=lambda: Plan.of(self.budget), clock=self.clock, time_ms=self.clock.now_ms
        )
        self.exchange = Exchange(MINE, meter, child=self.child, careful=self.careful, now_s=0.0)
        self.frames = FrameReader()

    @property
    def now(self) -> Now:
        return Now(ticks_s=self.clock.now_s, wall_ms=self.clock.now_ms())

    def hear(self, data: bytes) -> None:
        for event in self.exchange.receive(data, self.now):
            match event:
                case HelloReceived():
                    self.exchange.greeted(3 if self.careful else 0, self.now)
                case OfferReceived():
                    self.exchange.answer(Want())
                case AnswerReceived(want=want):
                    self.exchange.answered(want, self.now)
                case AckReceived(pushes=pushes):
                    self.noted |= {push.item.key for push, _ in pushes}
                    self.exchange.noted(event)
        self.flush()

    def take(self) -> None:
        """The store begins to commit, unless it is at it."""
        self.batch = self.batch or self.exchange.batch()

    def commit(self) -> None:
        """The store is done."""
        if self.batch:
            self.committed = self.batch[-1].number
            self.exchange.stored(self.batch, [], self.now.ticks_s)
            self.batch = ()
        self.flush()

    def step(self) -> Look | Read | Wait | Finish:
        under_way = len(self.exchange.unacknowledged), self.exchange.unacknowledged.size
        step = self.exchange.next(self.now)
        match step:
            case Look(after=after, limit=limit):
                found = {
                    lane: [w for w in self.waits if w.lane is lane and w.position > at][:limit]
                    for lane, at in after.items()
                }
                self.exchange.found(found, self.now)
            case Read():
                self.require_window(step, *under_way)
                self.exchange.push([self.body(w, step.part_bytes) for w in step.items], self.now)
            case Finish():
                self.flush()
                self.ended = self.exchange.finish(self.now.ticks_s) or self.ended
            case Wait():
                pass
        self.flush()
        return step

    def require_window(self, read: Read, items: int, size: int) -> None:
        """Never more under way than the window, but for the last item of a burst."""
        assert not self.exchange.is_over or self.exchange.failure is None
        if any(isinstance(message, Ack) for message in self.said) or self.exchange.carried[0]:
            return  # the rate decides from the first Ack on: tests/protocol/exchange/test_sender.py
        before_last = sum(self.size(w, read.part_bytes) for w in read.items[:-1])
        assert size + before_last < FIRST_WINDOW_BYTES
        assert items < IN_FLIGHT

    def size(self, waiting: Waiting, part_bytes: int) -> int:
        return min(waiting.size - waiting.offset, part_bytes) if waiting.parts else waiting.size

    def body(self, waiting: Waiting, part_bytes: int) -> Item:
        self.require_budget(waiting.lane)
        size = self.size(waiting, part_bytes)
        self.sent[waiting.lane] += size
        if not waiting.parts:
            self.pushed[waiting.key] += 1
            return EnvelopeItem(wire=bytes(size))
        return Part(
            origin=bytes(8),
            blob=waiting.key,
            size=waiting.size,
            offset=waiting.offset,
            data=bytes(size),
        )

    def require_budget(self, lane: Lane) -> None:
        if self.budget is not None:
            assert lane is not Lane.BLOBS, "this lane is shut"
            assert lane is not Lane.APPLICATIONS or self.sent[lane] < CAP, "the day's share is gone"

    def flush(self) -> None:
        data = self.exchange.data_to_send()
        assert not (data and self.ended), "said after our end"
        for message in self.frames.feed(data):
            assert not (self.farewell and not isinstance(message, Ack | Want)), "said after a Bye"
            if isinstance(message, Ack):
                assert message.upto <= self.committed, "acknowledged before it was committed"
            self.said.append(message)

    @property
    def farewell(self) -> bool:
        return any(isinstance(message, Bye) for message in self.said)


def envelopes(sizes: list[tuple[Lane, int]]) -> list[Waiting]:
    return [
        Waiting(
            key=b"%032d" % n,
            lane=lane,
            origin="0" * 16,
            size=size,
            position=n,
            parts=lane in (Lane.BLOBS, Lane.CATALOGUE),
        )
        for n, (lane, size) in enumerate(sizes, 1)
    ]


queues = st.lists(st.tuples(st.sampled_from(Lane), st.integers(1, 40_000)), max_size=20).map(
    envelopes
)
happenings = st.lists(
    st.sampled_from(["step", "step", "step", "take", "commit", "wake", "stop", "end", "fail"])
    | MESSAGES.filter(lambda message: not isinstance(message, Hello | Bye))
    | st.integers(0, 30).map(lambda upto: Ack(upto=upto))
    | st.floats(0.0, 40.0),
    max_size=60,
)


def live(side: Side, happens: object) -> None:
    """One thing happens. Raises what the exchange failed with."""
    match happens:
        case "step":
            side.step()
        case "take":
            side.take()
        case "commit":
            side.commit()
        case "wake":
            side.exchange.wake()
        case "stop":
            side.exchange.stop()
        case "end":
            if not side.exchange.is_over:
                side.exchange.peer_ended()
        case "fail":
            raise DiskFullError
        case float(seconds):
            side.clock.now_s += seconds
            side.exchange.require_progress(side.now.ticks_s)
        case _:
            side.hear(encode(happens))  # type: ignore[arg-type]


BUDGET = Budget(applications=LaneBudget(bytes_per_day=CAP), blobs=LaneBudget(bytes_per_day=0))
sides = st.builds(
    Side,
    child=st.booleans(),
    careful=st.booleans(),
    waits=queues,
    budget=st.none() | st.just(BUDGET),
)


@given(sides, happenings, st.integers(0, 5))
def test_whatever_happens_in_whatever_order_the_promises_hold(
    side: Side, story: list[object], greeted_at: int
) -> None:
    """And once it has failed it fails for ever: it ends, and nothing but that is done."""
    story.insert(min(greeted_at, len(story)), PEER)
    for happens in story:
        try:
            live(side, happens)
        except (PeerError, LineError, DiskFullError) as exc:
            side.exchange.fail(exc)
            side.flush()
            if side.exchange.failure is not None:
                require_the_end(side)
                return


def require_the_end(side: Side) -> None:
    failure = side.exchange.failure
    side.take()
    side.commit()
    said = len(side.said)
    for _ in range(3):
        assert isinstance(side.step(), Finish)
    side.exchange.wake()
    if isinstance(failure, PeerError | DiskFullError):
        with pytest.raises(type(failure)):
            side.hear(encode(EnvelopeItem(wire=b"late")))
    assert len(side.said) == said
    assert side.exchange.failure is failure
    assert not side.exchange.is_clean


@given(queues, queues, st.integers(1, 70_000))
def test_two_sides_bring_everything_over_once_and_end_settled(
    up: list[Waiting], down: list[Waiting], piece: int
) -> None:
    """Bytes are cut anywhere; each side commits when it is its turn."""
    child = Side(child=True, careful=False, waits=up)
    parent = Side(child=False, careful=True, waits=[replace(w, parts=False) for w in down])
    child.waits = [replace(w, parts=False) for w in up]
    heard = {True: 0, False: 0}  # messages of the child, and of the parent
    for _ in range(200):
        for me, other in ((child, parent), (parent, child)):
            me.take()
            me.commit()
            step = me.step()
            data = b"".join(encode(message) for message in me.said[heard[me.child] :])
            heard[me.child] = len(me.said)
            for at in range(0, len(data), piece):
                other.hear(data[at : at + piece])
            if isinstance(step, Finish) and not other.exchange.is_over:
                other.exchange.peer_ended()
            me.clock.now_s += 0.01
        if child.ended and parent.ended:
            break
    assert child.exchange.is_clean
    assert parent.exchange.is_clean
    for side in (child, parent):
        assert set(side.pushed.values()) <= {1}
        assert side.pushed.keys() == side.noted == {w.key for w in side.waits}
        assert sum(content_bytes(m) for m in side.said if isinstance(m, EnvelopeItem)) == sum(
            w.size for w in side.waits
        )


@given(st.lists(st.integers(1, 2500), min_size=4, max_size=20), st.integers(0, 5))
def test_a_lane_s_share_of_the_day_is_passed_by_one_item_at_most(
    sizes: list[int], others: int
) -> None:
    waits = envelopes([(Lane.APPLICATIONS, size) for size in sizes] + [(Lane.URGENT, 1)] * others)
    side = Side(child=True, careful=False, waits=waits, budget=BUDGET)
    while isinstance(side.step(), Look | Read):
        pass
    sent = [size for n, size in enumerate(sizes) if sum(sizes[:n]) < CAP]
    assert side.sent[Lane.APPLICATIONS] == sum(sent)
    assert side.sent[Lane.URGENT] == others


def test_who_stops_says_bye_and_acknowledges_what_came_before_its_end() -> None:
    side = Side(child=False, careful=True, waits=[])
    side.hear(encode(PEER) + encode(EnvelopeItem(wire=b"one")))
    side.step()
    side.exchange.stop()
    assert side.step() == Wait(seconds=None)
    side.take()
    side.commit()
    assert side.said[-2:] == [Bye(code=""), Ack(upto=1)]
    assert side.step() == Finish()


@given(happenings)
def test_a_parent_is_silent_before_the_child_s_hello(story: list[object]) -> None:
    side = Side(child=False, careful=True, waits=envelopes([(Lane.CONTROL, 10)]))
    for happens in story:
        if happens in ("fail", "end") or not isinstance(happens, str | float):
            continue
        try:
            live(side, happens)
        except LineError as exc:
            side.exchange.fail(exc)
            return
    assert side.said == []
