"""Composition of the hub's board."""

from collections.abc import Mapping

from central.accounts.service import AccountService
from central.hub.board import pages, sticks
from central.pages.alerts import clock_alert
from central.pages.composition import Contents, site_of
from central.pages.opening import where
from central.relay.service import Relay
from central.server.config import ServerConfig
from runtime.control.owner import Operation
from runtime.system import SystemRandomness
from runtime.web.opening import Pages
from runtime.web.site import Site

USUAL = "127.0.0.1:8451"


def board_site(
    relay: Relay,
    accounts: AccountService,
    config: ServerConfig,
    operations: Mapping[str, Operation],
) -> Site:
    """The pages of a hub."""
    contents = Contents(
        menu="board/menu.html",
        home="/board",
        packages=("central.hub.board",),
        routes=(pages.routes, sticks.routes),
        operations=operations,
        command="yizhan-hub staff add DATA NAME --role system",
        alerts=lambda: clock_alert(relay.times.trusted),
    )
    return site_of(relay, accounts, config, SystemRandomness(), contents)


def board_operations(pages: Pages | None) -> dict[str, Operation]:
    """What can be asked of a hub with an open board."""
    return {"hub.board": where(pages)} if pages else {}
