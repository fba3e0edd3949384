"""What a station notes when its parent introduces itself: another database, another county, a gap.

Each may mean that what was taken once is no longer there, so it is asked about again.

Source: docs/protocol.md sections 8.2 and 9.3.
"""

import logging

from protocol.exchange.messages import Hello
from protocol.ids import Instance
from station_agent.store import numbers, outbox, station
from station_agent.store.db import Transaction
from station_agent.store.station import StationState, Unacknowledged

log = logging.getLogger(__name__)


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
