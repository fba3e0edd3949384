"""The relay of one node: its store and everything that works on it, composed once.

Source: docs/architecture.md, "The relay".
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.bodies import EditionBodies
from central.relay.editions.service import Editions
from central.relay.exchange.answers import Answers, HandOver, Refusals
from central.relay.exchange.break_off import BreakOff
from central.relay.exchange.edition_offer import EditionOffer
from central.relay.exchange.greeter import Greeter
from central.relay.exchange.meeting import Meeting
from central.relay.exchange.peer import Peer
from central.relay.exchange.receiving import Receiving
from central.relay.exchange.reports import Reports
from central.relay.exchange.sending import Sending
from central.relay.exchange.spending import Spending
from central.relay.exchange.store import RelayExchangeStore
from central.relay.health.service import HealthBook
from central.relay.instance.high_water_marks import keep_mark
from central.relay.instance.service import INSTANCE, instance_of, kept_blobs
from central.relay.limits.disk_space import Reserve
from central.relay.limits.metering import NO_BUDGETS, Meters, OwnBudgets
from central.relay.limits.quota import Quota, Quotas
from central.relay.ports.role import (
    Deliver,
    HighWaterMarkCheck,
    Reporter,
    Undeliverable,
    Unreported,
)
from central.relay.queue.batches import BatchReceiver
from central.relay.queue.blobs import BlobFiles
from central.relay.queue.cursor import Cursor
from central.relay.queue.post import Post
from central.relay.queue.receiver import Receiver
from central.relay.queue.wakeups import Wakeups
from central.relay.retry import deferred
from central.relay.routing.roaming import RoamingReports
from central.relay.routing.routes import Routes
from central.relay.store.models import BlobRow, DeferredRow, MetaRow, SpoolRow
from central.relay.time.service import CountyTimes, Times
from central.store.engine import Store
from protocol.envelope.keys import PublicKeys
from protocol.envelope.payloads import Mark
from protocol.exchange.backpressure import Backpressure
from protocol.exchange.catching_up import roster_answer
from protocol.exchange.unacknowledged import UnacknowledgedBook
from protocol.ids import NONCE_BYTES, Instance, NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.edition import Edition, Kind
from protocol.trust.roster import Roster
from protocol.version import PROGRAM
from runtime.node.certificate import own_authority
from runtime.node.identity import Identity

log = logging.getLogger(__name__)


class Relay:
    """Store-and-forward for one node. Make it with :meth:`open`."""

    def __init__(
        self,
        *,
        identity: Identity,
        store: Store,
        files: BlobFiles,
        clock: Clock,
        randomness: Randomness,
        is_county: bool,
        last_position: int,
        budgets: OwnBudgets,
    ) -> None:
        self.identity, self.store, self.files, self.clock = identity, store, files, clock
        self.wakeups = Wakeups()
        self._mark_check: HighWaterMarkCheck = Shown(self)
        self._end: Callable[[], None] = lambda: None
        self._news: list[Callable[[], None]] = []
        self._unacknowledged = UnacknowledgedBook()
        self.cursor = Cursor(clock, last_position)
        self.editions = Editions(
            store=store,
            clock=clock,
            root=identity.root,
            keep_all=is_county,
            changed=self._tell_news,
        )
        self.times = self._make_times(is_county=is_county)
        self.meters = Meters(
            node=identity.node,
            roster=lambda: self.editions.roster,
            own=budgets,
            clock=clock,
            time_ms=self.times.best_ms,
        )
        self._routes = Routes(node=identity.node, editions=self.editions, wakeups=self.wakeups)
        self.roaming_reports = RoamingReports(
            node=identity.node, editions=self.editions, routes=self._routes
        )
        self._is_county, self._randomness = is_county, randomness
        self.quotas = Quotas(store, Quota(), lambda: self.editions.roster)
        self._room = Reserve(files.folder)
        self.health = HealthBook(
            node=identity.node,
            signer=identity.keys.signer,
            editions=self.editions,
            room=self._room,
            clock=clock,
            times=self.times,
            authority=lambda: own_authority(identity, self.editions.roster),
        )
        self._backpressure: dict[NodeId, Backpressure] = {}
        self._receiver = self._make_receiver(Undeliverable())
        self._reporter: Reporter = Unreported()
        self.refusal: tuple[str, str] | None = None  # code and words of our parent's last one

    @classmethod
    async def open(
        cls,
        *,
        identity: Identity,
        store: Store,
        files: BlobFiles,
        clock: Clock,
        randomness: Randomness,
        is_county: bool,
        first_roster: Roster,
        budgets: OwnBudgets = NO_BUDGETS,
    ) -> "Relay":
        """The relay on a migrated store; a new store gets its instance here."""

        async def work(session: AsyncSession) -> int:
            if await session.get(MetaRow, INSTANCE) is None:
                first = randomness.token(NONCE_BYTES)
                await session.execute(insert(MetaRow).values(key=INSTANCE, value=first))
            await deferred.note_program(session, PROGRAM)
            tops = [await session.scalar(select(func.max(t.position))) for t in (SpoolRow, BlobRow)]
            return max(top or 0 for top in tops)

        last_position = await store.transact(work)
        relay = cls(
            identity=identity,
            store=store,
            files=files,
            clock=clock,
            randomness=randomness,
            is_county=is_county,
            last_position=last_position,
            budgets=budgets,
        )
        await relay.editions.load(first_roster)
        first_time = identity.first_time()
        await store.transact(lambda session: relay.times.load(session, first_time))
        await store.transact(relay._routes.close_paths)  # power may have gone before
        if not is_county:
            await store.transact(relay.health.load)
        await relay._sweep()
        return relay

    @property
    def node(self) -> NodeId:
        """This node."""
        return self.identity.node

    @property
    def parent(self) -> NodeId | None:
        """The node above; None at the county."""
        entry = self.editions.roster.nodes.get(self.node)
        return NodeId(entry.parent) if entry and entry.parent else None

    def deliver_to(self, deliver: Deliver) -> None:
        """Hand what is addressed to this node to ``deliver`` from now on."""
        self._receiver = self._make_receiver(deliver)

    def show_to(self, mark_check: HighWaterMarkCheck) -> None:
        """Let ``mark_check`` look at the marks that children show from now on."""
        self._mark_check = mark_check

    def sign_time_if(self, may_sign: Callable[[], bool]) -> None:
        """Sign the county's time only while ``may_sign`` says that its clock can be believed."""
        self.times.may_sign = may_sign

    def on_end(self, end: Callable[[], None]) -> None:
        """Call ``end`` when running exchanges must end, because another life has begun."""
        self._end = end

    def on_news(self, news: Callable[[], None]) -> None:
        """Call ``news``, too, after each newer roster or release."""
        self._news.append(news)

    def _tell_news(self) -> None:
        self.wakeups.ring_all()
        for tell in self._news:
            tell()

    def end_exchanges(self) -> None:
        """Let running exchanges end in order; the next ones say who this node is now."""
        self._end()

    async def instance(self) -> Instance:
        """The name of this life of the database; another process may have begun a new one."""
        return await self.store.transact(instance_of)

    def report_to(self, reporter: Reporter) -> None:
        """Tell ``reporter`` what our parent refuses for good from now on."""
        self._reporter = reporter

    async def offer_again(self, item: bytes | None = None) -> int:
        """Offer again what was set aside, or one envelope or blob; how many those are."""

        async def work(session: AsyncSession) -> int:
            which = DeferredRow.item == item if item else DeferredRow.deferred.is_(True)
            count = await session.scalar(select(func.count()).select_from(DeferredRow).where(which))
            for peer in await deferred.offer_again(session, which):
                self.wakeups.ring_after_commit(session, peer)
            return count or 0

        return await self.store.transact(work)

    async def offer_old_again(self) -> None:
        """A slow job: offer again what was refused a day ago."""

        async def work(session: AsyncSession) -> None:
            for peer in await deferred.offer_old_again(session, self.clock.now_ms()):
                self.wakeups.ring_after_commit(session, peer)

        await self.store.transact(work)

    @property
    def batch_receiver(self) -> BatchReceiver:
        """Checks and stores what arrives, by whichever way."""
        return BatchReceiver(
            receiver=self._receiver, store=self.store, editions=self.editions, clock=self.clock
        )

    def post_office(self, keys_of: Callable[[NodeId], PublicKeys | None]) -> Post:
        """What this node sends of its own, sealed with the keys that ``keys_of`` knows."""
        return Post(
            node=self.node,
            signer=self.identity.keys.signer,
            keys_of=keys_of,
            rules=lambda: self.editions.roster.rules,
            routes=self._routes,
            cursor=self.cursor,
            wakeups=self.wakeups,
            clock=self.clock,
            randomness=self._randomness,
        )

    def exchange_store_for(self, peer: NodeId) -> RelayExchangeStore:
        """The store as one exchange with ``peer`` sees it."""
        whom = Peer(node=peer, parent=self.parent, roams=self._roams(peer))
        backpressure = self._backpressure.setdefault(peer, Backpressure(self.clock))
        break_off = BreakOff(whom, self._unacknowledged)
        spending = Spending(self.meters.of(peer))
        reports = Reports(whom, roaming=self.roaming_reports, health=self.health, times=self.times)
        return RelayExchangeStore(
            whom,
            self.store,
            greeter=Greeter(
                whom, self.editions, reports=reports, break_off=break_off, spending=spending
            ),
            meeting=self._meeting(whom, reports),
            sending=self._sending(whom, backpressure, break_off),
            answers=Answers(
                HandOver(whom, self.store, self.files, keeps=self._is_county),
                Refusals(whom, self.store, self._reporter, self.clock),
                backpressure,
            ),
            receiving=Receiving(
                whom,
                batch_receiver=self.batch_receiver,
                bodies=EditionBodies(self.editions),
                room=self._room,
            ),
            reports=reports,
            break_off=break_off,
            spending=spending,
        )

    def _meeting(self, peer: Peer, reports: Reports) -> Meeting:
        return Meeting(
            peer,
            editions=self.editions,
            mark_check=self._mark_check,
            reports=reports,
            wakeups=self.wakeups,
            clock=self.clock,
        )

    def _sending(self, peer: Peer, backpressure: Backpressure, break_off: BreakOff) -> Sending:
        return Sending(
            peer,
            store=self.store,
            files=self.files,
            editions=EditionOffer(peer, self.store, self.editions),
            backpressure=backpressure,
            break_off=break_off,
            wakeup=self.wakeups.listen(peer.node),
            clock=self.clock,
        )

    @contextmanager
    def view_for(self, peer: NodeId) -> Iterator[RelayExchangeStore]:
        """What an exchange with ``peer`` would send, to look at and read only."""
        exchange_store = self.exchange_store_for(peer)
        try:
            yield exchange_store
        finally:
            exchange_store.wakeup.forget()

    async def publish(self, edition: Edition) -> None:
        """Store a newer edition and offer it to everybody."""
        await self.store.transact(lambda session: self.editions.publish(session, edition))
        self.editions.adopt(edition)
        await self.store.transact(self._routes.close_paths)

    async def roster_answer(self, held: int) -> bytes:
        """What brings a node that holds roster ``held`` up to date, and the county's time."""

        async def work(session: AsyncSession) -> bytes:
            news = await self.editions.news(session, Kind.ROSTER, held)
            body = news.body or await self.editions.body(session, news) or b"" if news else b""
            _, time = await self.times.held(session)
            return roster_answer(news, body, time)

        return await self.store.transact(work)

    async def _sweep(self) -> None:
        """Remove what a power cut left of blobs, unless other processes may be writing some."""
        if self.store.dialect == "sqlite":
            swept = await self.files.sweep(await self.store.transact(kept_blobs))
            if swept:
                log.info("swept", extra={"event": "relay.swept", "files": swept})

    def _roams(self, peer: NodeId) -> bool:
        """Whether ``peer`` may get by other paths what waits for it at this hub."""
        entry = self.editions.roster.nodes.get(peer)
        return self.parent not in (None, peer) and entry is not None and bool(entry.others)

    def _make_times(self, *, is_county: bool) -> Times:
        if not is_county:
            return Times(clock=self.clock, roster=lambda: self.editions.roster)
        return CountyTimes(
            clock=self.clock,
            roster=lambda: self.editions.roster,
            signer=self.identity.keys.signer,
            instance=instance_of,
        )

    def _make_receiver(self, deliver: Deliver) -> Receiver:
        return Receiver(
            node=self.node,
            editions=self.editions,
            files=self.files,
            deliver=deliver,
            wakeups=self.wakeups,
            cursor=self.cursor,
            routes=self._routes,
            clock=self.clock,
            quotas=self.quotas,
        )


class Shown:
    """A hub as a witness: it keeps the highest mark, for the node above."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    async def shown(self, session: AsyncSession, signed: bytes, mark: Mark) -> bool:
        """Keep it."""
        await keep_mark(session, self._relay.editions.roster, signed, mark)
        return False
