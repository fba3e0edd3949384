"""The services of a station that only people ask: made for the first question.

An idle agent does without them, and without 1 MB of what they stand on; what only the
window needs is in ``station_agent.serving``.
"""

from dataclasses import dataclass

from station_agent.clerks.service import ClerkService
from station_agent.clerks.unlocking import UnlockingService
from station_agent.exchange.room import ExchangeRoom
from station_agent.exchange.view.factory import ExchangeStoreFactory
from station_agent.intake.sealing import SealingService
from station_agent.resources import Resources
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
    unlocking: UnlockingService
    stick: StickService
    situation: SituationService


def answering(
    resources: Resources, *, exchanges: ExchangeRoom, sealing: SealingService
) -> Answering:
    """Each told of those that it needs."""
    held, database = resources.held, resources.database
    unlocking = UnlockingService(database=database, vault=resources.vault, clock=resources.clock)
    clerks = ClerkService(
        vault=resources.vault, unlocking=unlocking, randomness=resources.randomness
    )
    return Answering(
        status=_status(resources, unlocking, exchanges, sealing),
        results=ResultService(
            database=database,
            unlocking=unlocking,
            blobs=resources.blobs,
            county=lambda: held.roster.county()[0],
        ),
        clerks=clerks,
        unlocking=unlocking,
        stick=_stick(resources, exchanges.stores),
        situation=_situation(resources, exchanges),
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
