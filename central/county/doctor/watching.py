"""A county for whoever watches over it: what its role adds to numbers and health."""

import asyncio
from functools import partial

from central.county.control.node import CountyNode
from central.county.doctor.figures import authority_readable, county_figures
from central.server.watching import ServerWatch


def watch_of(node: CountyNode) -> ServerWatch:
    """Its numbers, and what it needs to be called: a date that is believed, and its authority."""
    return ServerWatch(
        relay=node.relay,
        figures=partial(county_figures, node),
        ready={
            "clock": partial(asyncio.to_thread, node.authority.watch.look),
            "authority": partial(authority_readable, node),
        },
    )
