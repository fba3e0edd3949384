"""Composition of the county's console."""

from central.accounts.service import AccountService
from central.county.console import changes, importing, joining, nodes, record, review_queue
from central.county.console import clock as clock_page
from central.county.console.keys import AUTHORITY, CLOCK, NODES, PROVISIONING, REVIEW_QUEUE
from central.county.nodes.operations import ClockOperations
from central.county.nodes.service import NodeWatch
from central.county.review.operations import ReviewOperations
from central.pages.composition import Contents, site_of
from central.pages.opening import where
from central.relay.service import Relay
from central.server.config import ServerConfig
from provisioning.authority import Authority
from provisioning.operations import Provisioning
from runtime.control.owner import Operation
from runtime.system import SystemRandomness
from runtime.web.alerts import Alert
from runtime.web.opening import Pages
from runtime.web.site import Site

USUAL = "127.0.0.1:8450"


def console_site(
    relay: Relay,
    accounts: AccountService,
    config: ServerConfig,
    *,
    watch: NodeWatch,
    review: ReviewOperations,
    clock: ClockOperations,
    provisioning: Provisioning,
    authority: Authority,
) -> Site:
    """The pages of a county."""

    async def names() -> dict[str, str]:
        return {node: entry.name for node, entry in authority.roster().nodes.items()}

    contents = Contents(
        menu="console/menu.html",
        home="/nodes",
        packages=("central.county.console",),
        routes=(
            joining.routes,
            importing.routes,
            nodes.routes,
            changes.routes,
            review_queue.routes,
            record.routes,
            clock_page.routes,
        ),
        shared={
            NODES: watch,
            AUTHORITY: authority,
            REVIEW_QUEUE: review,
            CLOCK: clock,
            PROVISIONING: provisioning,
        },
        agreeable=changes.agreeable(provisioning),
        command="yizhan-county staff add DATA NAME --role security",
        names=names,
        alerts=lambda: [] if authority.watch.look() else [Alert("clock-jumped")],
    )
    return site_of(relay, accounts, config, SystemRandomness(), contents)


def console_operations(pages: Pages | None) -> dict[str, Operation]:
    """What can be asked of a county with an open console."""
    return {"county.console": where(pages)} if pages else {}
