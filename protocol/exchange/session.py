"""What may be said in one exchange, seen from one side, without any I/O.

The same class serves parent and child. After :meth:`Session.receive` the caller acts on the
events, commits what arrived, reports that with :meth:`Session.stored`, and then transmits
:meth:`Session.data_to_send`. The session acknowledges only what the caller says is committed.

Where each side stands is in :attr:`Session.ours` and :attr:`Session.theirs`, by the table of
``protocol.exchange.states``. What is not in the table raises: UnexpectedError, or another error
of the peer's, if the peer did it; OutOfTurnError if we did. From then on that side is in
ERROR, nothing more is said, and whatever comes raises the first error again.

Source: docs/protocol.md section 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.codec import altered
from protocol.errors import LineError, UnexpectedError, VersionError, YizhanError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import (
    Ack,
    Bye,
    EditionNews,
    EnvelopeItem,
    Hello,
    Idle,
    Item,
    Message,
    Offer,
    Part,
    Want,
    content_bytes,
)
from protocol.exchange.states import OURS, THEIRS, Action, OutOfTurnError, State
from protocol.exchange.unacknowledged import Push, UnacknowledgedPushes
from protocol.exchange.wire import encode

VERSIONS = (1,)


@dataclass(frozen=True, slots=True)
class HelloReceived:
    """The peer has introduced itself."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class OfferReceived:
    """The peer asks which of these we hold; answer with :meth:`Session.answer`."""

    offer: Offer


@dataclass(frozen=True, slots=True)
class AnswerReceived:
    """The peer's answer to our offer."""

    want: Want


@dataclass(frozen=True, slots=True)
class ItemReceived:
    """An item to be committed; ``number`` counts the peer's items in this exchange."""

    number: int
    item: Item


@dataclass(frozen=True, slots=True)
class AckReceived:
    """The peer holds these pushes; a code says that it refused one."""

    pushes: tuple[tuple[Push, str | None], ...]


@dataclass(frozen=True, slots=True)
class ByeReceived:
    """The peer stops this exchange."""

    bye: Bye


Event = HelloReceived | OfferReceived | AnswerReceived | ItemReceived | AckReceived | ByeReceived


