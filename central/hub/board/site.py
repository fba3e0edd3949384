"""Composition of the hub's board."""

from collections.abc import Mapping

from central.config import ServerConfig
from central.hub.actions import note
from central.hub.board import pages, sticks
from central.relay.service import Relay
from central.staff.accounts import Accounts
from central.staff.roles import HUB_RIGHTS
from central.web.alerts import clock_alert
from central.web.composition import Contents, site_of
from central.web.opening import Pages
from central.web.site import Site
from runtime.control.owner import Operation
from runtime.system import SystemRandomness

USUAL = "127.0.0.1:8451"


def board_site(
    relay: Relay, accounts: Accounts, config: ServerConfig, operations: Mapping[str, Operation]
) -> Site:
    """The pages of a hub."""
    contents = Contents(
        menu="board/menu.html",
        home="/board",
        packages=("central.hub.board",),
        routes=(pages.routes, sticks.routes),
        rights=HUB_RIGHTS,
        operations=operations,
    )
    site = site_of(relay, accounts, config, SystemRandomness(), contents)
    site.note = note
    site.alerts = lambda: clock_alert(relay.times.trusted)
    return site


def board_operations(pages: Pages | None) -> dict[str, Operation]:
    """What can be asked of a hub with an open board."""
    return {"hub.board": pages.where} if pages else {}
