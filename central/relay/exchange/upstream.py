"""A hub's own exchanges with its parent: one after the other, each kept open while it is quiet.

Source: docs/protocol.md section 9.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from central.relay.exchange.exchanges import Exchanges
from central.relay.health.counts import DONE, PARENT
from central.relay.service import Relay
from protocol.errors import NodeUnknownError, PeerError, YizhanError
from protocol.exchange.catching_up import asks_for_roster
from protocol.exchange.pace.backoff import Backoff
from protocol.ids import NodeId
from protocol.ports import Clock, Randomness
from runtime.jobs.supervise import Heartbeat, keep_running
from runtime.line.catching_up import ask_for_roster
from runtime.line.client import ParentClient
from runtime.line.conversation import Tally
from runtime.line.tls import client_context, open_context

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the parent does not serve us, in its signed words."""

    code: str
    words: str


@dataclass(slots=True)
class Line:
    """Whether the parent was heard in the last exchange, and since when it is so."""

    is_open: bool = False
    since_ms: int | None = None  # by this node's clock; None: not known yet
    code: str = ""  # why it is silent
    refusal: Refused | None = None  # by the parent's word, until it serves us again

    def heard(self, now_ms: int) -> None:
        """The parent has said something."""
        if not self.is_open:
            self.is_open, self.since_ms, self.code = True, now_ms, ""

    def served(self) -> None:
        """An exchange with it came to its end."""
        self.refusal = None

    def failed(self, now_ms: int, error: YizhanError) -> None:
        """It could not be reached, or refused."""
        if self.is_open or self.since_ms is None:
            self.is_open, self.since_ms = False, now_ms
        self.code = error.code
        if isinstance(error, PeerError):
            self.refusal = Refused(error.code, type(error)().words())


class Upstream:
    """Calls the parent as long as the hub runs."""

    def __init__(
        self,
        exchanges: Exchanges,
        *,
        randomness: Randomness,
        linger_s: int,
        pause_s: float,
        retry_first_s: float,
        seek: Callable[[YizhanError], Awaitable[bool]],
    ) -> None:
        """``seek`` looks elsewhere for news after a failure; whether there were any."""
        relay = exchanges.relay
        self._exchanges = exchanges
        self._randomness, self._seek = randomness, seek
        self._linger_s, self._pause_s = linger_s, pause_s
        self._backoff = Backoff(randomness, retry_first_s)
        self._client: ParentClient | None = None
        self._stopping = False
        self.pulse, self.line = Heartbeat(relay.clock), Line()
        relay.routing.reports.on_news(self._begin_again)

    async def run(self) -> None:
        """Exchange, pause, and again, until cancelled or stopped."""
        while not self._stopping:
            async with self.client() as client:
                await self._call_while_parent(client)

    @property
    def _relay(self) -> Relay:
        return self._exchanges.relay

    @property
    def clock(self) -> Clock:
        """By which it pauses."""
        return self._relay.clock

    def stop(self) -> None:
        """End the running exchange in order and start no other."""
        self._stopping = True
        if self._client is not None:
            self._client.stop()

    def client(self) -> ParentClient:
        """A caller of the present parent, as the newest roster has it."""
        identity, editions = self._relay.identity, self._relay.editions
        parent, url = self._parent()
        return ParentClient(
            url=url,
            parent=parent,
            context=client_context(
                editions.roster.authorities(identity.ca),
                identity.certificate_path,
                identity.key_path,
            ),
            clock=self._relay.clock,
            randomness=self._randomness,
            signing_key=lambda: editions.roster.present_keys(parent),
            tls_keys=lambda: editions.roster.tls_keys(parent),
        )

    def _parent(self) -> tuple[NodeId, str]:
        parent = self._relay.parent
        if parent is None:
            raise NodeUnknownError("this node has no parent")
        return parent, self._relay.editions.roster.nodes[parent].url

    def _called(self) -> tuple[object, ...]:
        """What a connection was made for: whom, where, and under which authorities."""
        relay = self._relay
        return *self._parent(), relay.editions.roster.authorities(relay.identity.ca)

    async def _call_while_parent(self, client: ParentClient) -> None:
        """Keep one connection as long as the roster names the same parent and authorities."""
        called = self._called()
        self._client = client
        while not self._stopping and self._called() == called:
            pause_s = await self._once(client)
            self.pulse.expect(pause_s)
            await self._relay.clock.sleep(pause_s)

    def _begin_again(self) -> None:
        """There is news for the Hello: end the running exchange in order, the next says it."""
        if self._client is not None:
            self._client.stop()

    def _heard(self, _: Tally) -> None:
        self.line.heard(self.clock.now_ms())
        self.pulse.expect(self._linger_s)

    async def _once(self, client: ParentClient) -> float:
        """One exchange; how many seconds to wait after it."""
        try:
            exchange_store = self._exchanges.store_for(client.parent)
            self.pulse.expect(self._linger_s)
            tally = await client.exchange(
                exchange_store, linger_s=self._linger_s, report=self._heard
            )
        except YizhanError as exc:
            if asks_for_roster(exc) and await self._caught_up():
                return 0.0
            if await self._seek(exc):
                return 0.0
            self.line.failed(self.clock.now_ms(), exc)
            self._relay.counts.exchanges.add(PARENT, exc.code)
            log.info(
                "exchange with the parent failed",
                extra={"event": "upstream.failed", **exc.fields()},
            )
            return self._backoff.failed(exc.retry_after_s)
        self.line.served()
        self._relay.counts.exchanges.add(PARENT, DONE)
        self._backoff.succeeded()
        return self._randomness.uniform(0.0, self._pause_s) + tally.retry_after_s

    async def _caught_up(self) -> bool:
        """Whether whoever answers at the parent's address had a newer roster."""
        relay, (parent, url) = self._relay, self._parent()
        identity, held = relay.identity, relay.editions.roster.version
        try:
            news, time = await ask_for_roster(
                url,
                relay.editions.trusted()[0],
                context=open_context(identity.certificate_path, identity.key_path),
                clock=self.clock,
                alive=self.pulse.expect,
            )
            if news is not None:
                await relay.publish(relay.editions.check(news, news.body))
            await relay.store.transact(lambda s: relay.times.take(s, time, hint_ms=None))
        except YizhanError as exc:
            log.info("no newer roster", extra={"event": "upstream.asked", "code": exc.code})
        newer = relay.editions.roster.version > held
        if newer:
            log.warning("caught up", extra={"event": "upstream.caught-up", "peer": parent})
        return newer


async def run_until_stopped(upstream: Upstream, stopped: asyncio.Event) -> None:
    """Run ``upstream`` until ``stopped`` is set, then end its exchange in order."""
    task = asyncio.create_task(
        keep_running("upstream", upstream.run, pulse=upstream.pulse, clock=upstream.clock)
    )
    await stopped.wait()
    upstream.stop()
    done, _ = await asyncio.wait({task}, timeout=5)
    if not done:
        task.cancel()
        await asyncio.wait({task})
