"""Runs one exchange: moves bytes between a line and a store, as protocol.exchange.exchange says.

Three tasks share it: the reader takes bytes off the line, the committer stores what arrived
(many items, one commit), the sender does the next step. When the line breaks, what has arrived
is still committed: those bytes need not travel again. Nothing is decided here.

Source: docs/protocol.md section 8; docs/adr/0044-sending-decides-in-the-core.md.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from protocol.errors import LineError, YizhanError
from protocol.exchange.exchange import Exchange, Finish, Step, StoreEvent, Wait
from protocol.exchange.known import Look
from protocol.exchange.messages import Hello
from protocol.exchange.sender import Now, Read
from protocol.exchange.session import AckReceived, AnswerReceived, HelloReceived, OfferReceived
from protocol.exchange.store import ExchangeStore
from protocol.ports import Clock
from runtime.line.link import Link

_WATCH_S = 15.0  # how often it is asked whether the exchange gets anywhere
_LAST_WORDS_S = 10.0  # a peer that broke the protocol may not read either


@dataclass(slots=True)
class Tally:
    """What one exchange moved, for progress bars and logs."""

    items_up: int = 0
    items_down: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    retry_after_s: int = 0
    carried_bytes: int = 0  # content of our items that was confirmed,
    busy_s: float = 0.0  # and for how long some of it was under way


@dataclass(slots=True)
class _Signals:
    """What one task has for another."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)  # something waits for a commit
    room: asyncio.Event = field(default_factory=asyncio.Event)  # more may be read
    stir: asyncio.Event = field(default_factory=asyncio.Event)  # there may be another next step

    def set_all(self) -> None:
        for event in (self.arrived, self.room, self.stir):
            event.set()


