"""The services of a station that only people ask: made for the first question.

An idle agent does without them, and without 1 MB of what they stand on.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station_agent.clerks.service import ClerkService
from station_agent.clerks.unlocking import UnlockingService
from station_agent.exchange.parent import Parentage
from station_agent.exchange.paths import Paths
from station_agent.exchange.service import ExchangeService
from station_agent.exchange.view.factory import ExchangeStoreFactory
from station_agent.intake.sealing import SealingService
from station_agent.status.results import ResultService
from station_agent.status.service import StatusService
from station_agent.stick.service import StickService

if TYPE_CHECKING:
    from station_agent.app import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Those that answer clerks and operators."""

    status: StatusService
    results: ResultService
    clerks: ClerkService
    unlocking: UnlockingService
    stick: StickService


def answering(
    ground: "Ground",
    *,
    exchange: ExchangeService,
    paths: Paths,
    parentage: Parentage,
    sealing: SealingService,
    exchange_stores: ExchangeStoreFactory,
) -> Answering:
    """Each told of those that it needs."""
    held, database, vault = ground.held, ground.database, ground.vault
    unlocking = UnlockingService(database=database, vault=vault, clock=ground.clock)
    return Answering(
        status=StatusService(
            node=ground.identity.node,
            database=database,
            unlocking=unlocking,
            roster=lambda: held.roster,
            eta_estimator=ground.eta_estimator,
            connected=lambda: exchange.connected,
            revoked=ground.revocation_status.revoked,
            last_path=lambda: paths.last,
            parent=parentage.shown,
            suites=lambda: (ground.config.suite, sealing.suite),
        ),
        results=ResultService(
            database=database,
            unlocking=unlocking,
            blobs=ground.blobs,
            county=lambda: held.roster.county()[0],
        ),
        clerks=ClerkService(vault=vault, unlocking=unlocking, randomness=ground.randomness),
        unlocking=unlocking,
        stick=StickService(
            node=ground.identity.node,
            signer=ground.identity.keys.signer,
            held=held,
            database=database,
            blobs=ground.blobs,
            arrival=exchange_stores.arrival,
            new_exchange_store=exchange_stores,
            timekeeping=exchange_stores.timekeeping,
            clock=ground.clock,
        ),
    )
