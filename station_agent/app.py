"""The composition root: every object of a station is made here, and none at import time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from protocol.exchange.pace.backpressure import Backpressure
from protocol.trust.reports.health import Reporter
from runtime.jobs.supervise import Heartbeat
from runtime.node.certificate import own_authority
from runtime.node.identity import Identity
from runtime.node.renewal import keep_certificate
from station_agent.config import StationConfig
from station_agent.desk.door import DeskDoor
from station_agent.exchange.attempts import Attempts
from station_agent.exchange.catching_up import CatchingUp
from station_agent.exchange.line import ParentLine
from station_agent.exchange.parent import Parentage
from station_agent.exchange.parent_discovery import ParentDiscovery
from station_agent.exchange.paths import Paths
from station_agent.exchange.pauses import Pauses
from station_agent.exchange.receiver import ArrivalService
from station_agent.exchange.roaming import RoamingReporter
from station_agent.exchange.room import ExchangeRoom
from station_agent.exchange.service import ExchangeService
from station_agent.exchange.timekeeping import Timekeeping
from station_agent.exchange.view.factory import ExchangeMemory, ExchangeStoreFactory
from station_agent.inbox.delivery import DeliveryService
from station_agent.intake.envelope_sealer import EnvelopeSealer
from station_agent.intake.room import IntakeRoom, LazyIntake
from station_agent.intake.sealing import SealingService
from station_agent.keys.renewal import RenewalService
from station_agent.numbers.service import NumberService
from station_agent.papers.room import LazyPapers
from station_agent.resources import Resources
from station_agent.store.db import Database
from station_agent.store.shield import Shield
from station_agent.upkeep.health import StationHealth
from station_agent.upkeep.housekeeping import HousekeepingService
from station_agent.upkeep.inquiry import InquiryService
from station_agent.upkeep.room import UpkeepRoom

if TYPE_CHECKING:
    from station_agent.answering import Answering
    from station_agent.clerks.service import ClerkService
    from station_agent.clerks.unlocking import UnlockingService
    from station_agent.drafts.service import DraftService
    from station_agent.followups.service import FollowUpService
    from station_agent.intake.questions import ItemQuestions
    from station_agent.intake.service import IntakeService
    from station_agent.keys.forgotten import ForgottenPasswords
    from station_agent.papers.service import PaperService
    from station_agent.status.results import ResultService
    from station_agent.status.service import StatusService
    from station_agent.status.situation import SituationService
    from station_agent.stick.service import StickService


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One open station."""

    identity: Identity
    config: StationConfig
    database: Database
    taking: IntakeRoom
    answering: Callable[[], "Answering"]
    filling: Callable[[], "DraftService"]
    exchanges: ExchangeRoom
    upkeep: UpkeepRoom
    renewal: RenewalService
    numbers: NumberService
    door: DeskDoor
    keeping: LazyPapers

    @property
    def papers(self) -> "PaperService":
        """Keeps the pages of what is being filled in."""
        return self.keeping()

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
    def drafts(self) -> "DraftService":
        """Keeps what is being filled in."""
        return self.filling()

    @property
    def situation(self) -> "SituationService":
        """Says how this PC and its line are."""
        return self.answering().situation

    @property
    def forgotten(self) -> "ForgottenPasswords":
        """Asks the county for a new password."""
        return self.answering().forgotten

    @property
    def unlocking(self) -> "UnlockingService":
        """Opens the vault."""
        return self.answering().unlocking

    @property
    def follow_ups(self) -> "FollowUpService":
        """Sends what follows an application."""
        return self.answering().follow_ups

    @property
    def stick(self) -> "StickService":
        """Carries by hand."""
        return self.answering().stick


