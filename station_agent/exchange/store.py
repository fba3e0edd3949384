"""The station's store as one exchange with its parent sees it (protocol.exchange.store).

Source: docs/protocol.md sections 8 and 9.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from protocol.envelope.envelope import Lane
from protocol.errors import DamagedError
from protocol.exchange.backpressure import Backpressure
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import PREFIX_BYTES, EnvelopeItem, Hello, Item, Offer, Part, Want
from protocol.exchange.meter import Meter
from protocol.exchange.store import ASK_ALL, Greeting
from protocol.ids import BlobId, ExchangeId, Instance, NodeId
from protocol.limits import IN_FLIGHT
from protocol.ports import Clock
from protocol.trust.edition import Kind
from station_agent.exchange.metering import Metering
from station_agent.exchange.receiver import ArrivalService
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.store import applications, inbox, outbox, refusals, station
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.outbox import Page
from station_agent.store.station import StationState, Unacknowledged
from station_agent.upkeep.health import StationHealth

log = logging.getLogger(__name__)


@dataclass(slots=True)
class UnacknowledgedPushes:
    """What was pushed in the last exchange and not confirmed: number in that exchange, item.

    Lives as long as the process. The parent's next Hello may say how many of them it holds.
    """

    exchange: bytes = b""
    parent: Instance | None = None
    count: int = 0
    open: deque[tuple[int, Waiting]] = field(default_factory=deque)

    def begin(self, exchange: bytes, parent: Instance | None) -> None:
        """A new exchange starts to push."""
        self.exchange, self.parent, self.count = exchange, parent, 0
        self.open.clear()

    def add(self, waiting: Waiting) -> None:
        """One more item goes out."""
        self.count += 1
        self.open.append((self.count, waiting))

    def drop(self, confirmed: Sequence[Waiting]) -> None:
        """The parent answered these; answers come in the order of the pushes."""
        for waiting in confirmed:
            if self.open and (self.open[0][1] is waiting or self.open[0][1] == waiting):
                self.open.popleft()

    @property
    def answered(self) -> int:
        """The first so many pushes of the exchange are confirmed."""
        return self.count - len(self.open)

    def held(self, hello: Hello) -> list[Waiting] | None:
        """What the parent says it holds of them; None if it does not speak of that exchange."""
        if hello.seen is None or hello.seen[0] != self.exchange or hello.instance != self.parent:
            return None
        return [waiting for number, waiting in self.open if number <= hello.seen[1]]


@dataclass(slots=True, kw_only=True)
class StationExchangeStore:
    """One exchange's view. Made for it, and dropped after it."""

    node: NodeId
    database: Database
    blobs: BlobFiles
    arrival: ArrivalService
    timekeeping: Timekeeping
    clock: Clock
    unacknowledged: UnacknowledgedPushes
    later: Backpressure
    metering: Metering
    health: StationHealth
    parent: NodeId | None = None  # None: not known, as where no line leads to it
    roaming_reports: tuple[bytes, ...] = ()
    guest: bool = False  # the parent is another hub than ours
    met: bool = False  # the parent has introduced itself: the line works
    wakeup: asyncio.Event = field(default_factory=asyncio.Event)
    _parent: Instance | None = None
    _unacknowledged: Unacknowledged = Unacknowledged.NONE  # as it was before this exchange
    _asked_all: bool = False
    _asking: bool = False  # blobs are asked about together with their envelopes
    _sent: set[bytes] = field(default_factory=set)  # envelopes pushed in this exchange
    _refused: set[bytes] = field(default_factory=set)  # blobs refused in this exchange

    @property
    def meter(self) -> Meter:
        """What the budget lets us push now."""
        return self.metering.meter

    async def keep_spent(self) -> None:
        """Put on disk what the meter has counted."""
        await self.metering.keep()

    async def greeting(self) -> Greeting:
        """For our Hello."""
        return await self.database.read(self._greeting)

    def _greeting(self, tx: Transaction) -> Greeting:
        state = station.read_state(tx)
        self._parent, self._unacknowledged = state.parent, state.unacknowledged
        self.timekeeping.look_at_signer()
        held = {kind: self.arrival.version(tx, kind) for kind in Kind}
        held |= dict.fromkeys(self.arrival.ask_whole, 0)
        return Greeting(
            instance=state.instance,
            seen=station.seen_of(tx, self.parent),
            roster=held[Kind.ROSTER],
            release=held[Kind.RELEASE],
            county=state.county or b"",
            mark=applications.mark_of(tx, state.county),
            roaming_reports=self.roaming_reports,
            heard=self.health.words(tx, state, self.parent) if self.parent else (),
            time_n=self.timekeeping.trusted.n,
            time=self.timekeeping.trusted.signed,
            shows_time=state.time_shown,
            careful=state.unacknowledged is not Unacknowledged.NONE,
        )

    async def meet(self, hello: Hello) -> int:
        """Note who the parent is now; how many items of each lane to ask about."""
        self.met = True
        held = self.unacknowledged.held(hello)
        if self.unacknowledged.exchange == hello.exchange:
            self.unacknowledged.parent = Instance(
                hello.instance
            )  # pushed before it introduced itself
        elif self.unacknowledged.parent != hello.instance:
            self.unacknowledged.begin(
                b"", None
            )  # they went to another: no word of this one is about them

        def work(tx: Transaction) -> bool:
            station.note_meeting(tx)
            self.timekeeping.meet(tx, time_ms=hello.time_ms, time_n=hello.time_n, time=hello.time)
            refusals.heard_versions(tx, hello.roster, hello.release, hello.program)
            state = station.read_state(tx)
            changed = _note_parent(tx, state, Instance(hello.instance))
            county = Instance(hello.county)
            if not self._is_stale(tx, county):
                changed |= _note_county(tx, state, county)
            changed |= _note_set_back(tx, state, hello, self.clock.now_ms())
            if held is not None:
                self._confirm(tx, [(waiting, None) for waiting in held])
            return changed

        changed = await self.database.write(work)
        self._parent = Instance(hello.instance)
        if changed or self._unacknowledged is Unacknowledged.ALL:
            self._asking = self._asked_all = True
            return ASK_ALL
        if self._unacknowledged is Unacknowledged.IN_FLIGHT and held is None:
            self._asking = True
            return IN_FLIGHT
        return 0

    def _is_stale(self, tx: Transaction, county: Instance) -> bool:
        """Whether a host names a life of the county that we knew before it, and that may be over.

        A receipt of the newest life may have come ahead of its name: then the newest time that the
        county has signed is of that life.
        """
        if not self.guest or not applications.knows_county(tx, county):
            return False
        held = self.timekeeping.trusted.held
        return held is None or held.statement.instance != county

    async def waiting(
        self, after: Mapping[Lane, int], limit: int
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """What waits for the parent in each lane of ``after`` behind the position there."""

        def work(tx: Transaction) -> dict[Lane, list[Waiting]]:
            pages = {
                lane: Page(after=at, limit=limit, doubted=self._asked_all)
                for lane, at in after.items()
            }
            return {lane: self._waiting(tx, lane, page) for lane, page in pages.items()}

        return await self.database.read(work)

    def _waiting(self, tx: Transaction, lane: Lane, page: Page) -> list[Waiting]:
        if not self.later.takes(lane, self.node):
            return []
        if lane is not Lane.BLOBS:
            return outbox.waiting_envelopes(tx, self.node, lane, page)
        found = outbox.waiting_blobs(tx, self.node, page)
        if self._asking:
            return [blob.waiting for blob in found]
        ready = []
        for blob in found:
            if not blob.announced and blob.envelope not in self._sent:
                break  # its envelope goes first; the ones behind it must not be overlooked
            ready.append(blob.waiting)
        return ready

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The item to send for each; None for one that has gone or may not go yet."""
        lost: list[BlobId] = []

        def work(tx: Transaction) -> list[Item | None]:
            wires = outbox.wires(tx, [item.key for item in waiting if not item.parts])
            return [
                self._part(tx, entry, part_bytes, lost)
                if entry.parts
                else self._envelope(entry, wires.get(entry.key))
                for entry in waiting
            ]

        items = await self.database.read(work)
        for entry, body in zip(waiting, items, strict=True):
            if isinstance(body, Part):
                self.unacknowledged.add(replace(entry, offset=body.offset + len(body.data)))
            elif body is not None:
                self.unacknowledged.add(entry)
        if lost:
            await self.database.write(lambda tx: _give_up(tx, lost))
        return items

    def _envelope(self, entry: Waiting, wire: bytes | None) -> EnvelopeItem | None:
        if wire is None:
            return None
        self._asking = False
        self._sent.add(entry.key)
        return EnvelopeItem(wire=wire)

    def _part(
        self, tx: Transaction, entry: Waiting, part_bytes: int, lost: list[BlobId]
    ) -> Part | None:
        blob = BlobId(entry.key)
        if entry.offset >= entry.size or blob in self._refused:
            return None
        if not outbox.may_go(tx, blob, self._sent):
            return None
        data = self.blobs.read(entry.ref, entry.offset, part_bytes)
        if not data:
            lost.append(blob)
            return None
        return Part(
            origin=bytes.fromhex(self.node),
            blob=blob,
            size=entry.size,
            offset=entry.offset,
            data=data,
        )

    async def pushing(self, exchange: bytes) -> None:
        """Note on disk that this exchange may break off."""
        self.unacknowledged.begin(exchange, self._parent)

        def work(tx: Transaction) -> None:
            station.mark_unacknowledged(tx, Unacknowledged.IN_FLIGHT)
            station.remember(tx, station.read_state(tx).ack_history.pushing(exchange))

        await self.database.write(work)

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]]) -> None:
        """The parent holds these, or refused them."""
        before = self.unacknowledged.answered
        self.unacknowledged.drop([item for item, _ in acks])

        def work(tx: Transaction) -> bool:
            if self.unacknowledged.answered > before:
                ack_history = station.read_state(tx).ack_history
                station.remember(
                    tx,
                    ack_history.answered(
                        self.unacknowledged.exchange, self.unacknowledged.answered
                    ),
                )
            return self._confirm(tx, acks)

        if await self.database.write(work, synced=False):
            self.wakeup.set()

    def _confirm(self, tx: Transaction, acks: Sequence[tuple[Waiting, str | None]]) -> bool:
        """Whether blobs can go now that could not before."""
        good = [item for item, code in acks if code is None]
        parts = [item for item in good if item.parts and item.key not in self._refused]
        outbox.holds_blob(tx, [(part.key, part.offset) for part in parts])
        for item, code in acks:
            if code is not None:
                self._note_refusal(tx, item, code)
        return outbox.take_custody(tx, [item.key for item in good if not item.parts])

    def _note_refusal(self, tx: Transaction, item: Waiting, code: str) -> None:
        if self.later.told(code, self.node):
            pass  # it stays as it is, and goes when there is room
        elif not item.parts:
            refusals.refuse_envelope(tx, item.key, code, self.clock.now_ms())
        elif item.key not in self._refused:  # its other parts on the way are refused as well
            self._refused.add(item.key)
            refusals.refuse_blob(tx, item.key, code, self.clock.now_ms())
        log.warning(
            "item refused by the parent",
            extra={"event": "exchange-store.refused", "item": item.key.hex(), "code": code},
        )

    async def holds(self, offer: Offer) -> Want:
        """Which of the parent's offer we hold."""

        def work(tx: Transaction) -> Want:
            envelopes = inbox.held_prefixes(tx, [e[:PREFIX_BYTES] for e in offer.envelopes])
            blobs = inbox.held_bytes(tx, offer.blobs)
            return Want(
                have_envelopes=bytes(e[:PREFIX_BYTES] in envelopes for e in offer.envelopes),
                have_blob_bytes=tuple(blobs.get(name, 0) for name in offer.blobs),
            )

        return await self.database.read(work)

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        """Commit items of the parent; index and code of each refused one."""
        return await self.arrival.store(ExchangeId(exchange), upto, items, self.parent)

    async def parted(self, *, clean: bool) -> None:
        """The exchange is over. After a clean one nothing is in doubt, but for refused blobs."""
        await self.metering.keep()
        if clean:
            self.unacknowledged.begin(b"", None)
            self.health.reporter.taken()
            await self.database.write(self._end)

    def _end(self, tx: Transaction) -> None:
        station.exchanged(tx, self.clock.now_ms())
        if self._asked_all or station.read_state(tx).unacknowledged is not Unacknowledged.ALL:
            station.set_unacknowledged(
                tx, Unacknowledged.IN_FLIGHT if self._refused else Unacknowledged.NONE
            )


def _give_up(tx: Transaction, blobs: Sequence[BlobId]) -> None:
    for blob in blobs:
        refusals.give_up_blob(tx, blob, DamagedError.code)
        log.error(
            "blob missing", extra={"event": "exchange-store.blob-missing", "blob": blob.hex()}
        )


def _note_parent(tx: Transaction, state: StationState, parent: Instance) -> bool:
    """Whether another database than before answers: what it holds is unknown."""
    if state.parent == parent:
        return False
    station.set_parent(tx, parent)
    if state.parent is None:
        return False
    outbox.forget_custody(tx)
    station.set_unacknowledged(tx, Unacknowledged.ALL)
    return True


def _note_set_back(tx: Transaction, state: StationState, hello: Hello, local_ms: int) -> bool:
    """Whether the parent does not remember what we do: one of the disks was set back.

    Or two PCs use this identity. Whichever it is, what the parent holds is unknown.
    """
    station.remember(tx, state.ack_history.after(hello.seen))
    if state.parent != hello.instance or state.ack_history.fits(hello.seen):
        return False
    outbox.doubt_unsafe(tx)
    station.set_unacknowledged(tx, Unacknowledged.ALL)
    station.note_rollback(tx, local_ms)
    log.warning("the parent remembers something else", extra={"event": "exchange-store.set-back"})
    return True


def _note_county(tx: Transaction, state: StationState, county: Instance) -> bool:
    """Whether the county has another database than the one whose receipts we hold."""
    if not county or state.county == county:
        return False
    station.set_county(tx, county)
    if state.county is not None:
        outbox.recount(tx, county)
    elif not outbox.mark_unacknowledged_custody(
        tx
    ):  # the parent may have passed it on to one that is no more
        return False
    station.set_unacknowledged(tx, Unacknowledged.ALL)
    return True