class Conversation:
    """One exchange of one side. Make it, then ``await run()``."""

    def __init__(
        self,
        *,
        link: Link,
        exchange_store: ExchangeStore,
        clock: Clock,
        hello: Hello,
        child: bool,
        careful: bool = False,
        report: Callable[[Tally], None] | None = None,
    ) -> None:
        self._link, self._store, self._clock, self._report = link, exchange_store, clock, report
        self._exchange = Exchange(
            hello, exchange_store.meter, child=child, careful=careful, now_s=clock.ticks_s()
        )
        self._signals = _Signals()
        self._storing: asyncio.Future[Sequence[tuple[int, str]]] | None = None
        self._writing = asyncio.Lock()
        self._stepping = asyncio.Lock()  # what the peer says must not come in the middle of a step
        self.tally = Tally()

    async def run(self, first: bytes = b"") -> Tally:
        """Talk until both sides are settled and the linger time is over.

        Args:
            first: bytes of the peer that were read already.

        Raises:
            LineError: the line broke; what was acknowledged is safe, the rest stays queued.
            PeerError: the peer broke the protocol, or refused us.
        """
        beside = [asyncio.create_task(part) for part in (self._wake(), self._watch())]
        parts = (self._read(first), self._commit(), self._send())
        tasks = [asyncio.create_task(self._guard(part)) for part in parts]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in (*beside, *tasks):
                task.cancel()
            self._link.abort()
            if self._storing is not None:
                await asyncio.wait({self._storing})  # a cancelled exchange still ends its commit
            await asyncio.shield(self._store.parted(clean=self._exchange.is_clean))
        if self._exchange.failure is not None:
            raise self._exchange.failure
        return self.tally

    def stop(self) -> None:
        """End soon: store and acknowledge what came, push nothing more."""
        self._exchange.stop()
        self._signals.stir.set()

    @property
    def resting(self) -> bool:
        """Nothing is left to say on both sides; it is only kept open."""
        return self._exchange.resting

    async def _guard(self, part: Coroutine[Any, Any, None]) -> None:
        try:
            await part
        except YizhanError as exc:
            if self._exchange.fail(exc):
                await self._say_last_words()
            if self._exchange.failure is not None:
                self._link.abort()
            self._signals.set_all()

    async def _say_last_words(self) -> None:
        try:
            async with asyncio.timeout(_LAST_WORDS_S):
                await self._flush()
                await self._finish()
        except (LineError, TimeoutError):
            return

    async def _watch(self) -> None:
        """Break the exchange off when it gets nowhere, whatever its other parts wait for."""

        async def watch() -> None:
            while True:
                await asyncio.sleep(_WATCH_S)
                self._exchange.require_progress(self._clock.ticks_s())

        await self._guard(watch())

    async def _wake(self) -> None:
        while True:
            await self._store.wakeup.wait()
            self._store.wakeup.clear()
            self._exchange.wake()
            self._signals.stir.set()

    def _now(self) -> Now:
        return Now(ticks_s=self._clock.ticks_s(), wall_ms=self._clock.now_ms())

    def _tell(self) -> None:
        if self._report is not None:
            self._report(self.tally)

    # reading

    async def _read(self, first: bytes) -> None:
        data = first or await self._next_bytes()
        while data:
            self.tally.bytes_down += len(data)
            heard = self._exchange.heard
            for event in self._exchange.receive(data, self._now()):
                await self._act(event)
            self.tally.retry_after_s = self._exchange.retry_after_s
            if self._exchange.has_arrivals:
                self._signals.arrived.set()
            if self._exchange.heard > heard:
                self._signals.stir.set()
            while not self._exchange.has_room:
                self._signals.room.clear()
                await self._signals.room.wait()
            data = await self._next_bytes()
        self._exchange.peer_ended()
        self._signals.set_all()

    async def _next_bytes(self) -> bytes:
        coming = asyncio.ensure_future(self._link.receive())
        try:
            while True:
                self._exchange.require_progress(self._clock.ticks_s())
                done, _ = await asyncio.wait({coming}, timeout=_WATCH_S)
                if done:
                    return coming.result()
        finally:
            coming.cancel()

    async def _act(self, event: StoreEvent) -> None:
        match event:
            case OfferReceived(offer=offer):
                self._exchange.answer(await self._store.holds(offer))
                await self._flush()
            case AnswerReceived(want=want):
                async with self._stepping:
                    if held := self._exchange.answered(want, self._now()):
                        await self._store.confirmed(held)
            case HelloReceived(hello=hello):
                async with self._stepping:
                    self._exchange.greeted(await self._store.meet(hello), self._now())
                self._tell()
            case AckReceived(pushes=pushes):
                async with self._stepping:
                    acks = [(push.item, code) for push, code in pushes]
                    await self._store.confirmed(acks, self._exchange.unacknowledged.answered)
                    self._exchange.noted(event)
                self.tally.items_up += len(pushes)
                self.tally.carried_bytes, self.tally.busy_s = self._exchange.carried
                self._tell()

    # committing

    async def _commit(self) -> None:
        while self._exchange.has_arrivals or not self._exchange.is_over:
            if self._exchange.has_arrivals:
                await self._commit_batch()
            else:
                self._signals.arrived.clear()
                await self._signals.arrived.wait()

    async def _commit_batch(self) -> None:
        batch = self._exchange.batch()
        items = [arrived.item for arrived in batch]
        name = self._exchange.unacknowledged.exchange
        self._storing = asyncio.ensure_future(self._store.store(name, batch[-1].number, items))
        refused = await asyncio.shield(self._storing)
        self._exchange.stored(batch, refused, self._clock.ticks_s())
        self.tally.items_down += len(batch)
        self._signals.room.set()
        self._tell()
        if self._exchange.failure is None:
            await self._flush()
        self._signals.stir.set()

    # sending

    async def _send(self) -> None:
        step: Step = Wait(seconds=0.0)
        while not isinstance(step, Finish):
            self._signals.stir.clear()
            async with self._stepping:
                step = self._exchange.next(self._now())
                await self._ask_store(step)
            if not isinstance(step, Look):  # our Hello goes together with what follows it
                await self._flush()
            if isinstance(step, Wait):
                await self._wait(step.seconds)
        await self._finish()

    async def _ask_store(self, step: Step) -> None:
        match step:
            case Look():
                found = await self._store.waiting(step.after, step.limit, step.without)
                self._exchange.found(found, self._now())
            case Read():
                if step.first:
                    await self._store.pushing(self._exchange.unacknowledged)
                bodies = await self._store.read(step.items, step.part_bytes)
                if step.capped:
                    await self._store.keep_spent()
                self._exchange.push(bodies, self._now())
            case Wait() | Finish():
                return

    async def _flush(self) -> None:
        async with self._writing:
            while data := self._exchange.data_to_send():
                await self._link.send(data)
                self.tally.bytes_up += len(data)
                self._exchange.sent(self._clock.ticks_s())

    async def _wait(self, seconds: float | None) -> None:
        try:
            await asyncio.wait_for(self._signals.stir.wait(), timeout=seconds)
        except TimeoutError:
            self._exchange.wake()

    async def _finish(self) -> None:
        if self._exchange.finish(self._clock.ticks_s()):
            await self._link.finish()
