"""The slow jobs of a running agent: housekeeping, never the exchange."""

from runtime.jobs.repeated import RepeatedJobs
from station_agent.keys.renewal import RenewalService
from station_agent.numbers.service import NumberService
from station_agent.upkeep.housekeeping import HousekeepingService
from station_agent.upkeep.inquiry import InquiryService

_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S


def slow_jobs(
    housekeeping: HousekeepingService,
    inquiry: InquiryService,
    renewal: RenewalService,
    numbers: NumberService,
) -> RepeatedJobs:
    """Jobs by name, with their pause in seconds."""

    async def ask() -> None:
        await inquiry.ask()

    return RepeatedJobs(
        {
            "hourly": (_HOUR_S, housekeeping.hourly),
            "daily": (_DAY_S, housekeeping.daily),
            "inquiry": (_DAY_S, ask),
            "renewal": (_HOUR_S, renewal.look),
            "numbers": (_HOUR_S, numbers.look),
        }
    )
