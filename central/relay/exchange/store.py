"""The relay's store as one exchange with one neighbour sees it (ExchangeStore)."""

import logging
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.bodies import EditionBodies
from central.relay.editions.service import Editions, waiting_of
from central.relay.exchange.neighbours import (
    ack_history_of,
    change_history,
    county_instance,
    forget_children,
    forget_custody,
    link_of,
    mistrust,
    note_pushing,
    remember,
    seen_of,
    set_link,
)
from central.relay.health.service import HealthBook
from central.relay.instance.high_water_marks import highest_mark, read_mark
from central.relay.instance.service import instance_of
from central.relay.limits.disk_space import Reserve
from central.relay.ports.role import HighWaterMarkCheck, Reporter
from central.relay.queue import spool
from central.relay.queue.batches import BatchReceiver
from central.relay.queue.blobs import BlobFiles
from central.relay.queue.receiver import Batch
from central.relay.queue.wakeups import EmptyPollMemory, Wakeups
from central.relay.retry import deferred
from central.relay.routing.roaming import RoamingReports
from central.relay.store.models import LinkRow
from central.relay.time.service import Times
from central.store.engine import Store
from protocol.codec import pack, unpack
from protocol.envelope.envelope import Lane
from protocol.errors import DiskFullError, InstanceBegunError, NoRoomError
from protocol.exchange.backpressure import Backpressure
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EditionNews, EnvelopeItem, Hello, Item, Offer, Part, Want
from protocol.exchange.meter import Meter, Spent
from protocol.exchange.store import ASK_ALL, NOBODY, Greeting
from protocol.exchange.unacknowledged import UnacknowledgedBook, UnacknowledgedPushes
from protocol.ids import Instance, NodeId
from protocol.limits import IN_FLIGHT
from protocol.ports import Clock
from protocol.trust.edition import Kind

_ANEW = -1  # instead of how many items to ask about
_KINDS = (Kind.ROSTER, Kind.RELEASE)

log = logging.getLogger(__name__)


