"""The station's store as one exchange with its parent sees it (protocol.exchange.store).

Source: docs/protocol.md sections 8 and 9.
"""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import Hello, Item, Offer, Want
from protocol.exchange.meter import Meter
from protocol.exchange.store import NOBODY, Greeting
from protocol.exchange.unacknowledged import UnacknowledgedBook, UnacknowledgedPushes
from protocol.ids import ExchangeId
from station_agent.exchange.metering import Metering
from station_agent.exchange.receiver import ArrivalService
from station_agent.exchange.view.answers import Acks, Answers
from station_agent.exchange.view.greeter import Greeter
from station_agent.exchange.view.meeting import Meeting, doubt_all
from station_agent.exchange.view.progress import Peer, Progress
from station_agent.exchange.view.sending import Sending
from station_agent.store import inbox, station
from station_agent.store.db import Database, Transaction
from station_agent.store.station import Unacknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class StationExchangeStore:
    """One exchange's view, with one part for each subject. Made for it, and dropped after it."""

    peer: Peer
    database: Database
    book: UnacknowledgedBook  # of the parent, whichever it is
    metering: Metering
    progress: Progress
    greeter: Greeter
    meeting: Meeting
    sending: Sending
    answers: Answers
    arrival: ArrivalService

    @property
    def wakeup(self) -> asyncio.Event:
        """Rings when something for the parent was committed."""
        return self.progress.wakeup

    @property
    def met(self) -> bool:
        """Whether the parent has introduced itself: the line works."""
        return self.progress.met

    @property
    def meter(self) -> Meter:
        """What the budget lets us push now."""
        return self.metering.meter

    async def keep_spent(self) -> None:
        """Put on disk what the meter has counted."""
        await self.metering.keep()

    async def greeting(self) -> Greeting:
        """For our Hello."""
        return await self.database.read(self.greeter.greeting)

    async def meet(self, hello: Hello) -> int:
        """Note who the parent is now; how many items of each lane to ask about."""
        last = self.book.last(None)
        held = last.held(hello.instance, hello.seen)
        if last.exchange != hello.exchange and last.peer != hello.instance:
            self.book.forget(None)  # it went to another parent

        def work(tx: Transaction) -> int:
            asked = self.meeting.note(tx, hello, is_told=held is not None)
            if held is not None:
                self.answers.note(tx, [(waiting, None) for waiting in held])
            return asked

        self.progress.heard()
        return await self.database.write(work)

    async def waiting(
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """What waits for the parent in each lane of ``after`` behind the position there."""
        if without:
            return {}  # everything here is of one origin
        return await self.database.read(lambda tx: self.sending.waiting(tx, after, limit))

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The item to send for each; None for one that has gone or may not go yet."""
        return await self.sending.read(waiting, part_bytes)

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        """Note on disk that this exchange may break off."""
        # where its Hello can only come later
        pushes.met(pushes.peer or self.progress.parent or b"")
        self.book.keep(None, pushes)

        def work(tx: Transaction) -> None:
            station.mark_unacknowledged(tx, Unacknowledged.IN_FLIGHT)
            station.remember(tx, station.read_state(tx).ack_history.pushing(pushes.exchange))

        await self.database.write(work)

    async def confirmed(self, acks: Acks, upto: int = 0) -> None:
        """The parent holds these, or refused them."""
        exchange = self.book.last(None).exchange

        def work(tx: Transaction) -> bool:
            if upto:
                station.remember(tx, station.read_state(tx).ack_history.answered(exchange, upto))
            return self.answers.note(tx, acks)

        if await self.database.write(work, synced=False):
            self.wakeup.set()

    async def holds(self, offer: Offer) -> Want:
        """Which of the parent's offer we hold."""
        return await self.database.read(lambda tx: inbox.held(tx, offer))

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        """Commit items of the parent; index and code of each refused one."""
        return await self.arrival.store(ExchangeId(exchange), upto, items, self.peer.node)

    async def parted(self, *, clean: bool) -> None:
        """The exchange is over. After a clean one nothing is in doubt, but for refused blobs."""
        await self.metering.keep()
        if clean:
            self.book.forget(None)
            self.greeter.told()
            await self.database.write(self._end)

    def _end(self, tx: Transaction) -> None:
        all_asked = self.progress.asked_all
        if all_asked or station.read_state(tx).unacknowledged is not Unacknowledged.ALL:
            open_ones = Unacknowledged.IN_FLIGHT if self.progress.refused else Unacknowledged.NONE
            station.set_unacknowledged(tx, open_ones)
        if self.progress.set_back:  # receipts that came just now may be of before that, too
            doubt_all(tx)
