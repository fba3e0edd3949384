"""What went to one neighbour today: counted by its meter, and kept on disk."""

from central.relay.exchange.neighbours import Link
from protocol.codec import pack, unpack
from protocol.exchange.meter import Meter, Spent


class Spending:
    """Of one exchange; the meter outlives it."""

    def __init__(self, meter: Meter) -> None:
        self.meter, self._kept = meter, meter.spent

    def resume(self, link: Link) -> None:
        """Go on from what is on disk."""
        if link.spent is not None:
            self.meter.resume(unpack(link.spent, Spent))

    def changed(self) -> dict[str, object]:
        """What of the link is to change, since it was last asked for."""
        if self.meter.spent == self._kept:
            return {}
        self._kept = self.meter.spent
        return {"spent": pack(self._kept)}
