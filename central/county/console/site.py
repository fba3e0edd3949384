"""Composition of the county's console."""

from collections.abc import Mapping

from central.config import ServerConfig
from central.county.console import nodes
from central.relay.service import Relay
from central.staff.accounts import Accounts
from central.staff.roles import RIGHTS
from central.web.composition import site_of
from central.web.opening import Pages
from central.web.site import Site
from protocol.aio.owner import Operation
from protocol.system import SystemRandomness

USUAL = "127.0.0.1:8450"


def console_site(
    relay: Relay,
    accounts: Accounts,
    config: ServerConfig,
    operations: Mapping[str, Operation],
) -> Site:
    """The pages of a county."""
    return site_of(
        relay.identity,
        relay.store,
        accounts,
        config,
        menu="console/menu.html",
        home="/nodes",
        packages=("central.county.console",),
        routes=(nodes.routes,),
        rights=RIGHTS,
        operations=operations,
        clock=relay.clock,
        randomness=SystemRandomness(),
    )


def console_operations(pages: Pages | None) -> dict[str, Operation]:
    """What can be asked of a county with an open console."""
    return {"county.console": pages.where} if pages else {}
