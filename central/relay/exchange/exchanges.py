"""The exchanges of one relay in the role of its node: what each is made of, composed anew for each.

A role is built on its relay, and this on both; so the relay is whole before anybody calls.

Source: docs/architecture.md, "The relay".
"""

from collections.abc import Iterator
from contextlib import contextmanager

from central.relay.editions.bodies import EditionBodies
from central.relay.exchange.answers import Answers, HandOver, Refusals
from central.relay.exchange.break_off import BreakOff
from central.relay.exchange.edition_offer import EditionOffer
from central.relay.exchange.greeter import Greeter
from central.relay.exchange.meeting import Meeting
from central.relay.exchange.memory import ExchangeMemory
from central.relay.exchange.peer import Peer
from central.relay.exchange.receiving import Receiving
from central.relay.exchange.reports import Reports
from central.relay.exchange.sending import Sending
from central.relay.exchange.spending import Spending
from central.relay.exchange.store import RelayExchangeStore
from central.relay.instance.high_water_marks import MarkKeeper
from central.relay.ports.role import RelayRole, RollbackCheck
from central.relay.queue.batches import BatchReceiver
from central.relay.queue.receiver import Receiver
from central.relay.service import Relay
from protocol.exchange.pace.backpressure import Backpressure
from protocol.ids import NodeId

UNASSIGNED = RelayRole()  # nothing is delivered here, and nobody hears of refusals


class Exchanges:
    """What every exchange with a neighbour works on, and every stick."""

    def __init__(self, relay: Relay, role: RelayRole = UNASSIGNED) -> None:
        self.relay, self._role = relay, role
        self._memory = ExchangeMemory(relay.clock)

    @property
    def batch_receiver(self) -> BatchReceiver:
        """Checks and stores what arrives, by whichever way."""
        relay = self.relay
        return BatchReceiver(
            receiver=self._receiver(),
            store=relay.store,
            editions=relay.editions,
            clock=relay.clock,
            counts=relay.counts,
        )

    @property
    def rollback_check(self) -> RollbackCheck:
        """Looks at what children show."""
        return self._role.rollback_check or MarkKeeper(lambda: self.relay.editions.roster)

    def store_for(self, peer: NodeId) -> RelayExchangeStore:
        """The store as one exchange with ``peer`` sees it."""
        relay = self.relay
        whom = Peer(node=peer, parent=relay.parent, roams=self._roams(peer))
        backpressure = self._memory.backpressure(peer)
        break_off = BreakOff(whom, self._memory.book)
        spending = Spending(relay.limits.meters.of(peer))
        reports = Reports(
            whom, roaming=relay.routing.reports, health=relay.health, times=relay.times
        )
        return RelayExchangeStore(
            whom,
            relay.store,
            greeter=Greeter(
                whom, relay.editions, reports=reports, break_off=break_off, spending=spending
            ),
            meeting=self._meeting(whom, reports),
            sending=self._sending(whom, backpressure, break_off),
            answers=Answers(
                HandOver(whom, relay.store, relay.queue.files, keeps=relay.is_county),
                Refusals(whom, relay.store, self._role.reporter, relay.clock),
                backpressure,
            ),
            receiving=Receiving(
                whom,
                batch_receiver=self.batch_receiver,
                bodies=EditionBodies(relay.editions),
                room=relay.limits.room,
            ),
            reports=reports,
            break_off=break_off,
            spending=spending,
        )

    @contextmanager
    def view_for(self, peer: NodeId) -> Iterator[RelayExchangeStore]:
        """What an exchange with ``peer`` would send, to look at and read only."""
        exchange_store = self.store_for(peer)
        try:
            yield exchange_store
        finally:
            exchange_store.wakeup.forget()

    def _meeting(self, peer: Peer, reports: Reports) -> Meeting:
        relay = self.relay
        return Meeting(
            peer,
            editions=relay.editions,
            rollback_check=self.rollback_check,
            reports=reports,
            wakeups=relay.queue.wakeups,
            clock=relay.clock,
        )

    def _sending(self, peer: Peer, backpressure: Backpressure, break_off: BreakOff) -> Sending:
        relay = self.relay
        return Sending(
            peer,
            store=relay.store,
            files=relay.queue.files,
            editions=EditionOffer(peer, relay.store, relay.editions),
            backpressure=backpressure,
            break_off=break_off,
            wakeup=relay.queue.wakeups.listen(peer.node),
            clock=relay.clock,
        )

    def _roams(self, peer: NodeId) -> bool:
        """Whether ``peer`` may get by other paths what waits for it at this hub."""
        entry = self.relay.editions.roster.nodes.get(peer)
        return self.relay.parent not in (None, peer) and entry is not None and bool(entry.others)

    def _receiver(self) -> Receiver:
        relay = self.relay
        return Receiver(
            node=relay.node,
            editions=relay.editions,
            files=relay.queue.files,
            deliver=self._role.deliver,
            wakeups=relay.queue.wakeups,
            cursor=relay.queue.cursor,
            routes=relay.routing.routes,
            clock=relay.clock,
            quotas=relay.limits.quotas,
        )
