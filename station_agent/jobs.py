"""The slow jobs of a running agent: housekeeping, never the exchange."""

from protocol.aio.jobs import SlowJobs
from station_agent.services.housekeeping import HousekeepingService

_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S


def slow_jobs(housekeeping: HousekeepingService) -> SlowJobs:
    """Jobs by name, with their pause in seconds."""
    return SlowJobs(
        {
            "hourly": (_HOUR_S, housekeeping.hourly),
            "daily": (_DAY_S, housekeeping.daily),
        }
    )
