"""Composition of the county's console."""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import partial
from typing import Any

from aiohttp import web

from central.accounts.pages.shared import Agreeable
from central.accounts.roles import Right
from central.accounts.service import AccountService
from central.county.api.pages import listed as tokens_listed
from central.county.api.pages.keys import TOKENS
from central.county.api.tokens import TokenService
from central.county.archive.operations import ArchiveOperations
from central.county.archive.pages import views as archive_pages
from central.county.archive.pages.keys import ARCHIVE
from central.county.casework.pages import listed as cases_listed
from central.county.casework.pages import one as case_one
from central.county.casework.pages.keys import BESIDE, CASES, DOCUMENTS_OF, TOWNSHIPS, VILLAGES
from central.county.catalogue.drafts.operations import DraftOperations
from central.county.catalogue.names import item_names
from central.county.catalogue.pages import composition as catalogue_pages
from central.county.catalogue.pages.drafts import DRAFTS
from central.county.catalogue.pages.keys import CATALOGUE, PLACES, CatalogueServices
from central.county.catalogue.pages.tables.desk import TableDesk
from central.county.catalogue.pages.tables.exchange import TABLES
from central.county.catalogue.pages.tables.kept import Kept
from central.county.console import changes, importing, joining, looks, nodes, record, review_queue
from central.county.console import clock as clock_page
from central.county.console.keys import (
    AUTHORITY,
    CASE_NAMES,
    CLOCK,
    NODES,
    PROVISIONING,
    REVIEW_QUEUE,
)
from central.county.control.operations import CountyOperations
from central.county.dashboard.pages import view as dashboard_page
from central.county.dashboard.pages.keys import DASHBOARD_OF
from central.county.departments.pages import delegations as department_delegations
from central.county.departments.pages import listed as departments_listed
from central.county.departments.pages import people as department_people
from central.county.departments.pages import table as department_table
from central.county.departments.pages.keys import DEPARTMENTS, ITEM_NAMES
from central.county.desks.pages import listed as desks_listed
from central.county.desks.pages.keys import DESKS
from central.county.documents.pages import pdf as documents_pdf
from central.county.documents.pages.keys import DOCUMENTS
from central.county.fees.pages import views as fee_pages
from central.county.fees.pages.keys import FEES
from central.county.flows.bulk.pages import many as bulk_many
from central.county.flows.bulk.pages.keys import BULK
from central.county.flows.duplicates.pages import both as duplicate_pages
from central.county.flows.duplicates.pages.keys import DUPLICATES
from central.county.flows.pages import acting, noting
from central.county.flows.pages import sending as act_files
from central.county.flows.pages.keys import CHOICES, FLOWS, PREVIEW, USUAL_FAULTS
from central.county.flows.telephone.pages import desk as telephone_desk
from central.county.flows.telephone.pages.keys import TELEPHONE
from central.county.flows.worklist.pages import listed as work_listed
from central.county.flows.worklist.pages import views as work_views
from central.county.flows.worklist.pages.keys import VIEWS, WORK
from central.county.followups.pages import circulars as circulars_pages
from central.county.followups.pages import letters as letters_pages
from central.county.followups.pages.keys import CIRCULARS, LETTERS
from central.county.nodes.operations import ClockOperations
from central.county.nodes.service import NodeWatch
from central.county.numbers.pages import issue as number_issue
from central.county.numbers.pages import listed as numbers_listed
from central.county.numbers.pages.keys import NUMBERS
from central.county.offices.pages import listed as offices_listed
from central.county.offices.pages.keys import OFFICES
from central.county.ratings.pages import views as rating_pages
from central.county.ratings.pages.keys import RATINGS
from central.county.reports.pages import views as report_pages
from central.county.reports.pages.keys import REPORTS
from central.county.supervision.pages import views as supervision_pages
from central.county.supervision.pages.keys import SUPERVISION
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
    "central.county.offices.pages",
    "central.county.departments.pages",
    "central.county.casework.pages",
    "central.county.documents.pages",
    "central.county.flows.pages",
    "central.county.fees.pages",
    "central.county.flows.worklist.pages",
    "central.county.flows.bulk.pages",
    "central.county.flows.telephone.pages",
    "central.county.flows.duplicates.pages",
    "central.county.followups.pages",
    "central.county.supervision.pages",
    "central.county.api.pages",
    "central.county.ratings.pages",
    "central.county.reports.pages",
    "central.county.dashboard.pages",
    "central.county.archive.pages",
)
HOMES: Mapping[Enum, str] = {
    Right.AUTHOR: "/catalogue",
    Right.REVIEW: "/catalogue/drafts",
    Right.PUBLISH: "/catalogue/drafts",
    Right.CASES: "/worklist",
}
USUAL = "127.0.0.1:8450"


