"""The objects behind the pages of one node: who serves a console or a board composes them.

Source: docs/architecture.md, "Pages".
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import web

from central.staff.accounts import Accounts
from central.staff.failures import FailedLogins
from central.staff.logins import Logins
from central.staff.onetime import Kind, OneTime, Shown
from central.staff.proposals import Proposals
from central.staff.roles import Job, Right
from central.staff.second import SecondFactor
from central.web.alerts import Alert
from central.web.guard import FormTokens, Hosts, cookie_name
from central.web.repeats import Repeats
from central.web.tasks import Tasks
from central.web.templates import Templates
from central.web.uploads import Uploads
from protocol.ports import Clock
from runtime.control.owner import Operation


class Note(Protocol):
    """Keeps in the record what an account did on the pages themselves."""

    async def __call__(
        self,
        account: str,
        action: str,
        outcome: str,
        *,
        subject: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """``outcome`` is ``done`` or the code of the refusal."""
        ...


async def _no_note(
    account: str,
    action: str,
    outcome: str,
    *,
    subject: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Keep nothing."""


ToShow = Callable[[Mapping[str, Any]], tuple[Kind, str, Shown]]
"""What of an operation's answer is shown once: of which kind, about which subject."""


@dataclass(slots=True, kw_only=True)
class Site:
    """The objects behind the pages of one node."""

    node: str  # its id: names the cookies, which all ports of a host share
    title: str  # of the node, as the head of each page says it
    menu: str  # name of the template with the site's menu
    home: str  # path of the first page
    role: str  # "county" or "hub": how the node's own operations begin
    operations: Mapping[str, Operation]  # what the command line can do, too
    templates: Templates
    accounts: Accounts
    rights: Mapping[Job, frozenset[Right]]
    logins: Logins
    second: SecondFactor
    second_required: bool  # nobody but operators does without
    tasks: Tasks
    uploads: Uploads
    onetime: OneTime
    proposals: Proposals
    repeats: Repeats
    tokens: FormTokens
    clock: Clock
    chance: Callable[[int], bytes]  # so many random bytes
    routes: Sequence[web.RouteTableDef]
    shared: Mapping[web.AppKey[Any], Any] = field(default_factory=dict)  # for their handlers
    note: Note = _no_note  # keeps who logged in, and who tried
    failures: FailedLogins = field(init=False)
    to_show: dict[str, ToShow] = field(default_factory=dict)  # by operation
    names: Callable[[], Awaitable[Mapping[str, str]]] | None = None  # of nodes, by id
    alerts: Callable[[], Sequence[Alert]] = tuple  # what the head of every page says
    hosts: Hosts = field(default_factory=lambda: Hosts((), 0))  # set once the port is known

    def __post_init__(self) -> None:
        """Failed logins go into whatever record the site gets."""

        async def failed(account: str, code: str, detail: dict[str, Any]) -> None:
            await self.note(account, "login", code, detail=detail)

        self.failures = FailedLogins(self.clock, failed)

    @property
    def cookie(self) -> str:
        """Name of the cookie by which a login is known."""
        return cookie_name(self.node)

    async def close(self) -> None:
        """Wait for what is under way, and write down what was only counted."""
        await self.tasks.close()
        await self.failures.close()


SITE = web.AppKey("SITE", Site)