class Session:
    """State of one exchange: what was sent, acknowledged, received and stored."""

    def __init__(self, hello: Hello, exchange: bytes = b"") -> None:
        """``exchange`` is the child's, where the Hello (a parent's) does not say it."""
        self.ours = self.theirs = State.OPENING
        self.unacknowledged = UnacknowledgedPushes(exchange or hello.exchange)
        self.peer: Hello | None = None
        self._outgoing: list[bytes] = []
        self._failure: YizhanError | None = None
        self._idles: tuple[Idle | None, Idle | None] = None, None  # the last of each side
        self._received = self._stored = 0
        self._due = self._given_up = 0  # answers to our offers that may come; of these, too late
        self._say(Action.HELLO, hello)

    @property
    def arrived(self) -> int:
        """Items that the peer has sent us so far."""
        return self._received

    @property
    def caught_up(self) -> bool:
        """Everything that the peer has sent us so far is committed."""
        return self._stored == self._received

    @property
    def settled(self) -> bool:
        """Both sides have nothing to send and hold everything that was sent."""
        sent = self.unacknowledged.sent
        here, there = Idle(sent=sent, got=self._received), Idle(sent=self._received, got=sent)
        return self._idles == (here, there) and not self.unacknowledged

    def receive(self, message: Message) -> list[Event]:
        """Apply one message of the peer.

        Raises:
            UnexpectedError: it makes no sense at this moment.
            VersionError: we share no version.
            YizhanError: the exchange has failed before, with this error, and not of the line:
                what a broken line has brought may still be read.
        """
        if self._failure is not None:
            raise self._failure
        try:
            return self._receive(message)
        except YizhanError as exc:
            self.theirs, self._failure = State.ERROR, exc
            raise

    def peer_ended(self) -> None:
        """The peer's body is at its end."""
        if self._failure is None:
            self._advance(Action.END)

    def stored(self, upto: int, refused: Sequence[tuple[int, str]] = ()) -> None:
        """Everything up to item ``upto`` is committed, but for the refused numbers."""
        if not self._stored < upto <= self._received:
            raise self._out_of_turn(f"stored({upto}) with {self._stored}..{self._received}")
        self._stored = upto
        if self.ours not in (State.ENDED, State.ERROR):  # else the next Hello says so
            self._say(Action.ACK, Ack(upto=upto, refused=tuple(refused)))

    def push(self, item: Item, waiting: Waiting, now_s: float = 0.0) -> None:
        """Send one item; the Ack that covers it names ``waiting``.

        Args:
            item: with the content.
            waiting: as the store knows it; of a blob, ``offset`` is the end of the part.
            now_s: ticks.
        """
        self._say(Action.ITEM, item)
        self.unacknowledged.pushed(waiting, content_bytes(item), now_s)

    def offer(self, offer: Offer) -> None:
        """Ask before pushing again; the answer comes as :class:`AnswerReceived`."""
        self._say(Action.OFFER, offer)
        self._due += 1

    def give_up_asking(self) -> None:
        """The path brings no answers in time: go on as if the peer held nothing."""
        if self.ours is State.ASKING:
            self._do(Action.GIVE_UP)
            self._given_up += 1

    def answer(self, want: Want) -> None:
        """Answer the peer's offer; unsaid if we have ended already."""
        if self.ours not in (State.ENDED, State.ERROR):
            self._say(Action.WANT, want)

    def idle(self) -> bool:
        """Nothing waits to be sent; said once for each state of affairs. Whether it was now."""
        mine, peers = self._idles
        idle = Idle(sent=self.unacknowledged.sent, got=self._stored)
        if idle == mine or not self.caught_up or Action.IDLE not in OURS[self.ours]:
            return False
        self._idles = idle, peers
        self._say(Action.IDLE, idle)
        return True

    def bye(self, code: str = "", retry_after_s: int = 0) -> None:
        """Say that we stop here; said once."""
        if Action.BYE in OURS[self.ours]:
            self._say(Action.BYE, Bye(code=code, retry_after_s=retry_after_s))

    def end(self) -> None:
        """Our body is at its end: nothing more is said."""
        if self.ours not in (State.ENDED, State.ERROR):
            self._do(Action.END)

    def fail(self, error: YizhanError, *, telling: bool) -> None:
        """The exchange has failed: say so if that makes sense, and nothing after it."""
        if telling:
            self.bye(error.code)
        self.ours = State.ERROR
        if not isinstance(error, LineError):
            self.theirs, self._failure = State.ERROR, self._failure or error

    @property
    def has_data(self) -> bool:
        """Something waits to be transmitted."""
        return bool(self._outgoing)

    def data_to_send(self) -> bytes:
        """Frames to transmit now, in order; empty if there is nothing."""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def _say(self, action: Action, message: Message) -> None:
        self._do(action)
        self._outgoing.append(encode(message))

    def _do(self, action: Action) -> None:
        after = OURS[self.ours].get(action)
        if after is None:
            raise self._out_of_turn(f"{action.value} while {self.ours.value}")
        self.ours = after

    def _out_of_turn(self, what: str) -> OutOfTurnError:
        self.ours = State.ERROR
        return OutOfTurnError(what)

    def _advance(self, action: Action) -> None:
        after = THEIRS[self.theirs].get(action)
        if after is None:
            raise UnexpectedError(f"{action.value} while {self.theirs.value}")
        self.theirs = after

    def _receive(self, message: Message) -> list[Event]:  # noqa: PLR0911 - one for each message
        match message:
            case Hello():
                return [self._meet(message)]
            case EnvelopeItem() | Part() | EditionNews():
                self._advance(Action.ITEM)
                self._received += 1
                return [ItemReceived(self._received, message)]
            case Ack():
                self._advance(Action.ACK)
                return self._acknowledged(message)
            case Offer():
                self._advance(Action.OFFER)
                return [OfferReceived(message)]
            case Want():
                self._advance(Action.WANT)
                return self._take_answer(message)
            case Idle():
                self._advance(Action.IDLE)
                self._idles = self._idles[0], message
                return []
            case Bye():
                self._advance(Action.BYE)
                return [ByeReceived(message)]

    def _meet(self, hello: Hello) -> HelloReceived:
        self._advance(Action.HELLO)
        if not set(hello.versions) & set(VERSIONS):
            raise VersionError(f"peer speaks {hello.versions}, we speak {VERSIONS}")
        exchange = self.unacknowledged.exchange
        if not hello.exchange:  # a parent's: it answers ours
            hello = altered(hello, exchange=exchange)
        self.peer = hello
        self.unacknowledged.met(hello.instance)
        return HelloReceived(hello)

    def _take_answer(self, want: Want) -> list[Event]:
        if not self._due:
            raise UnexpectedError("Want without an Offer")
        self._due -= 1
        if self._given_up:
            self._given_up -= 1
            return []
        if Action.ANSWERED in OURS[self.ours]:
            self._do(Action.ANSWERED)
        return [AnswerReceived(want)]

    def _acknowledged(self, ack: Ack) -> list[Event]:
        if ack.upto > self.unacknowledged.sent:
            raise UnexpectedError(f"Ack {ack.upto}, only {self.unacknowledged.sent} were sent")
        codes = dict(ack.refused)
        pushes = self.unacknowledged.acknowledged(ack.upto)
        answers = tuple((push, codes.get(push.number)) for push in pushes)
        return [AckReceived(answers)] if answers else []
