"""Composition of a station's exchanges: the parent, its paths, the line, and what is kept."""

from protocol.exchange.pace.backpressure import Backpressure
from protocol.trust.reports.health import Reporter
from runtime.jobs.supervise import Heartbeat
from runtime.node.certificate import own_authority
from runtime.node.renewal import keep_certificate
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
from station_agent.resources import Resources
from station_agent.upkeep.health import StationHealth
from station_agent.upkeep.housekeeping import HousekeepingService


def compose_exchanges(resources: Resources, housekeeping: HousekeepingService) -> ExchangeRoom:
    """Whatever talks to the parent; ``housekeeping`` makes room for what comes."""
    stores, parentage = _exchange_stores(resources), _parentage(resources)
    paths = _paths(resources, parentage)
    return ExchangeRoom(
        service=_exchange(resources, paths, parentage, stores, housekeeping),
        parentage=parentage,
        paths=paths,
        stores=stores,
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
        training=resources.identity.training,
    )
