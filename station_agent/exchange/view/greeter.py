"""What a station says of itself before an exchange.

Source: docs/protocol.md section 9.
"""

from dataclasses import dataclass

from protocol.exchange.store import Greeting
from protocol.trust.edition import Kind
from station_agent.exchange.receiver import ArrivalService
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.exchange.view.progress import Peer, Progress
from station_agent.store import applications, station
from station_agent.store.db import Transaction
from station_agent.store.station import Unacknowledged
from station_agent.upkeep.health import StationHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeter:
    """Of one exchange."""

    peer: Peer
    progress: Progress
    arrival: ArrivalService
    timekeeping: Timekeeping
    health: StationHealth

    def greeting(self, tx: Transaction) -> Greeting:
        """For our Hello."""
        state, peer = station.read_state(tx), self.peer
        self.progress.begin(state.parent, state.unacknowledged)
        self.timekeeping.look_at_signer()
        held = {kind: self.arrival.version(tx, kind) for kind in Kind}
        held |= dict.fromkeys(self.arrival.ask_whole, 0)
        return Greeting(
            instance=state.instance,
            seen=station.seen_of(tx, peer.node),
            roster=held[Kind.ROSTER],
            release=held[Kind.RELEASE],
            county=state.county or b"",
            mark=applications.mark_of(tx, state.county),
            roaming_reports=peer.roaming_reports,
            heard=self.health.words(tx, state, peer.node) if peer.node else (),
            time_n=self.timekeeping.trusted.n,
            time=self.timekeeping.trusted.signed,
            shows_time=state.time_shown,
            careful=state.unacknowledged is not Unacknowledged.NONE,
        )

    def told(self) -> None:
        """The parent has taken what the greeting said of our health."""
        self.health.reporter.taken()
