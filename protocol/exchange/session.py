"""One exchange, seen from one side, without any I/O.

The same class serves parent and child. After :meth:`Session.receive` the caller acts on the
events, commits what arrived, reports that with :meth:`Session.stored`, and then transmits
:meth:`Session.data_to_send`. The session acknowledges only what the caller says is committed.

Source: docs/protocol.md section 8.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from protocol.codec import altered
from protocol.errors import UnexpectedError, VersionError
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
)
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
class Confirmed:
    """The peer holds what these tokens were pushed with; a code says it was refused."""

    tokens: tuple[tuple[object, str | None], ...]


@dataclass(frozen=True, slots=True)
class ByeReceived:
    """The peer stops this exchange."""

    bye: Bye


Event = HelloReceived | OfferReceived | AnswerReceived | ItemReceived | Confirmed | ByeReceived


class Session:
    """State of one exchange: what was sent, acknowledged, received and stored."""

    def __init__(self, hello: Hello) -> None:
        self._outgoing = [encode(hello)]
        self._exchange = hello.exchange
        self._peer: Hello | None = None
        self._peer_idle: Idle | None = None
        self._my_idle: Idle | None = None
        self._unconfirmed: deque[tuple[int, object]] = deque()
        self._sent = self._received = self._stored = 0
        self._asking = self._leaving = False
        self._given_up = 0  # offers whose answers may still come, too late

    @property
    def peer(self) -> Hello | None:
        """The peer's hello, once it has come."""
        return self._peer

    @property
    def in_flight(self) -> int:
        """Items sent and not yet acknowledged."""
        return len(self._unconfirmed)

    @property
    def arrived(self) -> int:
        """Items that the peer has sent us so far."""
        return self._received

    @property
    def caught_up(self) -> bool:
        """Everything that the peer has sent us so far is committed."""
        return self._stored == self._received

    @property
    def asking(self) -> bool:
        """An offer of ours waits for its answer."""
        return self._asking

    @property
    def settled(self) -> bool:
        """Both sides have nothing to send and hold everything that was sent."""
        return (
            self._my_idle == Idle(sent=self._sent, got=self._received)
            and self._peer_idle == Idle(sent=self._received, got=self._sent)
            and not self._unconfirmed
        )

    def receive(self, message: Message) -> list[Event]:  # noqa: PLR0911 - one for each message
        """Apply one message of the peer.

        Raises:
            UnexpectedError: it makes no sense at this moment.
            VersionError: we share no version.
        """
        if isinstance(message, Hello):
            return [self._meet(message)]
        if self._peer is None:
            raise UnexpectedError(f"{type(message).__name__} before Hello")
        match message:
            case EnvelopeItem() | Part() | EditionNews():
                self._received += 1
                return [ItemReceived(self._received, message)]
            case Ack():
                return self._confirm(message)
            case Offer():
                return [OfferReceived(message)]
            case Want():
                return self._take_answer(message)
            case Idle():
                self._peer_idle = message
                return []
            case Bye():
                return [ByeReceived(message)]

    def stored(self, upto: int, refused: Sequence[tuple[int, str]] = ()) -> None:
        """Everything up to item ``upto`` is committed, but for the refused numbers."""
        if not self._stored < upto <= self._received:
            raise ValueError(f"stored({upto}) with {self._stored}..{self._received}")
        self._stored = upto
        self._say(Ack(upto=upto, refused=tuple(refused)))

    def push(self, item: Item, token: object) -> None:
        """Send one item; ``token`` comes back in :class:`Confirmed`."""
        self._sent += 1
        self._unconfirmed.append((self._sent, token))
        self._say(item)

    def offer(self, offer: Offer) -> None:
        """Ask before pushing again; the answer comes as :class:`AnswerReceived`."""
        if self._asking:
            raise ValueError("an offer is open already")
        self._asking = True
        self._say(offer)

    def give_up_asking(self) -> None:
        """The path brings no answers in time: go on as if the peer held nothing."""
        if self._asking:
            self._asking = False
            self._given_up += 1

    def answer(self, want: Want) -> None:
        """Answer the peer's offer."""
        self._say(want)

    def idle(self) -> None:
        """Nothing waits to be sent; said once for each state of affairs."""
        idle = Idle(sent=self._sent, got=self._stored)
        if idle != self._my_idle and self._stored == self._received and not self._leaving:
            self._my_idle = idle
            self._say(idle)

    def bye(self, code: str, retry_after_s: int = 0) -> None:
        """Say that we stop here; said once."""
        if not self._leaving:
            self._leaving = True
            self._say(Bye(code=code, retry_after_s=retry_after_s))

    def data_to_send(self) -> bytes:
        """Frames to transmit now, in order; empty if there is nothing."""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def unconfirmed(self) -> list[object]:
        """Tokens of items that were sent and not acknowledged, in order."""
        return [token for _, token in self._unconfirmed]

    def _say(self, message: Message) -> None:
        self._outgoing.append(encode(message))

    def _meet(self, hello: Hello) -> HelloReceived:
        if self._peer is not None:
            raise UnexpectedError("a second Hello")
        if not set(hello.versions) & set(VERSIONS):
            raise VersionError(f"peer speaks {hello.versions}, we speak {VERSIONS}")
        if not hello.exchange:  # a parent's: it answers ours
            hello = altered(hello, exchange=self._exchange)
        self._peer = hello
        return HelloReceived(hello)

    def _take_answer(self, want: Want) -> list[Event]:
        if self._given_up:
            self._given_up -= 1
            return []
        if not self._asking:
            raise UnexpectedError("Want without an Offer")
        self._asking = False
        return [AnswerReceived(want)]

    def _confirm(self, ack: Ack) -> list[Event]:
        if ack.upto > self._sent:
            raise UnexpectedError(f"Ack {ack.upto}, only {self._sent} were sent")
        codes = dict(ack.refused)
        tokens: list[tuple[object, str | None]] = []
        while self._unconfirmed and self._unconfirmed[0][0] <= ack.upto:
            number, token = self._unconfirmed.popleft()
            tokens.append((token, codes.get(number)))
        return [Confirmed(tuple(tokens))] if tokens else []
