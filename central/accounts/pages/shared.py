"""What the pages of accounts find in their application."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from central.accounts.accounts import Accounts
from central.accounts.logins import Logins
from central.accounts.onetime import Kind, OneTime, Shown
from central.accounts.proposals import Proposals
from central.accounts.record import Note
from central.accounts.roles import Right, StaffRole
from central.accounts.second import SecondFactor
from central.accounts.site_logins import SiteLogins
from runtime.control.owner import Operation
from runtime.web.page import Page

ToShow = Callable[[Mapping[str, Any]], tuple[Kind, str, Shown]]
"""What of an operation's answer is shown once: of which kind, about which subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The people of one node, and what they may do on its pages."""

    role: str  # "county" or "hub": how the node's own operations begin
    operations: Mapping[str, Operation]  # what the command line can do, too
    accounts: Accounts
    rights: Mapping[StaffRole, frozenset[Right]]
    logins: Logins
    site_logins: SiteLogins
    second: SecondFactor
    onetime: OneTime
    proposals: Proposals
    note: Note  # keeps who did what on the pages themselves
    names: Callable[[], Awaitable[Mapping[str, str]]]  # of nodes, by id
    to_show: Mapping[str, ToShow] = field(default_factory=dict)  # by operation


STAFF = web.AppKey("STAFF", Staff)


def staff_of(page: Page) -> Staff:
    """The people of the node whose page it is."""
    return page.request.app[STAFF]
