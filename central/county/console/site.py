"""Composition of the county's console."""

from collections.abc import Mapping, Sequence
from enum import Enum

from central.accounts.roles import Right
from central.accounts.service import AccountService
from central.county.casework.operations import CaseOperations
from central.county.casework.pages import listed as cases_listed
from central.county.casework.pages import one as case_one
from central.county.casework.pages.keys import CASES, TOWNSHIPS
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.pages import composition as catalogue_pages
from central.county.catalogue.pages.drafts import DRAFTS
from central.county.catalogue.pages.keys import CATALOGUE, PLACES, CatalogueServices
from central.county.catalogue.pages.tables.desk import TableDesk
from central.county.catalogue.pages.tables.exchange import TABLES
from central.county.catalogue.pages.tables.kept import Kept
from central.county.console import changes, importing, joining, nodes, record, review_queue
from central.county.console import clock as clock_page
from central.county.console.keys import AUTHORITY, CLOCK, NODES, PROVISIONING, REVIEW_QUEUE
from central.county.desks.operations import DeskOperations
from central.county.desks.pages import listed as desks_listed
from central.county.desks.pages.keys import DESKS
from central.county.followups.operations import LetterOperations
from central.county.followups.pages import letters as letters_pages
from central.county.followups.pages.keys import LETTERS
from central.county.nodes.operations import ClockOperations
from central.county.nodes.service import NodeWatch
from central.county.numbers.operations import NumberOperations
from central.county.numbers.pages import issue as number_issue
from central.county.numbers.pages import listed as numbers_listed
from central.county.numbers.pages.keys import NUMBERS
from central.county.review.operations import ReviewOperations
from central.pages.composition import Contents, site_of
from central.relay.service import Relay
from central.server.config import ServerConfig
from protocol.ids import NodeId
from protocol.trust.roster import Role, RosterEntry
from provisioning.authority import Authority
from provisioning.operations import Provisioning
from runtime.system import SystemRandomness
from runtime.web.alerts import Alert
from runtime.web.site import Site

TOWNSHIP_DIGITS = 9  # of a division code; a hub's may have three zeros behind them
PACKAGES = (
    "central.county.console",
    "central.county.catalogue.pages",
    "central.county.numbers.pages",
    "central.county.desks.pages",
    "central.county.casework.pages",
    "central.county.followups.pages",
)
HOMES: Mapping[Enum, str] = {
    Right.AUTHOR: "/catalogue",
    Right.REVIEW: "/catalogue/drafts",
    Right.PUBLISH: "/catalogue/drafts",
    Right.CASES: "/cases?state=open",
}
USUAL = "127.0.0.1:8450"


ROUTES = (
    joining.routes,
    importing.routes,
    nodes.routes,
    changes.routes,
    review_queue.routes,
    record.routes,
    clock_page.routes,
    *catalogue_pages.ROUTES,
    number_issue.routes,
    numbers_listed.routes,
    desks_listed.routes,
    cases_listed.routes,
    case_one.routes,
    letters_pages.routes,
)


def console_site(
    relay: Relay,
    accounts: AccountService,
    config: ServerConfig,
    *,
    watch: NodeWatch,
    review: ReviewOperations,
    clock: ClockOperations,
    cases: CaseOperations,
    letters: LetterOperations,
    provisioning: Provisioning,
    authority: Authority,
    catalogue: CatalogueServices,
    drafts: DraftOperations,
    numbers: NumberOperations,
    desks: DeskOperations,
) -> Site:
    """The pages of a county."""

    async def names() -> dict[str, str]:
        return {node: entry.name for node, entry in authority.roster().nodes.items()}

    def places() -> dict[str, str]:
        return place_names(list(authority.roster().nodes.values()))

    chance = SystemRandomness()
    contents = Contents(
        menu="console/menu.html",
        home="/nodes",
        homes=HOMES,
        packages=PACKAGES,
        routes=ROUTES,
        long_forms=catalogue_pages.LONG_FORMS,
        file_forms=catalogue_pages.FILE_FORMS,
        shared={
            NODES: watch,
            AUTHORITY: authority,
            REVIEW_QUEUE: review,
            CLOCK: clock,
            PROVISIONING: provisioning,
            CATALOGUE: catalogue,
            DRAFTS: drafts,
            TABLES: TableDesk(drafts=drafts, kept=Kept(relay.clock, chance)),
            NUMBERS: numbers,
            DESKS: desks,
            CASES: cases,
            LETTERS: letters,
            TOWNSHIPS: lambda: townships(authority.roster().nodes),
            PLACES: places,
        },
        agreeable=changes.agreeable(provisioning) | desks_listed.agreeable(desks),
        command="yizhan-county staff add DATA NAME --role security",
        names=names,
        alerts=lambda: [] if authority.watch.look() else [Alert("clock-jumped")],
    )
    return site_of(relay, accounts, config, chance, contents)


def place_names(nodes: Sequence[RosterEntry]) -> dict[str, str]:
    """Names of villages and townships by division code; a township has that of its hub."""
    names = {node.code: node.name for node in nodes if node.role is Role.STATION}
    hubs = {node.code: node.name for node in nodes if node.role is Role.HUB}
    return names | hubs | {code[:TOWNSHIP_DIGITS]: name for code, name in hubs.items()}


def townships(nodes: Mapping[NodeId, RosterEntry]) -> dict[str, str]:
    """Names of the hubs by node id, in the order of their division codes."""
    hubs = [(one.code, node) for node, one in nodes.items() if one.role is Role.HUB]
    return {node: nodes[node].name for _, node in sorted(hubs)}
