"""What a station notes when its parent introduces itself: another database, another county, a gap.

Each may mean that what was taken once is no longer there, so it is asked about again.

Source: docs/protocol.md sections 8.2 and 9.3.
"""

import logging
from dataclasses import dataclass

from protocol.exchange.messages import Hello
from protocol.exchange.store import ASK_ALL
from protocol.ids import Instance
from protocol.limits import IN_FLIGHT
from protocol.ports import Clock
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.exchange.view.progress import Peer, Progress
from station_agent.store import applications, numbers, outbox, refusals, station
from station_agent.store.db import Transaction
from station_agent.store.station import StationState, Unacknowledged

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Of one exchange."""

    peer: Peer
    progress: Progress
    timekeeping: Timekeeping
    clock: Clock

    def note(self, tx: Transaction, hello: Hello, *, is_told: bool) -> int:
        """Who the parent is now; how many items of each lane to ask about.

        Args:
            is_told: its Hello says what it holds of the exchange that broke off.
        """
        progress, before = self.progress, self.progress.before
        changed = self._note(tx, hello)
        if changed or before is Unacknowledged.ALL:
            progress.ask(everything=True)
            return ASK_ALL
        if before is Unacknowledged.IN_FLIGHT and not is_told:
            progress.ask(everything=False)
            return IN_FLIGHT
        return 0

    def _note(self, tx: Transaction, hello: Hello) -> bool:
        """Whether what the parent holds is unknown."""
        station.note_meeting(tx)
        self.timekeeping.meet(tx, hello)
        refusals.heard_versions(tx, hello.roster, hello.release, hello.program)
        state = station.read_state(tx)
        parent = Instance(hello.instance)
        changed = note_parent(tx, state, parent)
        county = Instance(hello.county)
        if not self._is_stale(tx, county):
            changed |= note_county(tx, state, county)
        set_back = note_set_back(tx, state, hello, self.clock.now_ms())
        self.progress.noted(parent, set_back=set_back)
        return changed or set_back

    def _is_stale(self, tx: Transaction, county: Instance) -> bool:
        """Whether a host names a life of the county that we knew before it, and that may be over.

        A receipt of the newest life may have come ahead of its name: then the newest time that the
        county has signed is of that life.
        """
        if not self.peer.is_host or not applications.knows_county(tx, county):
            return False
        held = self.timekeeping.trusted.held
        return held is None or held.statement.instance != county


def doubt_all(tx: Transaction) -> None:
    """What the parent has, and what the county has settled, is unknown, but for what is SAFE."""
    outbox.doubt_unsafe(tx)
    station.set_unacknowledged(tx, Unacknowledged.ALL)


def note_parent(tx: Transaction, state: StationState, parent: Instance) -> bool:
    """Whether another database than before answers: what it holds is unknown."""
    if state.parent == parent:
        return False
    station.set_parent(tx, parent)
    if state.parent is None:
        return False
    outbox.forget_custody(tx)
    station.set_unacknowledged(tx, Unacknowledged.ALL)
    return True


def note_set_back(tx: Transaction, state: StationState, hello: Hello, local_ms: int) -> bool:
    """Whether the parent does not remember what we do: one of the disks was set back.

    Or two PCs use this identity. Whichever it is, what the parent holds is unknown.
    """
    station.remember(tx, state.ack_history.after(hello.seen))
    if state.parent != hello.instance or state.ack_history.fits(hello.seen):
        return False
    doubt_all(tx)
    station.note_rollback(tx, local_ms)
    if state.ack_history.knows_more(hello.seen):
        numbers.close_all(tx, numbers.SET_BACK)  # another copy may have used them
    log.warning("the parent remembers something else", extra={"event": "exchange-store.set-back"})
    return True


def note_county(tx: Transaction, state: StationState, county: Instance) -> bool:
    """Whether the county has another database than the one whose receipts we hold."""
    if not county or state.county == county:
        return False
    station.set_county(tx, county)
    if state.county is not None:
        outbox.recount(tx, county)
    elif not outbox.mark_unacknowledged_custody(
        tx
    ):  # the parent may have passed it on to one that is no more
        return False
    station.set_unacknowledged(tx, Unacknowledged.ALL)
    return True
