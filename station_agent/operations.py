"""What commands ask of a station: run in this process, or in the one that owns the folder."""

from collections.abc import Mapping

from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation
from station_agent.app import Station
from station_agent.batches.operations import BatchOperations
from station_agent.drafts.operations import DraftOperations
from station_agent.exchange.operations import ExchangeOperations
from station_agent.followups.calls import FOLLOW_UP, FOLLOW_UPS
from station_agent.handover.operations import HandoverOperations
from station_agent.intake.operations import IntakeOperations
from station_agent.keys.operations import KeyOperations
from station_agent.numbers.operations import NumberOperations
from station_agent.stick.operations import StickOperations


def operations(station: Station) -> Mapping[str, Operation]:
    """Every operation by its name."""
    applying = IntakeOperations(
        database=station.database, intake=station.taking.service, questions=station.taking.questions
    )
    return {
        **applying.handlers(),
        **handlers(
            Handler(FOLLOW_UP, station.follow_ups.send),
            Handler(FOLLOW_UPS, station.follow_ups.shown),
        ),
        **station.answers.handlers(),
        **station.answering().originals.handlers(),
        **station.ratings.handlers(),
        **station.clerks.handlers(),
        **HandoverOperations(service=lambda: station.handover).handlers(),
        **station.forgotten.handlers(),
        **DraftOperations(station.filling).handlers(),
        **BatchOperations(station.gathering).handlers(),
        **station.situation.handlers(),
        **station.door.handlers(),
        **NumberOperations(station.numbers).handlers(),
        **station.status.handlers(),
        **station.results.handlers(),
        **station.queueing.handlers(),
        **station.answering().slips.handlers(),
        **station.answering().verifier.handlers(),
        **StickOperations(station.stick).handlers(),
        **ExchangeOperations(
            database=station.database, exchange=station.exchanges.service
        ).handlers(),
        **KeyOperations(station.renewal).handlers(),
        **station.training().handlers(),
    }
