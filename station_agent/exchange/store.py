"""The station's store as one exchange with its parent sees it (protocol.exchange.store).

Source: docs/protocol.md sections 8 and 9.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from protocol.envelope.envelope import Lane
from protocol.errors import DamagedError
from protocol.exchange.backpressure import Backpressure
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import PREFIX_BYTES, EnvelopeItem, Hello, Item, Offer, Part, Want
from protocol.exchange.meter import Meter
from protocol.exchange.store import ASK_ALL, NOBODY, Greeting
from protocol.exchange.unacknowledged import UnacknowledgedBook, UnacknowledgedPushes
from protocol.ids import BlobId, ExchangeId, Instance, NodeId
from protocol.limits import IN_FLIGHT
from protocol.ports import Clock
from protocol.trust.edition import Kind
from station_agent.exchange.meeting import doubt_all, note_county, note_parent, note_set_back
from station_agent.exchange.metering import Metering
from station_agent.exchange.receiver import ArrivalService
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.store import applications, inbox, outbox, refusals, station
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.outbox import Page
from station_agent.store.station import Unacknowledged
from station_agent.upkeep.health import StationHealth

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class StationExchangeStore:
    """One exchange's view. Made for it, and dropped after it."""

    node: NodeId
    database: Database
    blobs: BlobFiles
    arrival: ArrivalService
    timekeeping: Timekeeping
    clock: Clock
    unacknowledged: UnacknowledgedBook  # of the parent, whichever it is
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
    _set_back: bool = False  # somebody on the way was, before this exchange
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
        last = self.unacknowledged.last(None)
        held = last.held(hello.instance, hello.seen)
        if last.exchange != hello.exchange and last.peer != hello.instance:
            self.unacknowledged.forget(None)  # it went to another parent

        def work(tx: Transaction) -> bool:
            station.note_meeting(tx)
            self.timekeeping.meet(tx, time_ms=hello.time_ms, time_n=hello.time_n, time=hello.time)
            refusals.heard_versions(tx, hello.roster, hello.release, hello.program)
            state = station.read_state(tx)
            changed = note_parent(tx, state, Instance(hello.instance))
            county = Instance(hello.county)
            if not self._is_stale(tx, county):
                changed |= note_county(tx, state, county)
            self._set_back = note_set_back(tx, state, hello, self.clock.now_ms())
            changed |= self._set_back
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
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """What waits for the parent in each lane of ``after`` behind the position there."""
        if without:
            return {}  # everything here is of one origin

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

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        """Note on disk that this exchange may break off."""
        pushes.peer = pushes.peer or self._parent or b""  # where its Hello can only come later
        self.unacknowledged.keep(None, pushes)

        def work(tx: Transaction) -> None:
            station.mark_unacknowledged(tx, Unacknowledged.IN_FLIGHT)
            station.remember(tx, station.read_state(tx).ack_history.pushing(pushes.exchange))

        await self.database.write(work)

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
        """The parent holds these, or refused them."""
        exchange = self.unacknowledged.last(None).exchange

        def work(tx: Transaction) -> bool:
            if upto:
                station.remember(tx, station.read_state(tx).ack_history.answered(exchange, upto))
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
            self.unacknowledged.forget(None)
            self.health.reporter.taken()
            await self.database.write(self._end)

    def _end(self, tx: Transaction) -> None:
        station.exchanged(tx, self.clock.now_ms())
        if self._asked_all or station.read_state(tx).unacknowledged is not Unacknowledged.ALL:
            station.set_unacknowledged(
                tx, Unacknowledged.IN_FLIGHT if self._refused else Unacknowledged.NONE
            )
        if self._set_back:  # receipts that came just now may be of before that, too
            doubt_all(tx)


def _give_up(tx: Transaction, blobs: Sequence[BlobId]) -> None:
    for blob in blobs:
        refusals.give_up_blob(tx, blob, DamagedError.code)
        log.error(
            "blob missing", extra={"event": "exchange-store.blob-missing", "blob": blob.hex()}
        )
