"""A node's store in memory, as one peer sees it; it outlives exchanges like a disk."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from protocol.envelope.envelope import Lane
from protocol.errors import UnexpectedError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import (
    PREFIX_BYTES,
    EditionNews,
    EnvelopeItem,
    Hello,
    Item,
    Offer,
    Part,
    Want,
)
from protocol.exchange.meter import Meter, Spent
from protocol.exchange.store import ASK_ALL, NOBODY, Greeting
from protocol.exchange.unacknowledged import UnacknowledgedPushes
from protocol.ports import Clock
from protocol.trust.budget import Budget, Plan
from protocol.trust.edition import Kind
from tests.builders.virtual_time import LoopClock

ASK_SOME = 300  # of each lane, after an exchange that broke off


@dataclass(kw_only=True)
class MemoryExchangeStore:
    """What waits for the peer, what came from it, and what is known of the last exchange."""

    name: str
    instance: bytes = b"instance"
    origin: str = "0" * 16  # whose envelopes and blobs it queues, if that is not said
    refuses: Mapping[bytes, str] = field(default_factory=dict)  # key -> error code
    commit_s: float = 0.0
    careful: bool | None = None  # None: as the last exchange ended
    full_after: int | None = None  # stores until :attr:`failure` is raised
    failure: Exception | None = None

    waits: dict[bytes, Waiting] = field(default_factory=dict)
    bodies: dict[bytes, Item | bytes] = field(default_factory=dict)
    given_up: dict[bytes, str] = field(default_factory=dict)  # refused by the peer
    once_confirmed: dict[bytes, Waiting] = field(default_factory=dict)

    stored: list[bytes] = field(default_factory=list)  # keys of whole items, in their order
    seen_again: Counter[bytes] = field(default_factory=Counter)
    blobs: dict[bytes, bytearray] = field(default_factory=dict)
    committed: dict[bytes, int] = field(default_factory=dict)  # exchange -> items on disk
    commits: int = 0
    lost: bool = False  # its disk, once
    meetings: list[Hello] = field(default_factory=list)
    partings: list[bool] = field(default_factory=list)
    budget: Budget | None = None
    clock: Clock = field(default_factory=LoopClock)
    spent: list[Spent] = field(default_factory=list)  # as it was put on disk

    def __post_init__(self) -> None:
        self.wakeup = asyncio.Event()
        self.meter = Meter(
            plan=lambda: Plan.of(self.budget), clock=self.clock, time_ms=self.clock.now_ms
        )
        self._position = 0
        self._seen: tuple[bytes, int] | None = None
        self._open: bytes | None = None  # exchange that we pushed in and that may have broken off
        self._pushes = UnacknowledgedPushes(b"")
        self._peer: bytes | None = None

    # filling it

    def queue_envelope(
        self, wire: bytes, lane: Lane = Lane.APPLICATIONS, origin: str = ""
    ) -> bytes:
        """Queue opaque bytes as an envelope; its key."""
        key = _digest(wire)
        self._queue(
            key, EnvelopeItem(wire=wire), lane, origin or self.origin, len(wire), parts=False
        )
        return key

    def queue_blob(self, data: bytes, origin: str = "") -> bytes:
        """Queue a blob; its key."""
        key = _digest(data)
        self._queue(key, data, Lane.BLOBS, origin or self.origin, len(data), parts=True)
        return key

    def queue_edition(self, version: int, body: bytes) -> bytes:
        """Queue a release as changes from nothing; its key."""
        news = EditionNews(kind=Kind.RELEASE, version=version, base=0, proof=b"proof", body=body)
        key = _edition_key(news)
        self._queue(key, news, Lane.CATALOGUE, self.name, len(body), parts=False)
        return key

    def _queue(
        self, key: bytes, body: Item | bytes, lane: Lane, origin: str, size: int, *, parts: bool
    ) -> None:
        self._position += 1
        self.bodies[key] = body
        self.waits[key] = Waiting(
            key=key,
            lane=lane,
            origin=origin,
            size=size,
            position=self._position,
            parts=parts,
        )
        self.wakeup.set()

    def lose_disk(self) -> None:
        """Restored from a copy taken before anything came: a new life of this database."""
        self.instance = hashlib.sha256(self.instance).digest()[:8]
        self.lost, self.stored, self.seen_again = True, [], Counter()
        self.blobs, self.committed, self._seen = {}, {}, None

    # the port

    async def greeting(self) -> Greeting:
        broke_off = self._open is not None
        return Greeting(
            instance=self.instance,
            seen=self._seen,
            roster=0,
            release=0,
            county=b"",
            careful=broke_off if self.careful is None else self.careful,
        )

    async def keep_spent(self) -> None:
        self.spent.append(self.meter.spent)

    async def meet(self, hello: Hello) -> int:
        self.meetings.append(hello)
        known, self._peer = self._peer, hello.instance
        if known not in (None, hello.instance):
            self.waits = {**self.once_confirmed, **self.waits}
            self.once_confirmed = {}
            return ASK_ALL
        if self._open is None:
            return 0
        if hello.seen is None or hello.seen[0] != self._open:
            return ASK_SOME
        self._pushes.peer = self._pushes.peer or hello.instance  # at the first meeting
        for pushed in self._pushes.held(hello.instance, hello.seen) or ():
            self._confirm(pushed, None)
        self._open = None
        return 0

    async def waiting(
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        await asyncio.sleep(0)
        return {
            lane: self._waiting(lane, after[lane], without.get(lane, frozenset()))[:limit]
            for lane in after
        }

    def _waiting(self, lane: Lane, after: int, without: AbstractSet[str]) -> list[Waiting]:
        found = [item for item in self.waits.values() if item.lane is lane]
        found = [item for item in found if item.position > after and item.origin not in without]
        return sorted(found, key=lambda item: item.position)

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        await asyncio.sleep(0)
        return [self._read(item, part_bytes) for item in waiting]

    def _read(self, item: Waiting, part_bytes: int) -> Item | None:
        body = self.bodies.get(item.key)
        if isinstance(body, bytes):
            data = body[item.offset : item.offset + part_bytes]
            return Part(
                origin=bytes.fromhex(item.origin),
                blob=item.key,
                size=item.size,
                offset=item.offset,
                data=data,
            )
        return body

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        self._open, self._pushes = pushes.exchange, pushes

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
        await asyncio.sleep(0)
        for item, code in acks:
            self._confirm(item, code)

    def _confirm(self, item: Waiting, code: str | None) -> None:
        held = self.waits.get(item.key)
        if held is None:
            return
        if code == UnexpectedError.code and item.parts:  # from its beginning, as a station does
            self.waits[item.key] = replace(held, offset=0)
        elif code is not None:
            self.given_up[item.key] = code
            del self.waits[item.key]
        elif item.parts and item.offset < item.size:
            self.waits[item.key] = replace(held, offset=max(held.offset, item.offset))
        else:
            self.once_confirmed[item.key] = replace(held, offset=0)
            del self.waits[item.key]

    async def holds(self, offer: Offer) -> Want:
        await asyncio.sleep(0)
        prefixes = {key[:PREFIX_BYTES] for key in self.stored}
        begun = {key[:PREFIX_BYTES]: len(data) for key, data in self.blobs.items()}
        return Want(
            have_envelopes=bytes(prefix in prefixes for prefix in offer.envelopes),
            have_blob_bytes=tuple(begun.get(name[-PREFIX_BYTES:], 0) for name in offer.blobs),
        )

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        if self.full_after is not None and self.commits >= self.full_after and self.failure:
            raise self.failure
        await asyncio.sleep(self.commit_s)
        refused = [(at, code) for at, item in enumerate(items) if (code := self._store(item))]
        assert self.committed.get(exchange, 0) == upto - len(items), "items came out of order"
        self.commits += 1
        self.committed[exchange] = upto
        self._seen = (exchange, upto)
        return refused

    def _store(self, item: Item) -> str | None:
        if isinstance(item, Part):
            return self._store_part(item)
        key = _edition_key(item) if isinstance(item, EditionNews) else _digest(item.wire)
        if key in self.refuses:
            return self.refuses[key]
        self._note(key)
        return None

    def _store_part(self, part: Part) -> str | None:
        data = self.blobs.setdefault(part.blob, bytearray())
        if part.offset > len(data):  # a path that brings no answers hid that the beginning is lost
            assert self.lost, "a gap in a blob"
            return UnexpectedError.code
        if part.offset < len(data):
            self.seen_again[part.blob] += 1
        data += part.data[len(data) - part.offset :]
        if len(data) == part.size and part.blob not in self.stored:
            assert hashlib.sha256(data).digest() == part.blob
            self._note(part.blob)
        return None

    def _note(self, key: bytes) -> None:
        if key in self.stored:
            self.seen_again[key] += 1
        else:
            self.stored.append(key)

    async def parted(self, *, clean: bool) -> None:
        self.partings.append(clean)
        if clean:
            self._open = None


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _edition_key(news: EditionNews) -> bytes:
    return _digest(b"%d" % news.version + news.proof + news.body + news.blob)
