"""What can be asked of an open station about itself: ``doctor`` and ``metrics``."""

from station_agent.app import Station
from station_agent.doctor.examination import DATABASE
from station_agent.doctor.figures import StationFigures
from station_agent.doctor.service import StationDoctor


def doctor_of(station: Station) -> StationDoctor:
    """Looks for what is wrong with it."""
    stores = station.exchanges.stores
    return StationDoctor(
        identity=station.identity,
        database=station.database,
        path=station.identity.folder.parent / DATABASE,
        clock=stores.clock,
        clock_error_ms=lambda: stores.timekeeping.trusted.error_ms,
        connected=lambda: station.exchanges.service.connected,
        backpressure=stores.memory.backpressure,
        desk_trouble=lambda: station.door.trouble,
    )


def figures_of(station: Station) -> StationFigures:
    """Its numbers."""
    stores, service = station.exchanges.stores, station.exchanges.service
    return StationFigures(
        database=station.database,
        disk=stores.health.disk,
        trusted=stores.timekeeping.trusted,
        clock=stores.clock,
        exchanges=service.ended,
        connected=lambda: service.connected,
        look=stores.health.look,
    )
