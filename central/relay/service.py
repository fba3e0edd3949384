"""The relay of one node: its store and everything that works on it, composed once.

Source: docs/architecture.md, "The relay".
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Self

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions, Guard
from central.relay.health.counts import RelayCounts
from central.relay.health.service import HealthBook
from central.relay.instance.service import INSTANCE, instance_of, kept_blobs
from central.relay.limits.disk_space import Reserve
from central.relay.limits.limits import Limits
from central.relay.limits.metering import NO_BUDGETS, Meters, OwnBudgets
from central.relay.limits.quota import NO_QUOTA, Quota, Quotas
from central.relay.ports.blobs import BlobStore
from central.relay.ports.events import Events
from central.relay.queue.cursor import Cursor
from central.relay.queue.post import Post
from central.relay.queue.queue import Queue
from central.relay.queue.wakeups import Wakeups
from central.relay.retry import deferred
from central.relay.routing.roaming import RoamingReports
from central.relay.routing.routes import Routes
from central.relay.routing.routing import Routing
from central.relay.store.models import BlobRow, DeferredRow, MetaRow, SpoolRow
from central.relay.time.service import CountyTimes, Times
from central.store.engine import Store
from protocol.envelope.keys import PublicKeys
from protocol.exchange.catching_up import roster_answer
from protocol.ids import NONCE_BYTES, Instance, NodeId
from protocol.ports import Clock, Randomness
from protocol.trust.edition import Edition, Kind
from protocol.trust.roster import Role, Roster
from protocol.version import PROGRAM
from runtime.node.certificate import own_authority
from runtime.node.identity import Identity

log = logging.getLogger(__name__)


def _always() -> bool:
    return True


async def everybody(_: AsyncSession) -> None:
    """A guard that lets every process store editions: there is one only."""


async def _begin(session: AsyncSession, *, randomness: Randomness) -> int:
    """A new store gets its instance; the last position in the queue."""
    if await session.get(MetaRow, INSTANCE) is None:
        first = randomness.token(NONCE_BYTES)
        await session.execute(insert(MetaRow).values(key=INSTANCE, value=first))
    await deferred.note_program(session, PROGRAM)
    tops = [await session.scalar(select(func.max(t.position))) for t in (SpoolRow, BlobRow)]
    return max(top or 0 for top in tops)


class Relay:
    """Store-and-forward for one node. Make it with :meth:`open`."""

    def __init__(
        self,
        *,
        identity: Identity,
        store: Store,
        queue: Queue,
        clock: Clock,
        budgets: OwnBudgets,
        quota: Quota,
        may_sign: Callable[[], bool],
        guard: Guard,
    ) -> None:
        self.identity, self.store, self.queue, self.clock = identity, store, queue, clock
        self._events, self.counts = Events(), RelayCounts()
        self.editions = Editions(
            store=store,
            clock=clock,
            root=identity.root,
            keep_all=self.is_county,
            changed=self._tell_news,
            guard=guard,
        )
        self.times = self._make_times(may_sign)
        self.limits = self._make_limits(budgets, quota)
        self.routing = self._make_routing()
        self.health = self._make_health()

    @classmethod
    async def open(
        cls,
        *,
        identity: Identity,
        store: Store,
        files: BlobStore,
        clock: Clock,
        randomness: Randomness,
        first_roster: Roster,
        budgets: OwnBudgets = NO_BUDGETS,
        quota: Quota = NO_QUOTA,
        may_sign: Callable[[], bool] = _always,
        guard: Guard = everybody,
    ) -> Self:
        """The relay on a migrated store; a new store gets its instance here.

        Args:
            may_sign: of the county: whether its clock can be believed now.
            guard: asked before an edition is stored: raises if another process is to do that.
        """
        last_position = await store.transact(partial(_begin, randomness=randomness))
        relay = cls(
            identity=identity,
            store=store,
            queue=Queue(
                files=files,
                wakeups=Wakeups(),
                cursor=Cursor(clock, last_position),
                randomness=randomness,
            ),
            clock=clock,
            budgets=budgets,
            quota=quota,
            may_sign=may_sign,
            guard=guard,
        )
        await relay.editions.load(first_roster)
        first_time = identity.first_time()
        await store.transact(lambda session: relay.times.load(session, first_time))
        await store.transact(relay.routing.routes.close_paths)  # power may have gone before
        if not relay.is_county:
            await store.transact(relay.health.load)
        await relay._sweep()
        return relay

    @property
    def node(self) -> NodeId:
        """This node."""
        return self.identity.node

    @property
    def is_county(self) -> bool:
        """Whether this is the county's."""
        return self.identity.role is Role.COUNTY

    @property
    def parent(self) -> NodeId | None:
        """The node above; None at the county."""
        entry = self.editions.roster.nodes.get(self.node)
        return NodeId(entry.parent) if entry and entry.parent else None

    def on_end(self, end: Callable[[], None]) -> None:
        """Call ``end`` when running exchanges must end, because another life has begun."""
        self._events.ends.append(end)

    def on_news(self, news: Callable[[], None]) -> None:
        """Call ``news`` after each newer roster or release."""
        self._events.news.append(news)

    def _tell_news(self) -> None:
        self.queue.wakeups.ring_all()
        for tell in self._events.news:
            tell()

    def end_exchanges(self) -> None:
        """Let running exchanges end in order; the next ones say who this node is now."""
        for end in self._events.ends:
            end()

    async def instance(self) -> Instance:
        """The name of this life of the database; another process may have begun a new one."""
        return await self.store.transact(instance_of)

    async def offer_again(self, item: bytes | None = None) -> int:
        """Offer again what was set aside, or one envelope or blob; how many those are."""

        async def work(session: AsyncSession) -> int:
            which = DeferredRow.item == item if item else DeferredRow.deferred.is_(True)
            count = await session.scalar(select(func.count()).select_from(DeferredRow).where(which))
            for peer in await deferred.offer_again(session, which):
                self.queue.wakeups.ring_after_commit(session, peer)
            return count or 0

        return await self.store.transact(work)

    async def offer_old_again(self) -> None:
        """A slow job: offer again what was refused a day ago."""

        async def work(session: AsyncSession) -> None:
            for peer in await deferred.offer_old_again(session, self.clock.now_ms()):
                self.queue.wakeups.ring_after_commit(session, peer)

        await self.store.transact(work)

    def post_office(self, keys_of: Callable[[NodeId], PublicKeys | None]) -> Post:
        """What this node sends of its own, sealed with the keys that ``keys_of`` knows."""
        return Post(
            node=self.node,
            signer=self.identity.keys.signer,
            keys_of=keys_of,
            rules=lambda: self.editions.roster.rules,
            routes=self.routing.routes,
            cursor=self.queue.cursor,
            wakeups=self.queue.wakeups,
            clock=self.clock,
            randomness=self.queue.randomness,
        )

    async def publish(self, edition: Edition) -> None:
        """Store a newer edition and offer it to everybody."""
        await self.store.transact(lambda session: self.editions.publish(session, edition))
        self.editions.adopt(edition)
        await self.store.transact(self.routing.routes.close_paths)

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
        if self.store.dialect == "sqlite" and not self.queue.files.is_shared:
            await self._sweep_now()

    async def sweep_shared(self) -> None:
        """A slow job, of one process: remove what nobody names from a store that others write to.

        Such a store removes only what was left over twice.
        """
        if self.queue.files.is_shared:
            await self._sweep_now()

    async def _sweep_now(self) -> None:
        swept = await self.queue.files.sweep(await self.store.transact(kept_blobs))
        if swept:
            log.info("swept", extra={"event": "relay.swept", "files": swept})

    def _make_limits(self, budgets: OwnBudgets, quota: Quota) -> Limits:
        meters = Meters(
            node=self.node,
            roster=lambda: self.editions.roster,
            own=budgets,
            clock=self.clock,
            time_ms=self.times.best_ms,
        )
        quotas = Quotas(self.store, quota, lambda: self.editions.roster)
        return Limits(meters=meters, quotas=quotas, room=Reserve(self.queue.files.folder))

    def _make_routing(self) -> Routing:
        routes = Routes(node=self.node, editions=self.editions, wakeups=self.queue.wakeups)
        reports = RoamingReports(node=self.node, editions=self.editions, routes=routes)
        return Routing(routes=routes, reports=reports)

    def _make_health(self) -> HealthBook:
        identity = self.identity
        return HealthBook(
            node=identity.node,
            signer=identity.keys.signer,
            editions=self.editions,
            room=self.limits.room,
            clock=self.clock,
            times=self.times,
            authority=lambda: own_authority(identity, self.editions.roster),
        )

    def _make_times(self, may_sign: Callable[[], bool]) -> Times:
        if not self.is_county:
            return Times(clock=self.clock, roster=lambda: self.editions.roster)
        return CountyTimes(
            clock=self.clock,
            roster=lambda: self.editions.roster,
            signer=self.identity.keys.signer,
            instance=instance_of,
            may_sign=may_sign,
        )
