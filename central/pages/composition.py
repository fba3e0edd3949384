"""Composition of a site: the same for console and board, but for its pages and rights."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web

from central.accounts.codetime import county_times
from central.accounts.credentials import Credentials
from central.accounts.logins import Logins
from central.accounts.onetime import OneTime
from central.accounts.pages import accounts as account_pages
from central.accounts.pages import own, proposals, shown_once
from central.accounts.pages.shared import STAFF, Agreeable, Staff
from central.accounts.proposals import Proposals
from central.accounts.roles import Right
from central.accounts.second import SecondFactor
from central.accounts.service import AccountService
from central.accounts.site_logins import SiteLogins
from central.relay.service import Relay
from central.server.config import ServerConfig
from protocol.limits import MAX_ROSTER_FILE_BYTES
from protocol.ports import Randomness
from runtime.node.slips import SlipVerifier
from runtime.web import login_pages, slip_pages
from runtime.web.alerts import Alert
from runtime.web.guard import FormTokens
from runtime.web.repeats import Repeats
from runtime.web.site import Content, FileForm, FormGuard, Layout, Site
from runtime.web.tasks import Tasks
from runtime.web.templates import Templates
from runtime.web.uploads import Uploads

PACKAGES = ("central.accounts.pages", "central.pages")  # whose templates every site has
TABLE = "central.pages"  # has the English of all pages of servers
_SECRET_BYTES = 32
_ROUTES = (
    login_pages.routes,
    own.routes,
    account_pages.routes,
    shown_once.routes,
    proposals.routes,
    slip_pages.routes,
)


async def _no_names() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a console or board has of its own."""

    menu: str  # template with the links of the menu
    home: str  # path of the first page
    homes: Mapping[Enum, str] = field(default_factory=dict)  # of those who have a right: another
    packages: Sequence[str]  # whose ``templates`` folders the pages take their templates from
    routes: Sequence[web.RouteTableDef]  # pages beside those of logins and accounts
    command: str  # makes the first account
    alerts: Callable[[], Sequence[Alert]]
    names: Callable[[], Awaitable[Mapping[str, str]]] = _no_names  # of nodes, by id
    long_forms: Mapping[str, Enum] = field(default_factory=dict)  # where, and who may send them
    file_forms: Mapping[str, FileForm] = field(default_factory=dict)  # by their path
    shared: Mapping[web.AppKey[Any], Any] = field(default_factory=dict)  # for their handlers
    agreeable: Mapping[str, Agreeable[Any, Any]] = field(default_factory=dict)
    """What may take two persons, by the names of its calls."""


def site_of(
    relay: Relay,
    accounts: AccountService,
    config: ServerConfig,
    randomness: Randomness,
    contents: Contents,
) -> Site:
    """The site of the node of ``relay``; codes of telephones are judged by the county's time."""
    identity, clock = relay.identity, relay.clock
    staff = _staff(relay, accounts, config, randomness, contents)
    slips = SlipVerifier(lambda: relay.editions.roster)
    return Site(
        node=identity.node,
        content=_content(identity.name, staff, slips, contents),
        templates=Templates(
            (*contents.packages, *PACKAGES), tables=(TABLE,), names={"Right": Right}
        ),
        logins=staff.site_logins,
        tasks=Tasks(clock, randomness),
        uploads=Uploads(clock, randomness, max_bytes=MAX_ROSTER_FILE_BYTES),
        forms=FormGuard(tokens=FormTokens(randomness.token(_SECRET_BYTES)), repeats=Repeats(clock)),
        clock=clock,
        chance=randomness.token,
    )


def _content(title: str, staff: Staff, slips: SlipVerifier, contents: Contents) -> Content:
    """Accounts and logins, and what the console or board has of its own."""
    return Content(
        title=title,
        layout=Layout(
            home=contents.home,
            homes=contents.homes,
            menu=contents.menu,
            own_menu="own/menu.html",
            alerts="alerts.html",
        ),
        routes=(*_ROUTES, *contents.routes),
        upload_right=Right.RUN,
        long_forms=contents.long_forms,
        file_forms=contents.file_forms,
        shared={STAFF: staff, slip_pages.SLIPS: slips, **contents.shared},
        alerts=contents.alerts,
    )


def _staff(
    relay: Relay,
    accounts: AccountService,
    config: ServerConfig,
    randomness: Randomness,
    contents: Contents,
) -> Staff:
    identity, store, clock = relay.identity, relay.store, relay.clock
    second = SecondFactor(identity.keys, f"驿站 {identity.name}", county_times(relay.times.trusted))
    logins = Logins(
        store,
        credentials=Credentials(
            store,
            rights=accounts.rights,
            second=second,
            second_required=config.second_factor == "required",
            tries=accounts.accounts.tries,
            clock=clock,
            randomness=randomness,
        ),
        second=second,
        clock=clock,
        randomness=randomness,
        idle_s=config.idle_s,
    )
    onetime = OneTime(store, identity.keys, clock=clock, randomness=randomness)
    return Staff(
        service=accounts,
        accounts=accounts.accounts,
        rights=accounts.rights,
        logins=logins,
        site_logins=SiteLogins(
            logins,
            accounts.accounts,
            onetime,
            record=accounts.record,
            clock=clock,
            command=contents.command,
        ),
        second=second,
        onetime=onetime,
        proposals=Proposals(store, clock=clock, randomness=randomness),
        record=accounts.record,
        names=contents.names,
        agreeable={**account_pages.agreeable(accounts), **contents.agreeable},
    )
