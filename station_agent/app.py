"""The composition root: every object of a station is made here, and none at import time."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from runtime.node.identity import Identity
from station_agent.config import StationConfig
from station_agent.desk.door import DeskDoor
from station_agent.exchange.roaming import RoamingReporter
from station_agent.exchange.room import ExchangeRoom
from station_agent.exchange.service import ExchangeService
from station_agent.exchanging import compose_exchanges
from station_agent.intake.envelope_sealer import EnvelopeSealer
from station_agent.intake.room import IntakeRoom, LazyIntake
from station_agent.intake.sealing import SealingService
from station_agent.keys.renewal import RenewalService
from station_agent.numbers.service import NumberService
from station_agent.papers.room import LazyPapers
from station_agent.resources import Resources
from station_agent.store.db import Database
from station_agent.store.shield import Shield
from station_agent.upkeep.housekeeping import HousekeepingService
from station_agent.upkeep.inquiry import InquiryService
from station_agent.upkeep.room import UpkeepRoom

if TYPE_CHECKING:
    from station_agent.answering import Answering
    from station_agent.answers.service import AnswerService
    from station_agent.batches.handing_in import BatchHandingIn
    from station_agent.clerks.service import ClerkService
    from station_agent.clerks.unlocking import UnlockingService
    from station_agent.drafts.service import DraftService
    from station_agent.followups.service import FollowUpService
    from station_agent.handover.service import HandoverService
    from station_agent.intake.questions import ItemQuestions
    from station_agent.intake.service import IntakeService
    from station_agent.keys.forgotten import ForgottenPasswords
    from station_agent.papers.service import PaperService
    from station_agent.queueing.service import QueueService
    from station_agent.ratings.service import RatingService
    from station_agent.serving import Serving
    from station_agent.status.results import ResultService
    from station_agent.status.service import StatusService
    from station_agent.status.situation import SituationService
    from station_agent.stick.service import StickService
    from station_agent.training.making import TrainingFolders


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One open station."""

    identity: Identity
    config: StationConfig
    database: Database
    taking: IntakeRoom
    answering: Callable[[], "Answering"]
    serving: Callable[[], "Serving"]
    filling: Callable[[], "DraftService"]
    gathering: Callable[[], "BatchHandingIn"]
    training: Callable[[], "TrainingFolders"]
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
    def handover(self) -> "HandoverService":
        """Says what a clerk who leaves hands over, and lets her go."""
        from station_agent.handover.service import HandoverService  # noqa: PLC0415 - when asked

        return HandoverService(clerks=self.clerks, drafts=self.drafts)

    @property
    def forgotten(self) -> "ForgottenPasswords":
        """Asks the county for a new password."""
        return self.serving().forgotten

    @property
    def unlocking(self) -> "UnlockingService":
        """Opens the vault."""
        return self.answering().unlocking

    @property
    def queueing(self) -> "QueueService":
        """Gives out waiting numbers."""
        return self.serving().queueing

    @property
    def follow_ups(self) -> "FollowUpService":
        """Sends what follows an application."""
        return self.serving().follow_ups

    @property
    def answers(self) -> "AnswerService":
        """What the county answered, and who was told."""
        return self.serving().answers

    @property
    def ratings(self) -> "RatingService":
        """What citizens think of how it went."""
        return self.serving().ratings

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
    exchanges = compose_exchanges(resources, housekeeping)
    filling, keeping = cache(lambda: _drafts(resources)), LazyPapers(lambda: _papers(resources))
    sealing = _sealing(resources, exchanges.service)
    numbers = NumberService(
        database=resources.database,
        sealing=sealing,
        trusted=resources.trusted,
        clock=resources.clock,
    )
    taking = _taking(resources, sealing, numbers)
    answering = cache(lambda: _answering(resources, exchanges, sealing))
    return Station(
        identity=resources.identity,
        config=resources.config,
        database=resources.database,
        taking=taking,
        answering=answering,
        serving=cache(lambda: _serving(resources, answering(), sealing)),
        filling=filling,
        gathering=cache(lambda: _batches(resources, filling(), taking, keeping)),
        training=cache(lambda: _training(resources)),
        numbers=numbers,
        exchanges=exchanges,
        upkeep=_upkeep(resources, housekeeping, sealing, exchanges.stores.roaming_reporter),
        renewal=_renewal(resources, sealing),
        keeping=keeping,
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


def _batches(
    resources: Resources, drafts: "DraftService", taking: IntakeRoom, keeping: LazyPapers
) -> "BatchHandingIn":
    from station_agent.batches.handing_in import BatchHandingIn  # noqa: PLC0415 - when asked
    from station_agent.batches.service import BatchService  # noqa: PLC0415

    return BatchHandingIn(
        batches=BatchService(
            drafts=drafts,
            seal=drafts.seal,
            clock=resources.clock,
            randomness=resources.randomness,
        ),
        intake=taking.service,
        papers=keeping,
        village=resources.identity.code,
    )


def _training(resources: Resources) -> "TrainingFolders":
    from station_agent.training.making import TrainingFolders  # noqa: PLC0415 - when asked

    return TrainingFolders(
        identity=resources.identity,
        database=resources.database,
        clock=resources.clock,
        randomness=resources.randomness,
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


def _serving(resources: Resources, people: "Answering", sealing: SealingService) -> "Serving":
    from station_agent.serving import serving  # noqa: PLC0415 - when asked

    return serving(resources, people=people, sealing=sealing)


def _answering(
    resources: Resources, exchanges: ExchangeRoom, sealing: SealingService
) -> "Answering":
    from station_agent.answering import answering  # noqa: PLC0415 - when somebody asks

    return answering(resources, exchanges=exchanges, sealing=sealing)
