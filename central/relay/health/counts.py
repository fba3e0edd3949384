"""What a relay counts from the start of the program."""

from collections.abc import Iterable, Sequence

from protocol.envelope.envelope import Envelope
from runtime.metrics.families import Counts, Family

CHILD, PARENT, DONE = "child", "parent", "done"


class RelayCounts:
    """Of one relay."""

    def __init__(self) -> None:
        self.exchanges = Counts(
            "exchanges_total",
            "Exchanges that ended, by how: done, or an error code.",
            "with",
            "ended",
        )
        self.requests_refused = Counts(
            "requests_refused_total", "Requests of nodes that were refused, by error code.", "code"
        )
        self._envelopes = Counts(
            "envelopes_received_total", "Envelopes stored, repeats included, by lane.", "lane"
        )
        self._refused = Counts(
            "items_refused_total", "Items of others that were refused here, by error code.", "code"
        )

    def took(self, envelopes: Iterable[Envelope], refused: Sequence[tuple[int, str]]) -> None:
        """A batch is stored; these were refused."""
        for envelope in envelopes:
            self._envelopes.add(envelope.lane.name.lower())
        for _, code in refused:
            self._refused.add(code)

    def families(self) -> list[Family]:
        """All of them."""
        counts = (self.exchanges, self.requests_refused, self._envelopes, self._refused)
        return [one.family() for one in counts]
