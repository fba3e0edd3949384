"""A parent in memory: keeps what a station sends, offers what the county answers, can be cut."""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from protocol.envelope.blob import blob_id
from protocol.envelope.envelope import Envelope, Lane, read_envelope
from protocol.errors import LineError, PeerError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EditionNews, EnvelopeItem, Hello, Item, Offer, Part, Want
from protocol.exchange.store import ASK_ALL, NOBODY, ExchangeStore, Greeting
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.ids import BlobId
from protocol.ports import Clock
from protocol.trust.edition import Kind
from protocol.version import PROGRAM
from runtime.line.conversation import Conversation, Tally
from tests.builders.budgets import free_meter
from tests.builders.clock import START_MS, FakeClock
from tests.builders.lines.links import Line
from tests.station_agent.county import COUNTY, HUB, County


@dataclass
class Parent:
    """One database of a parent: it outlives exchanges."""

    county: County
    instance: bytes = b"parent-1"
    roster: int = 1  # version that it holds
    county_instance: bytes = b"county-1"
    time_ms: int = START_MS  # its own clock,
    county_ms: int | None = None  # and the county's; None: the same
    time_n: int = 0  # of the county's last word on the time
    signs: bool = True  # the county signs its time again before each exchange
    envelopes: dict[bytes, Envelope] = field(default_factory=dict)
    repeats: int = 0  # envelopes that came again
    announced: dict[bytes, int] = field(default_factory=dict)
    blobs: dict[bytes, bytearray] = field(default_factory=dict)
    strange_parts: int = 0  # of blobs that no envelope had announced
    part_bytes: int = 0  # blob bytes that came, repeats included
    seen: tuple[bytes, int] | None = None
    down: list[tuple[bytes, Lane, Item]] = field(default_factory=list)
    down_blobs: dict[bytes, bytes] = field(default_factory=dict)
    taken: set[bytes] = field(default_factory=set)  # what the station has confirmed
    refused: dict[bytes, str] = field(default_factory=dict)  # what it refused
    refuse: dict[bytes, str] = field(default_factory=dict)  # envelope id -> code to answer
    program: str = PROGRAM
    asked: int = 0  # ids that the station asked about
    greeted: list[Hello] = field(default_factory=list)

    def send(self, envelope: Envelope, blobs: Mapping[BlobId, bytes] | None = None) -> None:
        """Queue an envelope for the station."""
        self.down.append((envelope.id, envelope.lane, EnvelopeItem(wire=envelope.wire)))
        self.down_blobs.update({bytes(blob): data for blob, data in (blobs or {}).items()})

    def publish(self, news: EditionNews, body: bytes = b"") -> None:
        """Queue an edition for the station."""
        key = f"{news.kind.value}{news.version}".encode()
        self.down.append((key, Lane.CATALOGUE, news))
        if news.blob:
            self.down_blobs[news.blob] = body

    def time(self) -> bytes:
        """The county's newest word on the time, as it stands."""
        at_ms = self.time_ms if self.county_ms is None else self.county_ms
        return self.county.time(self.time_n, at_ms) if self.time_n else b""

    def restore(self, keeps: int) -> None:
        """Back to a copy that held only the oldest envelopes, and no blobs."""
        self.envelopes = dict(list(self.envelopes.items())[:keeps])
        self.announced, self.blobs = {}, {}
        for envelope in self.envelopes.values():
            self.announced.update(envelope.blobs)

    def whole(self) -> set[bytes]:
        """Blobs that are here and right."""
        return {blob for blob, data in self.blobs.items() if blob_id([bytes(data)]) == blob}


