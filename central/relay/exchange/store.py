"""The relay's store as one exchange with one neighbour sees it (ExchangeStore)."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.answers import Answers
from central.relay.exchange.break_off import BreakOff
from central.relay.exchange.greeter import Greeter
from central.relay.exchange.meeting import BEGUN_ANEW, Meeting
from central.relay.exchange.neighbours import set_link
from central.relay.exchange.peer import Peer
from central.relay.exchange.receiving import Receiving
from central.relay.exchange.reports import Reports
from central.relay.exchange.sending import Sending
from central.relay.exchange.spending import Spending
from central.relay.queue import spool
from central.relay.queue.wakeups import Wakeup
from central.store.engine import Store
from protocol.envelope.envelope import Lane
from protocol.errors import InstanceBegunError
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import Hello, Item, Offer, Want
from protocol.exchange.meter import Meter
from protocol.exchange.store import NOBODY, Greeting
from protocol.exchange.unacknowledged import UnacknowledgedPushes


class RelayExchangeStore:
    """One exchange's view; made anew for each, with one part for each subject."""

    def __init__(
        self,
        peer: Peer,
        store: Store,
        *,
        greeter: Greeter,
        meeting: Meeting,
        sending: Sending,
        answers: Answers,
        receiving: Receiving,
        reports: Reports,
        break_off: BreakOff,
        spending: Spending,
    ) -> None:
        self._peer, self._store = peer, store
        self._greeter, self._meeting = greeter, meeting
        self._sending, self._answers, self._receiving = sending, answers, receiving
        self._reports, self._break_off, self._spending = reports, break_off, spending

    @property
    def wakeup(self) -> Wakeup:
        """Rings when something for this peer was committed."""
        return self._sending.wakeup

    @property
    def meter(self) -> Meter:
        """What the budget lets us push to this peer."""
        return self._spending.meter

    async def greeting(self) -> Greeting:
        """For our Hello."""
        to_parent = self._peer.is_parent  # which is told words that are numbered here
        return await self._store.transact(self._greeter.greeting, synced=to_parent)

    async def keep_spent(self) -> None:
        """Put on disk what went to this peer today."""
        await self._keep(self._spending.changed(), synced=True)

    async def meet(self, hello: Hello) -> int:
        """Remember the peer's instance; ask before pushing what it may hold, or may have lost.

        Raises:
            InstanceBegunError: the peer proved that this node was set back; it is another life now.
        """
        self._sending.meet(hello)
        held = self._break_off.last.held(hello.instance, hello.seen)
        await self._answers.met(hello.instance, held)

        async def work(session: AsyncSession) -> int:
            return await self._meeting.note(session, hello, is_dirty=self._break_off.is_dirty)

        asked = await self._store.transact(work)
        if asked == BEGUN_ANEW:
            raise InstanceBegunError("a child shows words of this county that it does not know")
        return asked

    async def waiting(
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """What waits for the peer: news of roster and release, envelopes, whole blobs."""
        return await self._sending.waiting(after, limit, without)

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        """The items to push; blobs and edition bodies piece by piece."""
        return await self._sending.read(waiting, part_bytes)

    async def pushing(self, pushes: UnacknowledgedPushes) -> None:
        """Note that from now on this exchange may break off; on disk with the next :meth:`read`."""
        self._break_off.begin(pushes)

    async def confirmed(self, acks: Sequence[tuple[Waiting, str | None]], upto: int = 0) -> None:
        """The peer holds these now. What it refused stays here and is tried another time."""
        exchange = self._break_off.pushes.exchange
        await self._answers.confirmed(acks, exchange=exchange, upto=upto)

    async def holds(self, offer: Offer) -> Want:
        """Which of the peer's offer is here, or has passed through here."""
        return await self._store.transact(lambda session: spool.held(session, offer))

    async def store(
        self, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        """Commit what the peer sent, together with the count that our next Hello will name."""
        return await self._receiving.store(exchange, upto, items)

    async def parted(self, *, clean: bool) -> None:
        """Forget what is unacknowledged if everything was confirmed."""
        self.wakeup.forget()
        if clean:
            self._reports.told()
        # after a power cut the next exchange asks first, as if this one had broken off
        ended = self._spending.changed() | self._break_off.end(clean=clean)
        await self._keep(ended, synced=False)

    async def _keep(self, values: Mapping[str, object], *, synced: bool) -> None:
        if values:
            peer = self._peer.node
            await self._store.transact(lambda s: set_link(s, peer, **values), synced=synced)
