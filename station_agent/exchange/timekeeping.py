"""The county's time at a station: taken from whoever brings it, kept on disk, passed on.

Source: docs/protocol.md section 9.4.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.errors import PeerError
from protocol.exchange.messages import Hello
from protocol.trust.time_statement import open_time
from protocol.trust.trusted_clock import TrustedClock
from station_agent.store import station
from station_agent.store.db import Transaction

if TYPE_CHECKING:
    from station_agent.exchange.receiver import HeldRoster

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timekeeping:
    """Takes the county's word on the time; whoever brings it can only be late with it."""

    trusted: TrustedClock
    held: "HeldRoster"

    def take(self, tx: Transaction, signed: bytes, *, hint_ms: int | None) -> bool:
        """Whether ``signed`` is the county's and newer than what was held; then it is kept.

        Args:
            hint_ms: the clock of the parent that brought it over a line; None: a stick did.
        """
        if not signed:
            return False
        county, _ = self.held.roster.county()
        try:
            statement = open_time(self.held.roster.present_keys(county), signed)
        except PeerError as exc:
            log.warning("time refused", extra={"event": "time.refused", "code": exc.code})
            return False
        self.look_at_signer()
        if not self.trusted.hear(signed, statement, hint_ms=hint_ms):
            return False
        if self.trusted.held is not None:
            station.keep_time(tx, self.trusted.held)
        return True

    def look_at_signer(self) -> None:
        """Once the county has had another key, what is held must be of the present one."""
        roster = self.held.roster
        county, entry = roster.county()
        if entry.signing_ms:
            self.trusted.require_signer(roster.present_keys(county))

    def meet(self, tx: Transaction, hello: Hello) -> None:
        """What a parent's Hello says of the time: its own clock, and what it has of the county."""
        self.trusted.hint(hello.time_ms)
        self.take(tx, hello.time, hint_ms=hello.time_ms)
        station.note_behind(tx, behind=self.trusted.shows(hello.time_n, hello.county))
