"""Makes the view of the store that one exchange has."""

from dataclasses import dataclass, field

from protocol.exchange.pace.backpressure import Backpressure
from protocol.exchange.unacknowledged import UnacknowledgedBook
from protocol.ids import NodeId
from protocol.ports import Clock
from station_agent.exchange.metering import Metering
from station_agent.exchange.receiver import ArrivalService
from station_agent.exchange.roaming import RoamingReporter
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.exchange.view.answers import Answers
from station_agent.exchange.view.greeter import Greeter
from station_agent.exchange.view.meeting import Meeting
from station_agent.exchange.view.progress import Peer, Progress
from station_agent.exchange.view.sending import Sending
from station_agent.exchange.view.store import StationExchangeStore
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database
from station_agent.upkeep.health import StationHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeMemory:
    """What outlives an exchange."""

    metering: Metering
    backpressure: Backpressure
    book: UnacknowledgedBook = field(default_factory=UnacknowledgedBook)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeStoreFactory:
    """Makes the view that one exchange needs."""

    node: NodeId
    database: Database
    blobs: BlobFiles
    arrival: ArrivalService
    timekeeping: Timekeeping
    clock: Clock
    memory: ExchangeMemory
    roaming_reporter: RoamingReporter
    health: StationHealth

    def __call__(self, parent: NodeId | None = None) -> StationExchangeStore:
        """An exchange store for the next exchange, with ``parent`` if it is one over a line."""
        peer = self._peer(parent) if parent else Peer()
        node, progress, backpressure = self.node, Progress(), self.memory.backpressure
        return StationExchangeStore(
            peer=peer,
            database=self.database,
            book=self.memory.book,
            metering=self.memory.metering,
            progress=progress,
            greeter=Greeter(
                peer=peer,
                progress=progress,
                arrival=self.arrival,
                timekeeping=self.timekeeping,
                health=self.health,
            ),
            meeting=Meeting(
                peer=peer, progress=progress, timekeeping=self.timekeeping, clock=self.clock
            ),
            sending=Sending(
                node=node,
                database=self.database,
                blobs=self.blobs,
                backpressure=backpressure,
                progress=progress,
            ),
            answers=Answers(
                node=node, backpressure=backpressure, progress=progress, clock=self.clock
            ),
            arrival=self.arrival,
        )

    def _peer(self, parent: NodeId) -> Peer:
        return Peer(
            node=parent,
            roaming_reports=self.roaming_reporter.words(parent),
            is_host=self.roaming_reporter.is_guest(parent),
        )
