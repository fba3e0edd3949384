"""What the pages of accounts find in their application."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiohttp import web

from central.accounts.accounts import Accounts
from central.accounts.logins import Logins
from central.accounts.onetime import Kind, OneTime, Shown
from central.accounts.proposals import Proposals
from central.accounts.roles import Right, StaffRole
from central.accounts.second import SecondFactor
from central.accounts.service import AccountService
from central.accounts.site_logins import SiteLogins
from runtime.control.calls import Call, Handler
from runtime.record import Record
from runtime.web.page import Page

A = TypeVar("A")
R = TypeVar("R")
Once = tuple[Kind, str, Shown]
"""What is shown once: of which kind, about which subject."""


def _nothing(_: object) -> None:
    """Nothing of an answer is shown once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreeable(Generic[A, R]):
    """What may take two persons: one proposes, another confirms."""

    handler: Handler[A, R]
    right: Right  # that whoever proposes must have, then and when it is done
    once: Callable[[R], Once | None] = _nothing  # what of the answer is shown once


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The people of one node, and what they may do on its pages."""

    service: AccountService
    accounts: Accounts
    rights: Mapping[StaffRole, frozenset[Right]]
    logins: Logins
    site_logins: SiteLogins
    second: SecondFactor
    onetime: OneTime
    proposals: Proposals
    record: Record
    names: Callable[[], Awaitable[Mapping[str, str]]]  # of nodes, by id
    agreeable: Mapping[str, Agreeable[Any, Any]]  # by the names of their calls

    def agreeable_by(self, call: Call[A, R]) -> Agreeable[A, R]:
        """What may take two persons, by its call."""
        return self.agreeable[call.name]


STAFF = web.AppKey("STAFF", Staff)


def staff_of(page: Page) -> Staff:
    """The people of the node whose page it is."""
    return page.request.app[STAFF]