def compose(resources: Resources) -> Station:
    """Every service, each told of those that it needs."""
    housekeeping = HousekeepingService(
        database=resources.database,
        journal=resources.journal,
        blobs=resources.blobs,
        disk=resources.disk,
        trusted=resources.trusted,
    )
    stores, parentage = _exchange_stores(resources), _parentage(resources)
    paths = _paths(resources, parentage)
    exchanges = ExchangeRoom(
        service=_exchange(resources, paths, parentage, stores, housekeeping),
        parentage=parentage,
        stores=stores,
    )
    sealing = _sealing(resources, exchanges.service)
    numbers = NumberService(
        database=resources.database,
        sealing=sealing,
        trusted=resources.trusted,
        clock=resources.clock,
    )
    return Station(
        identity=resources.identity,
        config=resources.config,
        database=resources.database,
        taking=_taking(resources, sealing, numbers),
        answering=cache(lambda: _answering(resources, exchanges, paths, sealing)),
        filling=cache(lambda: _drafts(resources)),
        numbers=numbers,
        exchanges=exchanges,
        upkeep=_upkeep(resources, housekeeping, sealing, stores.roaming_reporter),
        renewal=_renewal(resources, sealing),
        keeping=LazyPapers(lambda: _papers(resources)),
        door=DeskDoor(
            clock=resources.clock,
            randomness=resources.randomness,
            has_clerks=lambda: bool(resources.vault.clerks),
        ),
    )


def _taking(resources: Resources, sealing: SealingService, numbers: NumberService) -> IntakeRoom:
    return IntakeRoom(
        service=LazyIntake(lambda: _intake(resources, sealing, numbers)),
        questions=cache(lambda: _questions(resources)),
        today=resources.today,
    )


def _drafts(resources: Resources) -> "DraftService":
    from station_agent.clerks.unlocking import UnlockingService  # noqa: PLC0415 - when asked
    from station_agent.drafts.service import DraftService  # noqa: PLC0415 - the rules of forms

    return DraftService(
        database=resources.database,
        seal=resources.vault.row_sealer(resources.randomness).put_in,
        clock=resources.clock,
        unlocking=UnlockingService(
            database=resources.database, vault=resources.vault, clock=resources.clock
        ),
        today=resources.today,
        run_ms=lambda: resources.trusted.run_ms,
    )


def _papers(resources: Resources) -> "PaperService":
    from station_agent.papers.process import PageProcesses  # noqa: PLC0415
    from station_agent.papers.scanner import ScannerFolder  # noqa: PLC0415
    from station_agent.papers.service import PaperService  # noqa: PLC0415 - when a page comes

    return PaperService(
        database=resources.database,
        blobs=resources.blobs,
        disk=resources.disk,
        vault=resources.vault,
        processes=PageProcesses(),
        scanner=ScannerFolder(folder=resources.config.scanner_folder, clock=resources.clock),
        clock=resources.clock,
        randomness=resources.randomness,
        shield=Shield(),
    )


def _upkeep(
    resources: Resources,
    housekeeping: HousekeepingService,
    sealing: SealingService,
    roaming_reporter: RoamingReporter,
) -> UpkeepRoom:
    return UpkeepRoom(
        housekeeping=housekeeping,
        inquiry=InquiryService(
            database=resources.database,
            sealing=sealing,
            clock=resources.clock,
            say_where=roaming_reporter.say_again,
        ),
    )


def _intake(
    resources: Resources, sealing: SealingService, numbers: NumberService
) -> "IntakeService":
    from station_agent.intake.attachment_sealer import AttachmentSealer  # noqa: PLC0415 - 3 MB
    from station_agent.intake.service import IntakeService  # noqa: PLC0415

    return IntakeService(
        database=resources.database,
        attachments=AttachmentSealer(resources.blobs, resources.disk, resources.randomness),
        sealing=sealing,
        randomness=resources.randomness,
        closed=resources.revocation_status.closed,
        vault=resources.vault,
        today=resources.today,
        now_ms=resources.trusted.best_ms,
        after=numbers.look,
    )


def _questions(resources: Resources) -> "ItemQuestions":
    from station_agent.intake.questions import ItemQuestions  # noqa: PLC0415 - 3 MB

    return ItemQuestions(
        database=resources.database,
        division=resources.identity.code,
        today=resources.today,
        now_ms=resources.trusted.best_ms,
    )


