"""Composition of the hub's board."""

from collections.abc import Mapping

from central.accounts.roles import Right
from central.accounts.service import AccountService
from central.hub.board import pages
from central.hub.board import sticks as stick_pages
from central.hub.board.keys import HUB, RELEASE, RETRYING, STICKS
from central.hub.offices.pages import office as office_pages
from central.hub.offices.pages.keys import OFFICE
from central.hub.offices.service import HubOffice
from central.hub.service import HubService
from central.pages.alerts import clock_alert
from central.pages.composition import Contents, site_of
from central.relay.retry.operation import Retrying
from central.relay.service import Relay
from central.server.config import ServerConfig
from central.server.sticks import StickService
from runtime.system import SystemRandomness
from runtime.web.site import Site

USUAL = "127.0.0.1:8451"


def board_site(
    relay: Relay,
    accounts: AccountService,
    config: ServerConfig,
    *,
    hub: HubService,
    sticks: StickService,
    retrying: Retrying,
    office: HubOffice,
) -> Site:
    """The pages of a hub."""

    def release() -> Mapping[str, bytes]:
        edition = relay.editions.release
        return edition.entries if edition else {}

    contents = Contents(
        menu="board/menu.html",
        home="/board",
        packages=("central.hub.board", "central.hub.offices.pages"),
        routes=(pages.routes, stick_pages.routes, office_pages.routes),
        homes={Right.CASES: "/office"},
        shared={HUB: hub, RELEASE: release, STICKS: sticks, RETRYING: retrying, OFFICE: office},
        command="yizhan-hub staff add DATA NAME --role system",
        alerts=lambda: clock_alert(relay.times.trusted),
    )
    return site_of(relay, accounts, config, SystemRandomness(), contents)
