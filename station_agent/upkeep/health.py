"""What this station tells the county of itself: its queue, its clock, its disk, what is wrong.

Source: docs/protocol.md section 9.7; docs/adr/0021-health.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.envelope.envelope import read_envelope
from protocol.errors import PeerError
from protocol.ids import NodeId
from protocol.limits import MIB
from protocol.trust.edition import Kind
from protocol.trust.reports.health import Condition, Health, Heard, Reporter
from protocol.trust.trusted_clock import TrustedClock
from protocol.version import PROGRAM
from station_agent.store import editions, health
from station_agent.store.db import Transaction
from station_agent.store.disk import Disk
from station_agent.store.station import StationState

_SET_BACK_MS = 7 * 24 * 3600 * 1000  # for so long a disk that was set back is spoken of


@dataclass(frozen=True, slots=True, kw_only=True)
class StationHealth:
    """Looks at the station, and says what it sees when there is news."""

    node: NodeId
    reporter: Reporter
    trusted: TrustedClock
    disk: Disk
    authority: Callable[[], bytes] = bytes  # the name of the one that its certificate is of

    def words(self, tx: Transaction, state: StationState, parent: NodeId) -> tuple[Heard, ...]:
        """For a Hello to ``parent``; nothing if it knows it all."""
        listener = (parent, state.parent or b"")
        if not self.reporter.is_due(listener):
            return ()
        word = self.reporter.word(self.look(tx, state), listener)
        return (Heard(node=bytes.fromhex(self.node), age_s=0, word=word),) if word else ()

    def look(self, tx: Transaction, state: StationState) -> Health:
        """How the station is doing now."""
        queue = health.queue(tx)
        return Health(
            node=bytes.fromhex(self.node),
            number=max(1, self.trusted.number()),
            program=PROGRAM,
            roster=editions.version(tx, Kind.ROSTER),
            release=editions.version(tx, Kind.RELEASE),
            waiting=queue.count,
            waiting_bytes=queue.size,
            oldest_s=self._age_s(queue.oldest),
            free_mib=self.disk.room().free // MIB,
            clock_error_ms=self.trusted.error_ms,
            conditions=tuple(one.value for one in self._conditions(tx, state)),
            authority=self.authority(),
        )

    def _age_s(self, wire: bytes | None) -> int:
        """By trusted time if it was known when the envelope was sealed, else by the PC's clock."""
        if wire is None:
            return 0
        try:
            local_ms, trusted_ms = read_envelope(wire).header.created
        except PeerError:  # changed on the disk: the parent will refuse it, and that is told
            return 0
        now_ms = self.trusted.now_ms()
        if trusted_ms is None or now_ms is None:
            now_ms, trusted_ms = self.trusted.clock.now_ms(), local_ms
        return max(0, now_ms - trusted_ms) // 1000

    def _conditions(self, tx: Transaction, state: StationState) -> list[Condition]:
        rolled_back_ms, now_ms = state.rolled_back_ms, self.trusted.clock.now_ms()
        found = {
            Condition.SALVAGED: self.disk.holds("damaged-*"),
            Condition.ROLLED_BACK: rolled_back_ms is not None
            and 0 <= now_ms - rolled_back_ms < _SET_BACK_MS,
            Condition.DEFERRED: health.any_aside(tx),
            Condition.FAILED_INSIDE: health.any_stumbled(tx),
            Condition.UNREADABLE: health.any_unreadable(tx),
            Condition.NEEDS_NEWER: health.waiting_for_program(tx) > 0,
            Condition.DISK_LOW: self.disk.is_short,
        }
        return [condition for condition, there in found.items() if there]