def _exchange_stores(resources: Resources) -> ExchangeStoreFactory:
    identity, held = resources.identity, resources.held
    return ExchangeStoreFactory(
        node=identity.node,
        database=resources.database,
        blobs=resources.blobs,
        arrival=ArrivalService(
            database=resources.database,
            blobs=resources.blobs,
            held=held,
            delivery=DeliveryService(
                node=identity.node,
                keys=identity.keys,
                roster=lambda: held.roster,
                vault=resources.vault,
                clock=resources.clock,
                keep_certificate=lambda der: keep_certificate(identity, der, held.roster),
            ),
        ),
        timekeeping=Timekeeping(trusted=resources.trusted, held=held),
        clock=resources.clock,
        memory=ExchangeMemory(
            metering=resources.eta_estimator.metering, backpressure=Backpressure(resources.clock)
        ),
        roaming_reporter=RoamingReporter(
            node=identity.node,
            signer=identity.keys.signer,
            roster=lambda: held.roster,
            trusted=resources.trusted,
        ),
        health=StationHealth(
            node=identity.node,
            reporter=Reporter(signer=identity.keys.signer, clock=resources.clock),
            trusted=resources.trusted,
            disk=resources.disk,
            authority=lambda: own_authority(identity, held.roster),
        ),
    )


def _parentage(resources: Resources) -> Parentage:
    return Parentage(
        identity=resources.identity,
        held=resources.held,
        clock=resources.clock,
        randomness=resources.randomness,
    )


def _paths(resources: Resources, parentage: Parentage) -> Paths:
    return Paths(
        parent=parentage.target,
        others=parentage.others,
        clock=resources.clock,
        randomness=resources.randomness,
        after_s=resources.config.another_path_after_s,
    )


def _exchange(
    resources: Resources,
    paths: Paths,
    parentage: Parentage,
    exchange_stores: ExchangeStoreFactory,
    housekeeping: HousekeepingService,
) -> ExchangeService:
    pulse = Heartbeat(resources.clock)
    line = ParentLine(
        dial=parentage.dial,
        new_exchange_store=exchange_stores,
        eta_estimator=resources.eta_estimator,
        clock=resources.clock,
    )
    return ExchangeService(
        line=line,
        attempts=_attempts(resources, line, paths, exchange_stores, pulse),
        pauses=Pauses(resources.randomness, resources.config.exchange_pause_s),
        pulse=pulse,
        database=resources.database,
        meter=resources.eta_estimator.metering.meter,
        clock=resources.clock,
        linger_s=resources.config.linger_s,
        make_room=housekeeping.make_room,
    )


def _attempts(
    resources: Resources,
    line: ParentLine,
    paths: Paths,
    exchange_stores: ExchangeStoreFactory,
    pulse: Heartbeat,
) -> Attempts:
    return Attempts(
        line=line,
        paths=paths,
        catching_up=CatchingUp(
            identity=resources.identity,
            held=resources.held,
            arrival=exchange_stores.arrival,
            timekeeping=exchange_stores.timekeeping,
            database=resources.database,
            clock=resources.clock,
        ),
        parent_discovery=ParentDiscovery(
            identity=resources.identity,
            held=resources.held,
            arrival=exchange_stores.arrival,
            clock=resources.clock,
            randomness=resources.randomness,
        ),
        pulse=pulse,
    )


def _sealer(resources: Resources) -> EnvelopeSealer:
    held = resources.held
    return EnvelopeSealer(
        node=resources.identity.node,
        signer=resources.identity.keys.signer,
        set_suite=resources.config.suite,
        roster=lambda: held.roster,
        clock=resources.clock,
        trusted=resources.trusted,
    )


def _sealing(resources: Resources, exchange: ExchangeService) -> SealingService:
    return SealingService(
        sealer=_sealer(resources),
        database=resources.database,
        journal=resources.journal,
        clock=resources.clock,
        trusted=resources.trusted,
        randomness=resources.randomness,
        queued=exchange.new_work,
    )


def _renewal(resources: Resources, sealing: SealingService) -> RenewalService:
    return RenewalService(
        identity=resources.identity,
        held=resources.held,
        database=resources.database,
        sealing=sealing,
        trusted=resources.trusted,
        clock=resources.clock,
        randomness=resources.randomness,
    )


def _answering(
    resources: Resources, exchanges: ExchangeRoom, paths: Paths, sealing: SealingService
) -> "Answering":
    from station_agent.answering import answering  # noqa: PLC0415 - when somebody asks

    return answering(resources, exchanges=exchanges, paths=paths, sealing=sealing)
