"""The objects behind the pages of one node: who serves a console or a board composes them.

Source: docs/architecture.md, "Pages".
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from central.staff.accounts import Accounts
from central.staff.logins import Logins
from central.staff.second import SecondFactor
from central.web.guard import FormTokens, Hosts
from central.web.parcels import Parcels
from central.web.tasks import Tasks
from central.web.templates import Templates
from protocol.ports import Clock
from runtime.control.owner import Operation

Note = Callable[[str, str, str], Awaitable[None]]
"""Told the account, what it did, and ``done`` or the code of the refusal."""


async def _no_note(_account: str, _action: str, _outcome: str) -> None:
    """A node without a record."""


@dataclass(slots=True, kw_only=True)
class Site:
    """The objects behind the pages of one node."""

    title: str  # of the node, as the head of each page says it
    menu: str  # name of the template with the site's menu
    home: str  # path of the first page
    role: str  # "county" or "hub": how the node's own operations begin
    operations: Mapping[str, Operation]  # what the command line can do, too
    templates: Templates
    accounts: Accounts
    logins: Logins
    second: SecondFactor
    second_required: bool  # nobody but operators does without
    tasks: Tasks
    parcels: Parcels
    tokens: FormTokens
    clock: Clock
    routes: Sequence[web.RouteTableDef]
    shared: Mapping[web.AppKey[Any], Any] = field(default_factory=dict)  # for their handlers
    note: Note = _no_note  # keeps who logged in, and who tried
    hosts: Hosts = field(default_factory=lambda: Hosts((), 0))  # set once the port is known


SITE = web.AppKey("SITE", Site)
