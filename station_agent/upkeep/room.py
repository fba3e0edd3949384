"""What a station does by itself, beside its exchanges."""

from dataclasses import dataclass

from station_agent.upkeep.housekeeping import HousekeepingService
from station_agent.upkeep.inquiry import InquiryService


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepRoom:
    """Of one station."""

    housekeeping: HousekeepingService
    inquiry: InquiryService
