"""Every deed of every tier."""

from tests.faults.deed import Deed
from tests.faults.deeds import county, joining, life, rekeying, relay, renewal, station

DEEDS: list[Deed] = [
    *station.DEEDS,
    *relay.DEEDS,
    *county.DEEDS,
    *joining.DEEDS,
    *renewal.DEEDS,
    *rekeying.DEEDS,
    *life.DEEDS,
]