ROUTES = (
    joining.routes,
    importing.routes,
    nodes.routes,
    changes.routes,
    review_queue.routes,
    record.routes,
    looks.routes,
    clock_page.routes,
    *catalogue_pages.ROUTES,
    number_issue.routes,
    numbers_listed.routes,
    desks_listed.routes,
    offices_listed.routes,
    departments_listed.routes,
    department_people.routes,
    department_delegations.routes,
    department_table.routes,
    cases_listed.routes,
    case_one.routes,
    documents_pdf.routes,
    acting.routes,
    noting.routes,
    work_listed.routes,
    work_views.routes,
    bulk_many.routes,
    telephone_desk.routes,
    duplicate_pages.routes,
    letters_pages.routes,
    circulars_pages.routes,
    supervision_pages.routes,
    rating_pages.routes,
    report_pages.routes,
    dashboard_page.routes,
    fee_pages.routes,
    tokens_listed.routes,
    archive_pages.routes,
)


def console_site(
    relay: Relay,
    accounts: AccountService,
    config: ServerConfig,
    *,
    watch: NodeWatch,
    asked: CountyOperations,
    clock: ClockOperations,
    provisioning: Provisioning,
    authority: Authority,
    catalogue: CatalogueServices,
    drafts: DraftOperations,
    tokens: TokenService,
    archive: ArchiveOperations,
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
        file_forms={
            **catalogue_pages.FILE_FORMS,
            **department_table.FILE_FORMS,
            **act_files.FILE_FORMS,
        },
        shared={
            **shared_of(asked),
            NODES: watch,
            AUTHORITY: authority,
            CLOCK: clock,
            PROVISIONING: provisioning,
            CATALOGUE: catalogue,
            DRAFTS: drafts,
            TOKENS: tokens,
            ARCHIVE: archive,
            TABLES: TableDesk(drafts=drafts, kept=Kept(relay.clock, chance)),
            TOWNSHIPS: lambda: townships(authority.roster().nodes),
            VILLAGES: lambda: villages(authority.roster().nodes),
            PLACES: places,
            ITEM_NAMES: partial(item_names, catalogue.reading.counting),
        },
        agreeable=agreeable_of(asked, provisioning, archive),
        command="yizhan-county staff add DATA NAME --role security",
        names=names,
        alerts=lambda: [] if authority.watch.look() else [Alert("clock-jumped")],
    )
    return site_of(relay, accounts, config, chance, contents)


def agreeable_of(
    asked: CountyOperations, provisioning: Provisioning, archive: ArchiveOperations
) -> Mapping[str, Agreeable[Any, Any]]:
    """What takes two persons, in every room."""
    return {
        **changes.agreeable(provisioning),
        **desks_listed.agreeable(asked.desks),
        **offices_listed.agreeable(asked.offices),
        **archive_pages.agreeable(archive),
    }


def shared_of(asked: CountyOperations) -> dict[web.AppKey[Any], Any]:
    """What the handlers of each room's pages ask."""
    return {
        REVIEW_QUEUE: asked.review,
        NUMBERS: asked.numbers,
        DESKS: asked.desks,
        OFFICES: asked.offices,
        DEPARTMENTS: asked.departments,
        CASES: asked.cases,
        CASE_NAMES: asked.cases.names,
        DOCUMENTS: asked.documents,
        DOCUMENTS_OF: asked.documents.beside,
        FLOWS: asked.flows,
        WORK: asked.work,
        VIEWS: asked.views,
        BULK: asked.bulk,
        TELEPHONE: asked.telephone,
        DUPLICATES: asked.duplicates,
        BESIDE: acting.beside,
        USUAL_FAULTS: asked.documents.usual,
        CHOICES: asked.choosing.of,
        PREVIEW: asked.documents.preview_act,
        LETTERS: asked.letters,
        CIRCULARS: asked.circulars,
        SUPERVISION: asked.supervision,
        RATINGS: asked.ratings,
        REPORTS: asked.reports,
        DASHBOARD_OF: asked.dashboard,
        FEES: asked.fees,
    }


def place_names(nodes: Sequence[RosterEntry]) -> dict[str, str]:
    """Names of villages and townships by division code; a township has that of its hub."""
    names = {node.code: node.name for node in nodes if node.role is Role.STATION}
    hubs = {node.code: node.name for node in nodes if node.role is Role.HUB}
    return names | hubs | {code[:TOWNSHIP_DIGITS]: name for code, name in hubs.items()}


def townships(nodes: Mapping[NodeId, RosterEntry]) -> dict[str, str]:
    """Names of the hubs by node id, in the order of their division codes."""
    hubs = [(one.code, node) for node, one in nodes.items() if one.role is Role.HUB]
    return {node: nodes[node].name for _, node in sorted(hubs)}


def villages(nodes: Mapping[NodeId, RosterEntry]) -> list[str]:
    """Names of the stations, in the order of their division codes."""
    return [
        name
        for _, name in sorted(
            (one.code, one.name) for one in nodes.values() if one.role is Role.STATION
        )
    ]
