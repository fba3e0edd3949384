"""Every deed of every tier."""

from tests.faults.deed import Deed
from tests.faults.deeds import county, joining, life, relay, renewal, station

DEEDS: list[Deed] = [
    *station.DEEDS,
    *relay.DEEDS,
    *county.DEEDS,
    *joining.DEEDS,
    *renewal.DEEDS,
    *life.DEEDS,
]
