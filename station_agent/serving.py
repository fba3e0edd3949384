"""The services of the window: what people do there beside applications, and what comes back.

Made when somebody asks for the first of them; who asks how things are does without.
"""

from dataclasses import dataclass

from runtime.node.slips import SlipVerifier
from station_agent.answering import Answering
from station_agent.answers.service import AnswerService
from station_agent.circulars.service import CircularService
from station_agent.clerks.unlocking import UnlockingService
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Those that serve clerks and citizens."""

    forgotten: ForgottenPasswords
    slips: SlipService
    verifier: SlipVerifier
    follow_ups: FollowUpService
    answers: AnswerService
    ratings: RatingService
    originals: OriginalService
    filings: FilingService
    publicity: PublicityService
    circulars: CircularService
    queueing: QueueService


def serving(resources: Resources, *, people: Answering, sealing: SealingService) -> Serving:
    """Each told of those that it needs."""
    held, database, unlocking = resources.held, resources.database, people.unlocking
    follow_ups = _follow_ups(resources, unlocking, sealing)
    return Serving(
        forgotten=ForgottenPasswords(
            node=resources.identity.node,
            clerks=people.clerks,
            sealing=sealing,
            trusted=resources.trusted,
            randomness=resources.randomness,
        ),
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
        circulars=CircularService(
            database=database, vault=resources.vault, unlocking=unlocking, follow_ups=follow_ups
        ),
        publicity=PublicityService(database=database, follow_ups=follow_ups, today=resources.today),
        filings=FilingService(
            database=database,
            seal=resources.vault.put_in,
            clock=resources.clock,
            run_ms=lambda: resources.trusted.run_ms,
        ),
        queueing=QueueService(database=database, clock=resources.clock, day=resources.best_day),
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
