"""What limits neighbours at one node: budgets of lines, quotas of stations, room on the disk."""

from dataclasses import dataclass

from central.relay.limits.disk_space import Reserve
from central.relay.limits.metering import Meters
from central.relay.limits.quota import Quotas


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All of them."""

    meters: Meters
    quotas: Quotas
    room: Reserve
