"""What the services of a station stand on: opened once, and handed to each that needs it."""

from dataclasses import dataclass
from datetime import date

from protocol.ports import Clock, Randomness
from protocol.trust.schedule import local_time
from protocol.trust.trusted_clock import TrustedClock
from runtime.node.identity import Identity
from station_agent.config import StationConfig
from station_agent.exchange.eta import EtaEstimator
from station_agent.exchange.receiver import HeldRoster
from station_agent.keys.revocation_status import RevocationStatusService
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database
from station_agent.store.disk import Disk
from station_agent.store.journal import Journal
from station_agent.store.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Of one open station."""

    identity: Identity
    config: StationConfig
    database: Database
    journal: Journal
    blobs: BlobFiles
    disk: Disk
    held: HeldRoster
    trusted: TrustedClock
    eta_estimator: EtaEstimator
    vault: Vault
    revocation_status: RevocationStatusService
    clock: Clock
    randomness: Randomness

    def today(self) -> date | None:
        """The day from which on planned entries of the catalogue count; late rather than early.

        Nobody proves the time to a folder for training: there this PC's date is good enough.
        """
        training = self.identity.training
        now_ms = self.clock.now_ms() if training else self.trusted.lagging_ms()
        return None if now_ms is None else local_time(now_ms).date()

    def best_day(self) -> tuple[date, bool]:
        """The day as people here see it, and whether trusted time proves it."""
        now_ms = self.trusted.now_ms()
        day = local_time(self.clock.now_ms() if now_ms is None else now_ms).date()
        return day, self.trusted.is_sure