class ParentExchangeStore:
    """One exchange's view of a :class:`Parent`."""

    def __init__(self, parent: Parent) -> None:
        self.parent = parent
        self.wakeup = asyncio.Event()
        self.items: list[Waiting] = []
        self.sent: set[bytes] = set()
        self.meter = free_meter(FakeClock())

    async def greeting(self) -> Greeting:
        parent = self.parent
        if parent.signs and parent.time_ms > 0:
            parent.time_n += 1
        return Greeting(
            instance=parent.instance,
            seen=parent.seen,
            roster=parent.roster,
            release=1,
            county=parent.county_instance,
            time_n=parent.time_n,
            time=parent.time(),
            careful=True,
            program=parent.program,
        )

    async def meet(self, hello: Hello) -> int:
        self.parent.greeted.append(hello)
        held = {Kind.ROSTER: hello.roster, Kind.RELEASE: hello.release}
        self.sent = {
            key
            for key, _, item in self.parent.down
            if isinstance(item, EditionNews) and item.version <= held[item.kind]
        }
        self.items = [
            Waiting(key=key, lane=lane, origin=str(HUB), size=100, position=at)
            for at, (key, lane, item) in enumerate(self.parent.down, start=1)
            if key not in self.sent
        ]
        self.items += [
            Waiting(
                key=blob,
                lane=Lane.BLOBS,
                origin=str(COUNTY),
                size=len(data),
                position=at,
                parts=True,
            )
            for at, (blob, data) in enumerate(self.parent.down_blobs.items(), start=1)
        ]
        return ASK_ALL if self.parent.taken else 0

    async def waiting(
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        return {lane: self._waiting(lane, after[lane], limit) for lane in after}

    def _waiting(self, lane: Lane, after: int, limit: int) -> list[Waiting]:
        taken = self.parent.taken
        if lane is Lane.BLOBS and not {key for key, _, _ in self.parent.down} <= taken | self.sent:
            return []  # what announces them goes first
        return [
            item
            for item in self.items
            if item.lane is lane and item.position > after and item.key not in taken
        ][:limit]

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        items = {key: item for key, _, item in self.parent.down}
        self.sent |= {entry.key for entry in waiting if not entry.parts}
        return [
            self._part(entry, part_bytes) if entry.parts else items[entry.key] for entry in waiting
        ]

    def _part(self, entry: Waiting, part_bytes: int) -> Part:
        data = self.parent.down_blobs[entry.key]
        piece = data[entry.offset : entry.offset + part_bytes]
        return Part(
            origin=bytes.fromhex(entry.origin),
            blob=entry.key,
            size=len(data),
            offset=entry.offset,
            data=piece,
        )

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        return

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
        self.wakeup.set()
        for item, code in acks:
            if code is not None:
                self.parent.refused[item.key] = code
            elif item.lane is not Lane.CATALOGUE and (not item.parts or item.offset == item.size):
                self.parent.taken.add(item.key)

    async def holds(self, offer: Offer) -> Want:
        self.parent.asked += len(offer.envelopes) + len(offer.blobs)
        envelopes = {envelope[:8] for envelope in self.parent.envelopes}
        blobs = {blob[:8]: len(data) for blob, data in self.parent.blobs.items()}
        return Want(
            have_envelopes=bytes(prefix in envelopes for prefix in offer.envelopes),
            have_blob_bytes=tuple(blobs.get(name[8:], 0) for name in offer.blobs),
        )

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        refused = []
        for index, item in enumerate(items):
            try:
                self._store(item)
            except PeerError as exc:
                refused.append((index, str(exc.detail)))
        self.parent.seen = (exchange, upto)
        return refused

    def _store(self, item: Item) -> None:
        parent = self.parent
        if isinstance(item, EnvelopeItem):
            envelope = read_envelope(item.wire)
            if code := parent.refuse.get(envelope.id):
                raise PeerError(code)
            parent.repeats += envelope.id in parent.envelopes
            parent.envelopes[envelope.id] = envelope
            parent.announced |= dict(envelope.blobs)
        elif isinstance(item, Part):
            self._store_part(item)

    def _store_part(self, part: Part) -> None:
        parent = self.parent
        if part.blob not in parent.announced:
            parent.strange_parts += 1
            raise PeerError("peer.blob-unknown")
        if code := parent.refuse.get(part.blob):
            raise PeerError(code)
        held = parent.blobs.setdefault(part.blob, bytearray())
        parent.part_bytes += len(part.data)
        if part.offset > len(held):
            raise PeerError("peer.unexpected")
        held += part.data[len(held) - part.offset :]

    async def keep_spent(self) -> None:
        return

    async def parted(self, *, clean: bool) -> None:
        return


async def converse(
    exchange_store: ExchangeStore,
    parent: Parent,
    exchange: bytes,
    *,
    clock: Clock | None = None,
    line: Line | None = None,
) -> tuple[Tally | LineError, Tally | LineError]:
    """One exchange over a line in memory; how it ended on the station's side and the parent's."""
    line = line or Line()
    theirs: ExchangeStore = ParentExchangeStore(parent)
    greeting = await exchange_store.greeting()
    hello = greeting.hello(exchange)
    answer = await theirs.greeting()
    child = Conversation(
        link=line.child,
        exchange_store=exchange_store,
        clock=clock or FakeClock(),
        hello=hello,
        child=True,
        careful=greeting.careful,
    )
    other = Conversation(
        link=line.parent,
        exchange_store=theirs,
        clock=FakeClock(),
        child=False,
        careful=True,
        hello=answer.answer(exchange, time_ms=parent.time_ms, child_n=hello.time_n),
    )
    mine, other_end = await asyncio.gather(_ending(child), _ending(other))
    return mine, other_end


async def _ending(conversation: Conversation) -> Tally | LineError:
    try:
        return await conversation.run()
    except LineError as exc:
        return exc
