"""The composition root: every object of a station is made here, and none at import time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from protocol.exchange.pace.backpressure import Backpressure
from protocol.ports import Clock, Randomness
from protocol.trust.reports.health import Reporter
from protocol.trust.schedule import local_time
from protocol.trust.trusted_clock import TrustedClock
from runtime.jobs.supervise import Heartbeat
from runtime.node.certificate import own_authority
from runtime.node.identity import Identity
from runtime.node.renewal import keep_certificate
from station_agent.config import StationConfig
from station_agent.desk.door import DeskDoor
from station_agent.exchange.attempts import Attempts
from station_agent.exchange.catching_up import CatchingUp
from station_agent.exchange.eta import EtaEstimator
from station_agent.exchange.line import ParentLine
from station_agent.exchange.metering import Metering
from station_agent.exchange.parent import Parentage
from station_agent.exchange.parent_discovery import ParentDiscovery
from station_agent.exchange.paths import Paths
from station_agent.exchange.pauses import Pauses
from station_agent.exchange.receiver import ArrivalService, HeldRoster
from station_agent.exchange.roaming import RoamingReporter
from station_agent.exchange.room import ExchangeRoom
from station_agent.exchange.service import ExchangeService
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.exchange.view.factory import ExchangeMemory, ExchangeStoreFactory
from station_agent.inbox.delivery import DeliveryService
from station_agent.intake.room import IntakeRoom, LazyIntake
from station_agent.intake.sealing import SealingService
from station_agent.keys.renewal import RenewalService
from station_agent.keys.revocation_status import RevocationStatusService
from station_agent.numbers.service import NumberService
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database
from station_agent.store.disk import Disk
from station_agent.store.journal import Journal
from station_agent.store.vault import Vault
from station_agent.upkeep.health import StationHealth
from station_agent.upkeep.housekeeping import HousekeepingService
from station_agent.upkeep.inquiry import InquiryService
from station_agent.upkeep.room import UpkeepRoom

if TYPE_CHECKING:
    from station_agent.answering import Answering
    from station_agent.clerks.service import ClerkService
    from station_agent.clerks.unlocking import UnlockingService
    from station_agent.intake.questions import ItemQuestions
    from station_agent.intake.service import IntakeService
    from station_agent.status.results import ResultService
    from station_agent.status.service import StatusService
    from station_agent.stick.service import StickService


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One open station."""

    identity: Identity
    config: StationConfig
    database: Database
    taking: IntakeRoom
    answering: Callable[[], "Answering"]
    exchanges: ExchangeRoom
    upkeep: UpkeepRoom
    renewal: RenewalService
    numbers: NumberService
    door: DeskDoor

    @property
    def intake(self) -> "IntakeService":
        """Takes in applications."""
        return self.taking.service()

    @property
    def status(self) -> "StatusService":
        """Says how far each has got."""
        return self.answering().status

    @property
    def results(self) -> "ResultService":
        """Shows what was decided."""
        return self.answering().results

    @property
    def clerks(self) -> "ClerkService":
        """Says who works here."""
        return self.answering().clerks

    @property
    def unlocking(self) -> "UnlockingService":
        """Opens the vault."""
        return self.answering().unlocking

    @property
    def stick(self) -> "StickService":
        """Carries by hand."""
        return self.answering().stick


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the services of a station stand on."""

    identity: Identity
    config: StationConfig
    database: Database
    journal: Journal
    blobs: BlobFiles
    disk: Disk
    held: HeldRoster
    trusted: TrustedClock
    metering: Metering
    eta_estimator: EtaEstimator
    vault: Vault
    revocation_status: RevocationStatusService
    clock: Clock
    randomness: Randomness

    def station(self) -> Station:
        """Every service, each told of those that it needs."""
        housekeeping = HousekeepingService(
            database=self.database,
            journal=self.journal,
            blobs=self.blobs,
            disk=self.disk,
            trusted=self.trusted,
        )
        exchange_stores, parentage = self._exchange_stores(), self._parentage()
        paths = self._paths(parentage)
        exchange = self._exchange(paths, parentage, exchange_stores, housekeeping)
        sealing = self._sealing(exchange)
        numbers = NumberService(
            database=self.database, sealing=sealing, trusted=self.trusted, clock=self.clock
        )
        return Station(
            identity=self.identity,
            config=self.config,
            database=self.database,
            taking=IntakeRoom(
                service=LazyIntake(lambda: self._intake(sealing, numbers)),
                questions=cache(self._questions),
                today=self._today,
            ),
            answering=cache(
                lambda: self._answering(exchange, paths, parentage, sealing, exchange_stores)
            ),
            numbers=numbers,
            exchanges=ExchangeRoom(service=exchange, parentage=parentage, stores=exchange_stores),
            upkeep=UpkeepRoom(
                housekeeping=housekeeping,
                inquiry=InquiryService(
                    database=self.database,
                    sealing=sealing,
                    clock=self.clock,
                    say_where=exchange_stores.roaming_reporter.say_again,
                ),
            ),
            renewal=self._renewal(sealing),
            door=DeskDoor(
                clock=self.clock,
                randomness=self.randomness,
                has_clerks=lambda: bool(self.vault.clerks),
            ),
        )

    def _intake(self, sealing: SealingService, numbers: NumberService) -> "IntakeService":
        from station_agent.intake.service import IntakeService  # noqa: PLC0415 - 3 MB

        return IntakeService(
            database=self.database,
            blobs=self.blobs,
            disk=self.disk,
            sealing=sealing,
            randomness=self.randomness,
            closed=self.revocation_status.closed,
            vault=self.vault,
            today=self._today,
            after=numbers.look,
        )

    def _questions(self) -> "ItemQuestions":
        from station_agent.intake.questions import ItemQuestions  # noqa: PLC0415 - 3 MB

        return ItemQuestions(
            database=self.database,
            division=self.identity.code,
            today=self._today,
            now_ms=self.trusted.best_ms,
        )

    def _today(self) -> date | None:
        """The day from which on planned entries of the catalogue count; late rather than early."""
        now_ms = self.trusted.lagging_ms()
        return None if now_ms is None else local_time(now_ms).date()

    def _exchange_stores(self) -> ExchangeStoreFactory:
        identity, held = self.identity, self.held
        return ExchangeStoreFactory(
            node=identity.node,
            database=self.database,
            blobs=self.blobs,
            arrival=ArrivalService(
                database=self.database,
                blobs=self.blobs,
                held=held,
                delivery=DeliveryService(
                    node=identity.node,
                    keys=identity.keys,
                    roster=lambda: held.roster,
                    vault=self.vault,
                    clock=self.clock,
                    keep_certificate=lambda der: keep_certificate(identity, der, held.roster),
                ),
            ),
            timekeeping=Timekeeping(trusted=self.trusted, held=held),
            clock=self.clock,
            memory=ExchangeMemory(metering=self.metering, backpressure=Backpressure(self.clock)),
            roaming_reporter=RoamingReporter(
                node=identity.node,
                signer=identity.keys.signer,
                roster=lambda: held.roster,
                trusted=self.trusted,
            ),
            health=StationHealth(
                node=identity.node,
                reporter=Reporter(signer=identity.keys.signer, clock=self.clock),
                trusted=self.trusted,
                disk=self.disk,
                authority=lambda: own_authority(identity, held.roster),
            ),
        )

    def _parentage(self) -> Parentage:
        return Parentage(
            identity=self.identity, held=self.held, clock=self.clock, randomness=self.randomness
        )

    def _paths(self, parentage: Parentage) -> Paths:
        return Paths(
            parent=parentage.target,
            others=parentage.others,
            clock=self.clock,
            randomness=self.randomness,
            after_s=self.config.another_path_after_s,
        )

    def _exchange(
        self,
        paths: Paths,
        parentage: Parentage,
        exchange_stores: ExchangeStoreFactory,
        housekeeping: HousekeepingService,
    ) -> ExchangeService:
        pulse = Heartbeat(self.clock)
        line = ParentLine(
            dial=parentage.dial,
            new_exchange_store=exchange_stores,
            eta_estimator=self.eta_estimator,
            clock=self.clock,
        )
        return ExchangeService(
            line=line,
            attempts=self._attempts(line, paths, exchange_stores, pulse),
            pauses=Pauses(self.randomness, self.config.exchange_pause_s),
            pulse=pulse,
            database=self.database,
            meter=self.eta_estimator.metering.meter,
            clock=self.clock,
            linger_s=self.config.linger_s,
            make_room=housekeeping.make_room,
        )

    def _attempts(
        self,
        line: ParentLine,
        paths: Paths,
        exchange_stores: ExchangeStoreFactory,
        pulse: Heartbeat,
    ) -> Attempts:
        return Attempts(
            line=line,
            paths=paths,
            catching_up=CatchingUp(
                identity=self.identity,
                held=self.held,
                arrival=exchange_stores.arrival,
                timekeeping=exchange_stores.timekeeping,
                database=self.database,
                clock=self.clock,
            ),
            parent_discovery=ParentDiscovery(
                identity=self.identity,
                held=self.held,
                arrival=exchange_stores.arrival,
                clock=self.clock,
                randomness=self.randomness,
            ),
            pulse=pulse,
        )

    def _sealing(self, exchange: ExchangeService) -> SealingService:
        held = self.held
        return SealingService(
            node=self.identity.node,
            signer=self.identity.keys.signer,
            suite=self.config.suite,
            roster=lambda: held.roster,
            database=self.database,
            journal=self.journal,
            clock=self.clock,
            trusted=self.trusted,
            randomness=self.randomness,
            queued=exchange.new_work,
        )

    def _renewal(self, sealing: SealingService) -> RenewalService:
        return RenewalService(
            identity=self.identity,
            held=self.held,
            database=self.database,
            sealing=sealing,
            trusted=self.trusted,
            clock=self.clock,
            randomness=self.randomness,
        )

    def _answering(
        self,
        exchange: ExchangeService,
        paths: Paths,
        parentage: Parentage,
        sealing: SealingService,
        exchange_stores: ExchangeStoreFactory,
    ) -> "Answering":
        from station_agent.answering import answering  # noqa: PLC0415 - when somebody asks

        return answering(
            self,
            exchange=exchange,
            paths=paths,
            parentage=parentage,
            sealing=sealing,
            exchange_stores=exchange_stores,
        )
