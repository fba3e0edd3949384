"""A site that has nothing but the pages of accounts, and a browser without manners."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from central.accounts.pages import accounts, own, proposals, shown_once
from central.accounts.pages.shared import STAFF, Staff
from central.accounts.roles import RIGHTS, Right, StaffRole
from central.accounts.service import AccountService
from central.accounts.site_logins import SiteLogins
from central.pages.composition import PACKAGES, TABLE
from central.store.copying import sqlite_url
from protocol.errors import YizhanError
from runtime.actor import Actor
from runtime.record import DONE, Detail
from runtime.web import guard, login_pages
from runtime.web.application import application
from runtime.web.guard import FormTokens
from runtime.web.repeats import Repeats
from runtime.web.site import Content, FormGuard, Layout, Site
from runtime.web.tasks import Tasks
from runtime.web.templates import Templates
from runtime.web.uploads import Uploads
from tests.builders.chance import SeededRandomness
from tests.central.accounts.office import PASSWORD, Office, open_office

NODE = "00000000000000aa"


@dataclass
class Notes:
    """What stands in the record."""

    noted: list[tuple[str, str, str, str]] = field(default_factory=list)
    details: list[Mapping[str, Any]] = field(default_factory=list)

    @asynccontextmanager
    async def action(
        self, actor: Actor, name: str, *, subject: str = "", detail: Detail | None = None
    ) -> AsyncIterator[None]:
        outcome = "broken"
        try:
            yield
            outcome = DONE
        except YizhanError as exc:
            outcome = exc.code
            raise
        finally:
            await self.note(actor, name, outcome, subject=subject, detail=detail)

    async def note(
        self,
        actor: Actor,
        name: str,
        outcome: str = DONE,
        *,
        subject: str = "",
        detail: Detail | None = None,
    ) -> None:
        self.noted.append((str(actor), name, outcome, subject))
        self.details.append(detail or {})


class Visitor:
    """A browser that sends what it is told."""

    def __init__(self, client: TestClient, office: Office, site: Site, notes: Notes) -> None:  # type: ignore[type-arg]
        self.client, self.office, self.site, self.cookie = client, office, site, ""
        self.notes = notes

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, headers=self._with(headers), allow_redirects=False)

    async def post(self, path: str, form: Mapping[str, str]) -> ClientResponse:
        return await self.client.post(
            path, data=form, headers=self._with({}), allow_redirects=False
        )

    async def log_in(self, name: str, role: StaffRole) -> str:
        """Log in; the token for forms."""
        await self.office.accounts.add(name, role, PASSWORD)
        self.cookie = await self.office.logins.begin(name, PASSWORD, "", address="")
        text = await (await self.get("/me/password")).text()
        found = re.search('name="token" value="([0-9a-f]+)"', text)
        assert found
        return found[1]

    def _with(self, headers: Mapping[str, str]) -> dict[str, str]:
        cookie = {"Cookie": f"{guard.cookie_name(NODE)}={self.cookie}"} if self.cookie else {}
        return {**cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}


@asynccontextmanager
async def open_pages(folder: Path) -> AsyncIterator[Visitor]:
    """The pages of accounts, on an empty database in ``folder``."""
    async with open_office(sqlite_url(folder / "node.db")) as office:
        notes = Notes()
        site = _site(office, _staff(office, notes))
        async with TestClient(TestServer(application(site))) as client:
            site.hosts.open_at(client.port or 0, ("127.0.0.1",))
            yield Visitor(client, office, site, notes)
        await site.close()


def _staff(office: Office, notes: Notes) -> Staff:
    async def no_names() -> Mapping[str, str]:
        return {}

    service = AccountService(office.accounts, role="county", rights=RIGHTS, record=notes)
    return Staff(
        service=service,
        accounts=office.accounts,
        rights=RIGHTS,
        logins=office.logins,
        site_logins=SiteLogins(
            office.logins,
            office.accounts,
            office.onetime,
            record=notes,
            clock=office.clock,
            command="yizhan-county staff add",
        ),
        second=office.second,
        onetime=office.onetime,
        proposals=office.proposals,
        record=notes,
        names=no_names,
        agreeable=accounts.agreeable(service),
    )


def _site(office: Office, staff: Staff) -> Site:
    clock, chance = office.clock, SeededRandomness()
    return Site(
        node=NODE,
        content=Content(
            title="龙州县",
            layout=Layout(home="/staff", menu="accounts/menu.html", own_menu="own/menu.html"),
            routes=(
                login_pages.routes,
                own.routes,
                accounts.routes,
                shown_once.routes,
                proposals.routes,
            ),
            shared={STAFF: staff},
        ),
        templates=Templates(PACKAGES, tables=(TABLE,), names={"Right": Right}),
        logins=staff.site_logins,
        tasks=Tasks(clock, chance),
        uploads=Uploads(clock, chance),
        forms=FormGuard(tokens=FormTokens(b"secret"), repeats=Repeats(clock)),
        clock=clock,
        chance=chance.token,
    )
