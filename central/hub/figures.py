"""A hub in numbers, beside its relay: its line up, and its township's office."""

from central.hub.offices.purging import OfficePurge
from central.relay.exchange.upstream import Line
from central.relay.service import Relay
from runtime.metrics.families import Family, gauge


async def hub_figures(relay: Relay, line: Line, purge: OfficePurge) -> list[Family]:
    """How the parent was heard last, and what lies at the township's office."""
    since_s = None if line.since_ms is None else (relay.clock.now_ms() - line.since_ms) / 1000
    return [
        gauge("parent_heard", "1 if the last exchange with the parent was heard.", line.is_open),
        gauge("parent_since_seconds", "For how long it is so.", since_s),
        gauge("parent_refuses", "1 if the parent turns this hub away.", line.refusal is not None),
        *(await purge.figures()),
    ]
