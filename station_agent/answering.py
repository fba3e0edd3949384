"""The services of a station that only people ask: made for the first question.

An idle agent does without them, and without 1 MB of what they stand on.
"""

from dataclasses import dataclass

from runtime.node.slips import SlipVerifier
from station_agent.answers.service import AnswerService
from station_agent.clerks.service import ClerkService
from station_agent.clerks.unlocking import UnlockingService
from station_agent.exchange.room import ExchangeRoom
from station_agent.exchange.view.factory import ExchangeStoreFactory
from station_agent.followups.files import PaperSealer
from station_agent.followups.filings import FilingService
from station_agent.followups.publicity import PublicityService
from station_agent.followups.service import FollowUpService
from station_agent.intake.sealing import SealingService
from station_agent.keys.forgotten import ForgottenPasswords
from station_agent.originals.service import OriginalService
from station_agent.queueing.service import QueueService
from station_agent.ratings.service import RatingService
from station_agent.resources import Resources
from station_agent.slips.service import SlipService
from station_agent.status.results import ResultService
from station_agent.status.service import StatusService
from station_agent.status.situation import SituationService
from station_agent.stick.service import StickService


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Those that answer clerks and operators."""

    status: StatusService
    results: ResultService
    clerks: ClerkService
    forgotten: ForgottenPasswords
    unlocking: UnlockingService
    stick: StickService
    situation: SituationService
    slips: SlipService
    verifier: SlipVerifier
    follow_ups: FollowUpService
    answers: AnswerService
    ratings: RatingService
    originals: OriginalService
    filings: FilingService
    publicity: PublicityService
    queueing: QueueService


def answering(
    resources: Resources, *, exchanges: ExchangeRoom, sealing: SealingService
) -> Answering:
    """Each told of those that it needs."""
    held, database = resources.held, resources.database
    unlocking = UnlockingService(database=database, vault=resources.vault, clock=resources.clock)
    clerks = ClerkService(
        vault=resources.vault, unlocking=unlocking, randomness=resources.randomness
    )
    follow_ups = _follow_ups(resources, unlocking, sealing)
    return Answering(
        status=_status(resources, unlocking, exchanges, sealing),
        results=ResultService(
            database=database,
            unlocking=unlocking,
            blobs=resources.blobs,
            county=lambda: held.roster.county()[0],
        ),
        clerks=clerks,
        forgotten=ForgottenPasswords(
            node=resources.identity.node,
            clerks=clerks,
            sealing=sealing,
            trusted=resources.trusted,
            randomness=resources.randomness,
        ),
        unlocking=unlocking,
        stick=_stick(resources, exchanges.stores),
        situation=_situation(resources, exchanges),
        slips=SlipService(
            node=resources.identity.node,
            division=resources.identity.code,
            signer=resources.identity.keys.signer,
            database=database,
            unlocking=unlocking,
            clock=resources.clock,
            training=resources.identity.training,
        ),
        verifier=SlipVerifier(lambda: held.roster, training=resources.identity.training),
        follow_ups=follow_ups,
        answers=_answers(resources, unlocking, follow_ups),
        originals=OriginalService(
            database=database,
            vault=resources.vault,
            unlocking=unlocking,
            now_ms=resources.trusted.best_ms,
        ),
        ratings=RatingService(database=database, unlocking=unlocking, follow_ups=follow_ups),
        publicity=PublicityService(database=database, follow_ups=follow_ups, today=resources.today),
        filings=FilingService(
            database=database, seal=resources.vault.put_in, clock=resources.clock
        ),
        queueing=QueueService(database=database, clock=resources.clock, day=resources.best_day),
    )


def _status(
    resources: Resources,
    unlocking: UnlockingService,
    exchanges: ExchangeRoom,
    sealing: SealingService,
) -> StatusService:
    held = resources.held
    return StatusService(
        node=resources.identity.node,
        database=resources.database,
        unlocking=unlocking,
        roster=lambda: held.roster,
        eta_estimator=resources.eta_estimator,
        connected=lambda: exchanges.service.connected,
        revoked=resources.revocation_status.revoked,
        last_path=lambda: exchanges.paths.last,
        parent=exchanges.parentage.shown,
        suites=lambda: (resources.config.suite, sealing.suite),
    )


def _follow_ups(
    resources: Resources, unlocking: UnlockingService, sealing: SealingService
) -> FollowUpService:
    return FollowUpService(
        database=resources.database,
        vault=resources.vault,
        unlocking=unlocking,
        sealing=sealing,
        papers=PaperSealer(
            blobs=resources.blobs, disk=resources.disk, randomness=resources.randomness
        ),
        randomness=resources.randomness,
        closed=resources.revocation_status.closed,
        today=resources.today,
        now_ms=resources.trusted.best_ms,
    )


def _answers(
    resources: Resources, unlocking: UnlockingService, follow_ups: FollowUpService
) -> AnswerService:
    held = resources.held
    return AnswerService(
        database=resources.database,
        unlocking=unlocking,
        follow_ups=follow_ups,
        blobs=resources.blobs,
        county=lambda: held.roster.county()[0],
        trusted=resources.trusted,
        today=resources.today,
        randomness=resources.randomness,
    )


def _situation(resources: Resources, exchanges: ExchangeRoom) -> SituationService:
    return SituationService(
        database=resources.database,
        look=exchanges.stores.health.look,
        connected=lambda: exchanges.service.connected,
        revoked=resources.revocation_status.revoked,
        closed=resources.revocation_status.closed,
        meter=resources.eta_estimator.metering.meter,
        now_ms=resources.trusted.best_ms,
    )


def _stick(resources: Resources, stores: ExchangeStoreFactory) -> StickService:
    return StickService(
        node=resources.identity.node,
        signer=resources.identity.keys.signer,
        held=resources.held,
        database=resources.database,
        blobs=resources.blobs,
        arrival=stores.arrival,
        new_exchange_store=stores,
        timekeeping=stores.timekeeping,
        clock=resources.clock,
        training=resources.identity.training,
    )
