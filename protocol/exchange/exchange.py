"""One exchange of one side: what next, how much at once, when to stop. No I/O and no clock.

Whoever moves the bytes (runtime.line.conversation) does nothing but what stands here:

- what the line brings goes into :meth:`Exchange.receive`; the store is asked what each event
  asks, and the answer handed in: :class:`HelloReceived` -> :meth:`greeted`,
  :class:`OfferReceived` -> :meth:`answer`, :class:`AnswerReceived` -> :meth:`answered` and
  :meth:`noted`, :class:`AckReceived` -> :meth:`noted`;
- :meth:`batch` is committed and then told to :meth:`stored`;
- :meth:`next` names the next step: :class:`Look` and :class:`Read` are answered by the store,
  :class:`Wait` is slept, :class:`Finish` ends our body;
- after each of these :meth:`data_to_send` is written to the line.

Source: docs/protocol.md sections 8.3, 8.4 and 8.7.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from protocol.codec import altered
from protocol.envelope.envelope import Lane
from protocol.errors import LineError, UnexpectedError, YizhanError
from protocol.errors.from_peer import from_peer
from protocol.exchange.known import Look
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import Bye, Hello, Item, Want, content_bytes
from protocol.exchange.meter import Meter
from protocol.exchange.pace.stall_detector import StallDetector
from protocol.exchange.sender import Now, Read, Sender
from protocol.exchange.session import (
    AckReceived,
    AnswerReceived,
    ByeReceived,
    Event,
    HelloReceived,
    ItemReceived,
    OfferReceived,
    Session,
)
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.exchange.wire import FrameReader
from protocol.limits import BATCH_BYTES, BATCH_ITEMS, IN_FLIGHT

ANSWER_S = 20.0  # a path that brings nothing back for so long is taken as half duplex
POLL_S = 5.0  # look for new work even if nothing woke us
LAST_LOOK_S = 0.05  # the peer has ended: only what is at hand is still sent
_LAST_LOOKS = 2
_ITEM_BYTES = 1024  # counted for an item that waits to be committed, beside its content


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing to do before ``seconds`` are over (None: no limit) or something happens."""

    seconds: float | None


@dataclass(frozen=True, slots=True)
class Finish:
    """End our body; nothing more is sent."""


Step = Look | Read | Wait | Finish
StoreEvent = HelloReceived | OfferReceived | AnswerReceived | AckReceived


class _Arrivals:
    """Items that have come and are not committed yet."""

    def __init__(self) -> None:
        self._items: deque[ItemReceived] = deque()
        self.size = 0  # of these, and of the batch that is being committed

    def __len__(self) -> int:
        return len(self._items)

    def add(self, arrived: ItemReceived) -> None:
        self._items.append(arrived)
        self.size += _ITEM_BYTES + content_bytes(arrived.item)

    def take(self) -> Sequence[ItemReceived]:
        return [self._items.popleft() for _ in range(min(BATCH_ITEMS, len(self._items)))]

    def done(self, batch: Sequence[ItemReceived]) -> None:
        self.size -= sum(_ITEM_BYTES + content_bytes(arrived.item) for arrived in batch)


@dataclass(slots=True)
class _Ending:
    """How near the end is."""

    stopping: bool = False  # one side wants to stop before everything is sent
    leaving: bool = False  # nothing more is pushed
    finished: bool = False  # our body is at its end
    peer_ended: bool = False
    last_item: int = 0  # once we have finished: the highest number that may still come
    looks: int = 0  # times that nothing was found to send after the peer's end
    settled_s: float | None = None  # ticks since when nothing is left to say


