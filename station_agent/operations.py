"""What commands ask of a station: run in this process, or in the one that owns the folder."""

from collections.abc import Mapping
from functools import partial

from runtime.control.calls import Handler, LazyOperations, handlers
from runtime.control.owner import Operation
from station_agent.app import Station
from station_agent.exchange.operations import ExchangeOperations
from station_agent.intake.operations import IntakeOperations
from station_agent.keys.operations import KeyOperations
from station_agent.numbers.operations import NumberOperations
from station_agent.stick.operations import StickOperations


def operations(station: Station) -> Mapping[str, Operation]:
    """Every operation by its name; what people ask seldom is loaded when they do."""
    return LazyOperations(partial(_seldom, station), _often(station))


def _often(station: Station) -> Mapping[str, Operation]:
    applying = IntakeOperations(
        database=station.database, intake=station.taking.service, questions=station.taking.questions
    )
    exchange = ExchangeOperations(database=station.database, exchange=station.exchanges.service)
    return {
        **applying.handlers(),
        **station.status.handlers(),
        **station.results.handlers(),
        **exchange.handlers(),
        **StickOperations(station.stick).handlers(),
    }


def _seldom(station: Station) -> Mapping[str, Operation]:
    from station_agent.batches.operations import BatchOperations  # noqa: PLC0415 - 2 MB, all
    from station_agent.doctor.opened import doctor_of, figures_of  # noqa: PLC0415
    from station_agent.drafts.operations import DraftOperations  # noqa: PLC0415
    from station_agent.followups.calls import FOLLOW_UP, FOLLOW_UPS  # noqa: PLC0415
    from station_agent.handover.operations import HandoverOperations  # noqa: PLC0415

    serving = station.serving()
    return {
        **handlers(
            Handler(FOLLOW_UP, serving.follow_ups.send),
            Handler(FOLLOW_UPS, serving.follow_ups.shown),
        ),
        **serving.answers.handlers(),
        **serving.originals.handlers(),
        **serving.circulars.handlers(),
        **serving.ratings.handlers(),
        **serving.forgotten.handlers(),
        **serving.queueing.handlers(),
        **serving.slips.handlers(),
        **serving.verifier.handlers(),
        **station.clerks.handlers(),
        **HandoverOperations(service=lambda: station.handover).handlers(),
        **DraftOperations(station.filling).handlers(),
        **BatchOperations(station.gathering).handlers(),
        **station.situation.handlers(),
        **station.door.handlers(),
        **doctor_of(station).handlers(),
        **figures_of(station).handlers(),
        **NumberOperations(station.numbers).handlers(),
        **KeyOperations(station.renewal).handlers(),
        **station.training().handlers(),
    }