class RelayExchangeStore:
    """One exchange's view; made anew for each."""

    def __init__(
        self,
        *,
        peer: NodeId,
        parent: NodeId | None,
        store: Store,
        files: BlobFiles,
        editions: Editions,
        batch_receiver: BatchReceiver,
        reporter: Reporter,
        room: Reserve,
        later: Backpressure,
        wakeups: Wakeups,
        unacknowledged: UnacknowledgedBook,
        clock: Clock,
        mark_check: HighWaterMarkCheck,
        meter: Meter,
        roaming_reports: RoamingReports,
        health: HealthBook,
        times: Times,
        roams: bool,
        keep_wires: bool,
    ) -> None:
        self._peer, self._parent, self._mark_check = peer, parent, mark_check
        self._store, self._files, self._editions = store, files, editions
        self._batch_receiver, self._wakeups, self._clock = batch_receiver, wakeups, clock
        self._keep_wires, self._reporter = keep_wires, reporter
        self.meter, self._kept = meter, meter.spent
        self._room, self._backpressure = room, later
        self._roams = roams
        self._book, self._unacknowledged = unacknowledged, UnacknowledgedPushes(b"")
        self._peer_instance = b""
        self._held = {Kind.ROSTER: 0, Kind.RELEASE: 0}
        self._bodies = EditionBodies(editions)  # to come from our parent as blobs
        self._promised: dict[bytes, EditionNews] = {}  # pushed to the peer, parts to follow
        self._dirty = self._forgets = False
        self._begins = False  # to be noted that something is pushed
        self._refused: set[tuple[str, bytes]] = set()  # in this exchange
        self._roaming_reports, self._telling = roaming_reports, tuple[bytes, ...]()
        self._health, self._times = health, times
        self.wakeup = wakeups.listen(peer)
        self._empty = EmptyPollMemory(self.wakeup, clock)

    @property
    def _upstream_reports(self) -> bool:
        return self._peer == self._parent

    async def greeting(self) -> Greeting:
        """For our Hello: what we hold, and whether the last exchange broke off."""

        async def work(session: AsyncSession) -> Greeting:
            link = await link_of(session, self._peer)
            instance = county = await instance_of(session)
            mark = b""
            if self._parent:
                county = Instance(await county_instance(session, self._parent) or b"")
            if self._parent == self._peer:
                mark = await highest_mark(session, self._editions.roster, county)
            roster, release = self._editions.trusted()
            self._dirty, self._forgets = link.dirty, link.forgets
            if link.spent is not None:
                self.meter.resume(unpack(link.spent, Spent))
            self._telling = self._roaming_reports.untold() if self._upstream_reports else ()
            time_n, time = await self._times.held(session)
            return Greeting(
                instance=instance,
                seen=seen_of(link),
                roster=roster,
                release=release,
                county=county,
                mark=mark,
                roaming_reports=self._telling,
                heard=await self._health.tell(session, link) if self._upstream_reports else (),
                time_n=time_n,
                time=time,
                shows_time=self._times.shows,
                careful=link.dirty,
            )

        return await self._store.transact(work)

    async def keep_spent(self) -> None:
        """Put on disk what went to this peer today."""
        if values := self._spent():
            await self._store.transact(lambda s: set_link(s, self._peer, **values))

    def _spent(self) -> dict[str, Any]:
        """What has changed of it since it was put on disk."""
        if self.meter.spent == self._kept:
            return {}
        self._kept = self.meter.spent
        return {"spent": pack(self._kept)}

    async def meet(self, hello: Hello) -> int:
        """Remember the peer's instance; ask before pushing what it may hold, or may have lost.

        Raises:
            InstanceBegunError: the peer proved that this node was set back; it is another life now.
        """
        self._peer_instance = hello.instance
        self._held = {Kind.ROSTER: hello.roster, Kind.RELEASE: hello.release}
        if held := self._book.last(self._peer).held(hello.instance, hello.seen):
            await self._hand_over([item for item in held if item.lane is not Lane.CATALOGUE])

        async def work(session: AsyncSession) -> int:
            link = await link_of(session, self._peer)
            mark = None if self._upstream_reports else read_mark(self._editions.roster, hello.mark)
            if mark is not None and await self._mark_check.shown(session, hello.mark, mark):
                return _ANEW
            known = link.instance
            fits = ack_history_of(link).fits(hello.seen)
            remember(link, ack_history_of(link).after(hello.seen))
            link.instance, link.heard_ms = hello.instance, self._clock.now_ms()
            if self._upstream_reports and hello.county:
                link.county = hello.county
            if await deferred.meet(session, link, hello, known) or known != hello.instance:
                # more waits for it now than a look before its Hello has found
                self._wakeups.ring_after_commit(session, self._peer)
            await session.flush()
            await self._take_words(session, hello, anew=known != hello.instance)
            if known is not None and known != hello.instance:
                await forget_custody(session, self._peer, hello.instance)
                return ASK_ALL
            if known is not None and not fits:
                await mistrust(session, self._peer)
                await self._ask_below(session, link)
                return ASK_ALL
            return IN_FLIGHT if self._dirty else 0

        asked = await self._store.transact(work)
        if asked == _ANEW:
            raise InstanceBegunError("a child holds receipts that this county does not know")
        return asked

    async def _ask_below(self, session: AsyncSession, link: LinkRow) -> None:
        """Whoever can't notice that the peer was set back is told: children, or that child."""
        if self._upstream_reports:
            await forget_children(session, self._peer)
        else:
            link.forgets = True  # it may have pushed nothing since

    async def _take_words(self, session: AsyncSession, hello: Hello, *, anew: bool) -> None:
        await self._times.meet(session, hello, upstream_reports=self._upstream_reports)
        if self._upstream_reports:
            if anew:
                self._roaming_reports.forget_told()
                self._health.forget_told()
        else:
            await self._roaming_reports.take(session, self._peer, hello.roaming_reports)
            await self._health.take(session, self._peer, hello.heard)

    async def waiting(
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """What waits for the peer: news of roster and release, envelopes, whole blobs."""
        shut = {lane: self._backpressure.shut(lane) | without.get(lane, set()) for lane in after}
        lanes = {lane: at for lane, at in after.items() if "" not in shut[lane]}
        rings = self.wakeup.rings
        if self._empty.still_holds(lanes):
            return {}

        async def work(session: AsyncSession) -> dict[Lane, Sequence[Waiting]]:
            found = await spool.waiting(session, self._peer, lanes, limit, shut)
            if self._roams:
                found = {lane: [replace(w, doubted=True) for w in found[lane]] for lane in found}
            if Lane.CATALOGUE in lanes:
                found[Lane.CATALOGUE] = await self._news(session, lanes[Lane.CATALOGUE])
            return found

        found = await self._store.transact(work)
        if self._store.dialect == "sqlite" and not (
            without or any(found.values())
        ):  # other processes wake nobody here
            self._empty.noted(lanes, rings)
        return found

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The items to push; blobs and edition bodies piece by piece."""

        async def work(session: AsyncSession) -> dict[bytes, bytes]:
            if self._begins:
                await note_pushing(session, self._peer, self._unacknowledged.exchange)
            return await spool.wires(session, [w.key for w in waiting if not w.parts])

        wires = await self._store.transact(work)
        self._begins = False
        return [await self._item(item, wires, part_bytes) for item in waiting]

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        """Note that from now on this exchange may break off; on disk with the next :meth:`read`."""
        self._unacknowledged = pushes
        self._dirty = self._begins = True

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
        """The peer holds these now. What it refused stays here and is tried another time."""
        ours = [(w, code) for w, code in acks if w.lane is not Lane.CATALOGUE]
        ours = [
            (w, code)
            for w, code in ours
            if code is None or not self._backpressure.told(code, w.origin)
        ]
        held = [w for w, code in ours if code is None]
        await self._hand_over(held, upto)
        await self._note_refusals([(w, code) for w, code in ours if code is not None])

    async def _note_refusals(self, refused: Sequence[deferred.Refusal]) -> None:
        """Count each item once in an exchange: the parts of a blob are refused one by one."""
        fresh = {w.name: (w, code) for w, code in refused if w.name not in self._refused}
        self._refused |= fresh.keys()
        if not fresh:
            return

        async def work(session: AsyncSession) -> None:
            now_ms = self._clock.now_ms()
            rows = await deferred.note_refusals(session, self._peer, [*fresh.values()], now_ms)
            if self._upstream_reports:
                await deferred.report(session, self._reporter, rows)

        await self._store.transact(work)
        for item, code in fresh.values():
            log.warning("item refused", extra=deferred.refusal_fields(self._peer, item, code))

    async def holds(self, offer: Offer) -> Want:
        """Which of the peer's offer is here, or has passed through here."""
        return await self._store.transact(lambda session: spool.held(session, offer))

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        """Commit what the peer sent, together with the count that our next Hello will name."""

        async def note(session: AsyncSession) -> None:
            await set_link(session, self._peer, seen_exchange=exchange, seen_number=upto)

        no_room = [(at, NoRoomError.code) for at in range(len(items))]
        if not self._upstream_reports and self._room.is_short:
            return no_room
        try:
            return await self._batch_receiver.take(
                items, sort=self._sort, note=note, peer=self._peer
            )
        except DiskFullError as exc:
            log.error("the disk is full", extra={"event": "disk.full", "detail": exc.detail})  # noqa: TRY400
            return no_room

    async def _sort(self, items: Sequence[Item]) -> Batch:
        announced = self._bodies.announced if self._upstream_reports else {}
        batch = await self._batch_receiver.sort(items, announced, peer=self._peer)
        self._bodies.collect(batch)
        return batch

    async def parted(self, *, clean: bool) -> None:
        """Forget what is unacknowledged if everything was confirmed."""
        self._wakeups.forget(self._peer, self.wakeup)
        self._book.keep(self._peer, self._unacknowledged)
        if clean:
            self._roaming_reports.told(self._telling)
            if self._upstream_reports:
                self._health.told()
        known = {"dirty": False} if clean and self._dirty else {}
        if clean and self._forgets:
            known["forgets"] = False
        if values := self._spent() | known:
            await self._store.transact(lambda s: set_link(s, self._peer, **values))

    async def _hand_over(self, held: Sequence[Waiting], upto: int = 0) -> None:
        envelopes = [w.key for w in held if not w.parts]
        blobs = [w.ref for w in held if w.parts and w.offset == w.size]
        if not envelopes and not blobs and not upto:
            return

        async def work(session: AsyncSession) -> None:
            if upto:
                exchange = self._unacknowledged.exchange
                await change_history(
                    session, self._peer, lambda history: history.answered(exchange, upto)
                )
            if envelopes:
                await spool.hand_over(
                    session, self._peer, envelopes, self._peer_instance, keep_wire=self._keep_wires
                )
            if blobs:
                await spool.hand_over_blobs(
                    session, self._peer, blobs, self._peer_instance, keep_file=self._keep_wires
                )
            await deferred.forget(session, [w.name for w in held if not w.parts] + [*blobs])

        await self._store.transact(work)
        if not self._keep_wires:
            for blob in blobs:
                await self._files.drop(blob)

    async def _news(self, session: AsyncSession, after: int) -> Sequence[Waiting]:
        """News goes only down, and each version once in an exchange."""
        found: list[Waiting] = []
        if self._upstream_reports:
            return found
        for kind in _KINDS:
            news = await self._editions.news(session, kind, self._held[kind])
            if news is None:
                continue
            self._held[kind] = news.version
            items = waiting_of(news, after + len(found) + 1)
            self._promised |= dict.fromkeys((item.key for item in items), news)
            found += items
        return found

    async def _item(self, item: Waiting, wires: dict[bytes, bytes], part_bytes: int) -> Item | None:
        if item.lane is Lane.CATALOGUE:
            return await self._edition_item(item, part_bytes)
        if not item.parts:
            wire = wires.get(item.key)
            return EnvelopeItem(wire=wire) if wire is not None else None
        try:
            data = self._files.read(item.ref, item.offset, part_bytes)
        except FileNotFoundError:
            return None
        if not data:
            return None  # the file is shorter than it was
        origin = bytes.fromhex(item.origin)
        return Part(origin=origin, blob=item.key, size=item.size, offset=item.offset, data=data)

    async def _edition_item(self, item: Waiting, part_bytes: int) -> Item | None:
        news = self._promised.get(item.key)
        if news is None or not item.parts:
            return news
        body = await self._store.transact(lambda s: self._editions.body(s, news))
        if body is None:
            return None
        data = body[item.offset : item.offset + part_bytes]
        return Part(blob=item.key, size=item.size, offset=item.offset, data=data)