class Exchange:
    """Decides for one side of one exchange."""

    def __init__(
        self, hello: Hello, meter: Meter, *, child: bool, careful: bool, now_s: float
    ) -> None:
        """``hello`` is ours, and names the exchange also if we are the parent."""
        self._hello, self._child = hello, child
        said = hello if child else altered(hello, exchange=b"")
        self._session = Session(said, hello.exchange)
        self._sender = Sender(self._session, meter, careful=careful)
        self._frames, self._stall = FrameReader(), StallDetector(now_s)
        self._arrivals = _Arrivals()
        self._ending = _Ending()
        self.failure: YizhanError | None = None
        self.retry_after_s = 0  # the pause that the peer asked for
        self.heard = 0  # whole messages of the peer; without another one nothing has changed

    @property
    def unacknowledged(self) -> UnacknowledgedPushes:
        """What was pushed and is not acknowledged."""
        return self._session.unacknowledged

    @property
    def is_over(self) -> bool:
        """Nothing more will come from the peer."""
        return self._ending.peer_ended or self.failure is not None

    @property
    def is_clean(self) -> bool:
        """Nothing was left open."""
        return self.failure is None and self._session.settled

    @property
    def resting(self) -> bool:
        """Nothing is left to say on both sides; it is only kept open."""
        return self._session.settled and self._sender.at_rest and not self._ending.stopping

    @property
    def carried(self) -> tuple[int, float]:
        """Bytes of our content that were acknowledged, and seconds in which some was under way."""
        return self._sender.rate.carried_bytes, self._sender.rate.busy_s

    # the line

    def receive(self, data: bytes, now: Now) -> Iterator[StoreEvent]:
        """What the store is asked because of these bytes, one after the other.

        Raises:
            PeerError, LineError: the peer broke the rules, or ends the exchange with a reason.
        """
        for message in self._frames.feed(data):
            self.heard += 1
            for event in self._session.receive(message):
                if not (self._ending.finished and isinstance(event, OfferReceived)):
                    self._stall.got_on(now.ticks_s)
                yield from self._sorted(event, now)
        self._stall.received(len(data), self._frames.held_bytes, now.ticks_s)

    def peer_ended(self) -> None:
        """The line brings no more.

        Raises:
            LineError: it ended inside a frame, or before the peer said anything.
        """
        if self._frames.held_bytes:
            raise LineError("the line was cut inside a frame")
        self._session.peer_ended()
        self._ending.peer_ended = True
        if self._session.peer is None and not self._ending.stopping:
            raise LineError("the peer ended before it said anything")

    def sent(self, now_s: float) -> None:
        """The line took what we said."""
        self._stall.sent(now_s)

    def require_progress(self, now_s: float) -> None:
        """Raise LineError if the exchange gets nowhere, whatever its parts wait for."""
        caller = self._hello if self._child else self._session.peer
        settled = self._session.settled and self._sender.at_rest and not self._ending.finished
        self._stall.require(now_s, settled=settled, linger_s=caller.linger_s if caller else 0)

    def data_to_send(self) -> bytes:
        """Frames to transmit now. A parent is silent before the child's Hello."""
        silent = not self._child and self._session.peer is None and self.failure is None
        return b"" if silent or self._ending.finished else self._session.data_to_send()

    # what came

    @property
    def has_arrivals(self) -> bool:
        """Something waits to be committed."""
        return bool(self._arrivals)

    @property
    def has_room(self) -> bool:
        """More may be read; else only after a commit."""
        return self._arrivals.size < BATCH_BYTES or self.is_over

    def batch(self) -> Sequence[ItemReceived]:
        """What is to be committed together now; empty if nothing waits."""
        return self._arrivals.take()

    def stored(
        self, batch: Sequence[ItemReceived], refused: Sequence[tuple[int, str]], now_s: float
    ) -> None:
        """``batch`` is committed, but for these of it (index and code); it is acknowledged now."""
        self._arrivals.done(batch)
        codes = [(batch[at].number, code) for at, code in refused]
        self._session.stored(batch[-1].number, codes)
        self._stall.got_on(now_s)

    # what the store says

    def greeted(self, to_ask: int, now: Now) -> None:
        """The store knows who the peer is; ``to_ask`` items of each lane are in doubt."""
        self._sender.greeted(to_ask, now)

    def answer(self, want: Want) -> None:
        """Which of the peer's offer we hold."""
        self._session.answer(want)

    def answered(self, want: Want, now: Now) -> Sequence[tuple[Waiting, str | None]]:
        """What the store is to note as held by the peer, which has said so."""
        return self._sender.answered(want, now)

    def noted(self, event: AckReceived) -> None:
        """The store has noted what an Ack says."""
        self._sender.noted([push.item for push, _ in event.pushes])

    def found(self, found: Mapping[Lane, Sequence[Waiting]], now: Now) -> None:
        """Answer to a :class:`Look`."""
        self._sender.found(found, now)

    def push(self, bodies: Sequence[Item | None], now: Now) -> None:
        """Answer to a :class:`Read`."""
        self._sender.push(bodies, now)

    # the course of it

    def wake(self) -> None:
        """The store may hold something new for the peer."""
        self._sender.wake()

    def stop(self) -> None:
        """End soon: store and acknowledge what came, push nothing more."""
        self._ending.stopping = True

    def fail(self, error: YizhanError) -> bool:
        """Something failed. Whether the peer is told: then its Bye is to be sent now."""
        if isinstance(error, LineError) and self._ending.finished and not self._child:
            self._ending.peer_ended = True
            return False  # the answer was complete; what is still under way comes next time
        telling = not isinstance(error, LineError) and not self.is_over
        self.failure = self.failure or error
        self._session.fail(error, telling=telling)
        return telling

    def next(self, now: Now) -> Step:
        """What is to be done now."""
        if not self._child and self._session.peer is None and not self.is_over:
            return Wait(seconds=None)
        ending = self._ending
        while not (ending.leaving or self._may_leave(now.ticks_s)):
            if step := self._sender.next():
                if isinstance(step, Read) or step.asking:  # a look may find nothing
                    ending.looks, ending.settled_s = 0, None
                return step
            if self._goes_on_unanswered(now):
                continue
            if self._child and self._session.peer is None and self._is_quiet(now.ticks_s):
                break  # no answer before our end, it seems: this path is half duplex
            return Wait(seconds=self._pause_s(now.ticks_s))
        return self._leave()

    def finish(self, now_s: float) -> bool:
        """Our body ends now, unless it has; from here on the peer has to come to its own end."""
        if self._ending.finished:
            return False
        self._ending.finished = True
        self._ending.last_item = self._session.arrived + IN_FLIGHT
        self._session.end()
        self._stall.got_on(now_s)
        return True

    def _may_leave(self, now_s: float) -> bool:
        ending = self._ending
        if self.failure is not None or ending.stopping:
            return True
        if ending.peer_ended:
            return self._child or ending.looks >= _LAST_LOOKS or self.resting
        if not self._child or ending.settled_s is None:
            return False
        return now_s - ending.settled_s >= self._hello.linger_s

    def _goes_on_unanswered(self, now: Now) -> bool:
        """Whether more can go because answers are no longer waited for."""
        if self._sender.asking and (self._is_unanswered(now.ticks_s) or self._ending.peer_ended):
            self._sender.give_up_asking(now)
            return True
        if self._sender.at_rest and not self.unacknowledged:
            self._session.idle()
        return self._is_quiet(now.ticks_s) and self._sender.lift_window()

    def _is_unanswered(self, now_s: float) -> bool:
        return self._stall.quiet_s(now_s) > ANSWER_S

    def _is_quiet(self, now_s: float) -> bool:
        """Nothing came, and not because we pause or have not sent yet what is to be said."""
        return self._is_unanswered(now_s) and not (self._sender.paced or self._session.has_data)

    def _pause_s(self, now_s: float) -> float:
        ending, waits_s = self._ending, self._sender.pause_s
        pause_s = POLL_S if waits_s is None else min(POLL_S, waits_s)
        if not (self._session.settled and self._sender.at_rest):
            ending.settled_s = None
        elif ending.settled_s is None:
            ending.settled_s = now_s
        if ending.settled_s is not None and self._child:
            left_s = self._hello.linger_s - (now_s - ending.settled_s)
            pause_s = max(0.0, min(pause_s, left_s))
        if ending.peer_ended and self._session.caught_up:
            pause_s = min(pause_s, LAST_LOOK_S)
            ending.looks += 1
        return pause_s

    def _leave(self) -> Step:
        self._ending.leaving = True
        if self._ending.stopping:
            self._session.bye()
        if self.failure is None and not self._session.caught_up:
            return Wait(seconds=None)  # the last Acks go out before our end
        return Finish()

    def _sorted(self, event: Event, now: Now) -> Iterator[StoreEvent]:
        match event:
            case ItemReceived():
                self._take_in(event)
            case ByeReceived(bye=bye):
                self._part(bye)
            case AckReceived(pushes=pushes):
                self._sender.acknowledged([push for push, _ in pushes], now)
                yield event
            case HelloReceived() | OfferReceived() | AnswerReceived():
                yield event

    def _take_in(self, arrived: ItemReceived) -> None:
        if self._child and self._ending.finished and arrived.number > self._ending.last_item:
            raise UnexpectedError(f"item {arrived.number} long after our end")
        self._arrivals.add(arrived)

    def _part(self, bye: Bye) -> None:
        self.retry_after_s = bye.retry_after_s
        self._ending.stopping = True
        if bye.code:
            error = from_peer(bye.code, "the peer ended the exchange")
            raise error.asks_pause(bye.retry_after_s)
