"""Runs one exchange: moves items between an exchange store and a link, as the session says.

Three tasks share the session: the reader takes messages off the link, the committer stores what
arrived (many items, one commit) and acknowledges it, the sender pushes what waits. When the line
breaks, what has arrived is still committed: those bytes need not travel again.

Source: docs/protocol.md section 8.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from protocol.codec import altered
from protocol.errors import LineError, UnexpectedError, YizhanError
from protocol.errors.from_peer import from_peer
from protocol.exchange.messages import Bye, EditionNews, EnvelopeItem, Hello, Item, Part
from protocol.exchange.session import (
    AnswerReceived,
    ByeReceived,
    Confirmed,
    Event,
    HelloReceived,
    ItemReceived,
    OfferReceived,
    Session,
)
from protocol.exchange.store import ExchangeStore
from protocol.exchange.wire import FrameReader
from protocol.limits import BATCH_BYTES, BATCH_ITEMS, IN_FLIGHT
from protocol.ports import Clock
from runtime.line.link import Link
from runtime.line.sender import Sender
from runtime.line.stall_detector import StallDetector

_ANSWER_S = 20.0  # a path that brings nothing back for so long is taken as half duplex
_WATCH_S = 15.0  # how often the progress is looked at
_POLL_S = 5.0  # look for new work even if nothing woke it
_LAST_WORDS_S = 10.0  # a peer that broke the protocol may not read either
_LAST_LOOK_S = 0.05  # the peer has ended: only what is at hand is still sent
_ITEM_BYTES = 1024  # charged for an item beside its content


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
        self._link, self._exchange_store, self._clock = link, exchange_store, clock
        self._hello, self._child, self._report = hello, child, report
        self._session = Session(hello if child else altered(hello, exchange=b""))
        self._sender = Sender(
            session=self._session,
            exchange_store=exchange_store,
            clock=clock,
            exchange=hello.exchange,
            careful=careful,
        )
        self._frames = FrameReader()
        self._arrivals: list[ItemReceived] = []
        self._arrived_bytes = 0
        self._arrived, self._room, self._stir = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._room.set()
        self._introduced = asyncio.Event()  # a parent waits for the child's hello
        if child:
            self._introduced.set()
        self._ended = asyncio.Event()  # nothing more will come from the peer
        self._failure: YizhanError | None = None
        self._stopping = self._finished = False
        self._last_item = 0  # once we have ended: the highest number that the peer may still send
        self._looks = 0  # times that nothing was found to send after the peer's end
        self._storing: asyncio.Future[Sequence[tuple[int, str]]] | None = None
        self._progress = StallDetector(clock)
        self._writing = asyncio.Lock()
        self.tally = Tally()

    async def run(self, first: bytes = b"") -> Tally:
        """Talk until both sides are settled and the linger time is over.

        Args:
            first: bytes of the peer that were read already.

        Raises:
            LineError: the line broke; what was acknowledged is safe, the rest stays queued.
            PeerError: the peer broke the protocol, or refused us.
        """
        beside = [asyncio.create_task(part) for part in (self._ring(), self._watch())]
        parts = (self._read(first), self._commit(), self._send())
        tasks = [asyncio.create_task(self._guard(part)) for part in parts]
        try:
            await asyncio.gather(*tasks)
            self._require_introduction()
        finally:
            for task in (*beside, *tasks):
                task.cancel()
            self._link.abort()
            if self._storing is not None:
                await asyncio.wait({self._storing})  # a cancelled exchange still ends its commit
            clean = self._failure is None and self._session.settled
            await asyncio.shield(self._exchange_store.parted(clean=clean))
        if self._failure is not None:
            raise self._failure
        return self.tally

    def _require_introduction(self) -> None:
        """An answer with nothing in it is no exchange, whoever gave it."""
        if self._session.peer is None and not self._stopping:
            self._failure = self._failure or LineError("the peer ended before it said anything")

    def stop(self) -> None:
        """End soon: store and acknowledge what came, push nothing more."""
        self._stopping = True
        self._stir.set()

    @property
    def resting(self) -> bool:
        """Nothing is left to say on both sides; it is only kept open."""
        return self._session.settled and self._sender.at_rest and not self._stopping

    async def _guard(self, part: Coroutine[Any, Any, None]) -> None:
        try:
            await part
        except YizhanError as exc:
            if isinstance(exc, LineError) and self._finished and not self._child:
                self._end()  # the answer was complete; what is still under way comes next time
                return
            self._failure = self._failure or exc
            if not isinstance(exc, LineError) and not self._ended.is_set():
                self._session.bye(exc.code)
                await self._say_last_words()
            self._link.abort()
            self._end()

    async def _say_last_words(self) -> None:
        try:
            async with asyncio.timeout(_LAST_WORDS_S):
                await self._flush()
                await self._finish()
        except (LineError, TimeoutError):
            return

    async def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._last_item = self._session.arrived + IN_FLIGHT
            self._progress.got_on()  # from here on the peer has to come to its end
            await self._link.finish()

    def _end(self) -> None:
        for event in (self._ended, self._arrived, self._room, self._stir, self._introduced):
            event.set()

    async def _watch(self) -> None:
        """Break the exchange off when it gets nowhere, whatever its other parts wait for."""

        async def watch() -> None:
            while True:
                await asyncio.sleep(_WATCH_S)
                self._require_progress()

        await self._guard(watch())

    def _require_progress(self) -> None:
        caller = self._hello if self._child else self._session.peer
        self._progress.require(
            settled=self._session.settled and self._sender.at_rest and not self._finished,
            linger_s=caller.linger_s if caller else 0,
        )

    async def _ring(self) -> None:
        while True:
            await self._exchange_store.wakeup.wait()
            self._exchange_store.wakeup.clear()
            self._sender.wake()
            self._stir.set()

    async def _flush(self) -> None:
        async with self._writing:
            while data := self._session.data_to_send():
                if self._finished:
                    return  # a late Ack: the next Hello says how much we hold
                await self._link.send(data)
                self.tally.bytes_up += len(data)
                self._progress.sent()

    # reading

    async def _read(self, first: bytes) -> None:
        data = first or await self._next_bytes()
        while data:
            self.tally.bytes_down += len(data)
            for message in self._frames.feed(data):
                for event in self._session.receive(message):
                    if not (self._finished and isinstance(event, OfferReceived)):
                        self._progress.got_on()
                    await self._act(event)
            self._progress.received(len(data), self._frames.held_bytes)
            self._stir.set()
            await self._room.wait()
            data = await self._next_bytes()
        if self._frames.held_bytes:
            raise LineError("the line was cut inside a frame")
        self._end()

    async def _next_bytes(self) -> bytes:
        coming = asyncio.ensure_future(self._link.receive())
        try:
            while True:
                self._require_progress()
                done, _ = await asyncio.wait({coming}, timeout=_WATCH_S)
                if done:
                    return coming.result()
        finally:
            coming.cancel()

    async def _act(self, event: Event) -> None:
        match event:
            case HelloReceived(hello=hello):
                await self._sender.met(hello)
                self._introduced.set()
                self._tell()
            case OfferReceived(offer=offer):
                self._session.answer(await self._exchange_store.holds(offer))
                await self._flush()
            case AnswerReceived(want=want):
                await self._sender.answered(want)
            case ItemReceived():
                self._take_in(event)
            case Confirmed(tokens=tokens):
                self.tally.items_up += len(tokens)
                await self._sender.confirmed(tokens)
                rate = self._sender.rate
                self.tally.carried_bytes, self.tally.busy_s = rate.carried_bytes, rate.busy_s
                self._tell()
            case ByeReceived(bye=bye):
                self._part(bye)

    def _part(self, bye: Bye) -> None:
        self.tally.retry_after_s = bye.retry_after_s
        self._stopping = True
        if bye.code:
            error = from_peer(bye.code, "the peer ended the exchange")
            error.retry_after_s = max(error.retry_after_s, bye.retry_after_s)
            raise error

    def _take_in(self, arrived: ItemReceived) -> None:
        if self._child and self._finished and arrived.number > self._last_item:
            raise UnexpectedError(f"item {arrived.number} long after our end")
        self._arrivals.append(arrived)
        self._arrived_bytes += _ITEM_BYTES + _content_bytes(arrived.item)
        if self._arrived_bytes >= BATCH_BYTES:
            self._room.clear()
        self._arrived.set()

    # committing

    async def _commit(self) -> None:
        while self._arrivals or not self._ended.is_set():
            await self._arrived.wait()
            self._arrived.clear()
            while self._arrivals:
                await self._commit_batch()
            if self._ended.is_set():
                self._arrived.set()

    async def _commit_batch(self) -> None:
        batch = self._arrivals[:BATCH_ITEMS]
        del self._arrivals[:BATCH_ITEMS]
        if not self._arrivals:
            self._arrived_bytes = 0
        self._storing = asyncio.ensure_future(
            self._exchange_store.store(
                self._hello.exchange, batch[-1].number, [arrived.item for arrived in batch]
            )
        )
        refused = await asyncio.shield(self._storing)
        self._session.stored(batch[-1].number, [(batch[at].number, code) for at, code in refused])
        self._progress.got_on()
        self.tally.items_down += len(batch)
        self._room.set()
        self._tell()
        if self._failure is None:
            await self._flush()
        self._stir.set()

    # sending

    async def _send(self) -> None:
        await self._introduced.wait()  # our Hello goes together with what follows it
        settled_s: float | None = None
        while not self._over(settled_s):
            self._stir.clear()
            if await self._sender.step():
                await self._flush()
                settled_s, self._looks = None, 0
                continue
            if self._sender.asking and (self._unanswered() or self._ended.is_set()):
                self._sender.give_up_asking()
                continue
            await self._rest()
            quiet = self._unanswered() and not self._sender.paced
            if quiet and self._sender.unbind():
                continue
            if self._child and self._session.peer is None and quiet:
                break  # no answer before our end, it seems: this path is half duplex
            if not (self._session.settled and self._sender.at_rest):
                settled_s = None
            elif settled_s is None:
                settled_s = self._clock.ticks_s()
            await self._wait_for_stir(settled_s)
        if self._stopping:
            self._session.bye("")
        await self._flush()
        while self._failure is None and not self._session.caught_up:
            self._stir.clear()
            await self._stir.wait()  # the last Acks go out before our end
        await self._finish()

    async def _rest(self) -> None:
        if self._sender.at_rest and not self._session.in_flight:
            self._session.idle()
        await self._flush()

    async def _wait_for_stir(self, settled_s: float | None) -> None:
        waits_s = self._sender.pause_s
        pause = _POLL_S if waits_s is None else min(_POLL_S, waits_s)
        if settled_s is not None and self._child:
            left = self._hello.linger_s - (self._clock.ticks_s() - settled_s)
            pause = max(0.0, min(pause, left))
        if self._ended.is_set() and self._session.caught_up:
            pause = min(pause, _LAST_LOOK_S)
            self._looks += 1
        try:
            await asyncio.wait_for(self._stir.wait(), timeout=pause)
        except TimeoutError:
            self._sender.wake()

    def _unanswered(self) -> bool:
        return self._progress.quiet_s > _ANSWER_S

    def _over(self, settled_s: float | None) -> bool:
        if self._failure is not None or self._stopping:
            return True
        if self._ended.is_set():
            return self._child or self._looks > 1 or self.resting
        if not self._child or settled_s is None:
            return False
        return self._clock.ticks_s() - settled_s >= self._hello.linger_s

    def _tell(self) -> None:
        if self._report is not None:
            self._report(self.tally)


def _content_bytes(item: Item) -> int:
    match item:
        case EnvelopeItem(wire=wire):
            return len(wire)
        case Part(data=data):
            return len(data)
        case EditionNews(proof=proof, body=body):
            return len(proof) + len(body)
