"""A site of three pages on the web kit alone: its logins lie in memory, its rights are its own."""

import errno
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer

from protocol.errors import LoginNeededError, LoginRefusedError, from_code
from runtime.web import login_pages
from runtime.web.alerts import Alert
from runtime.web.application import application
from runtime.web.downloads import made_file
from runtime.web.guard import FormTokens
from runtime.web.logins import Begun
from runtime.web.page import Page
from runtime.web.repeats import Repeats
from runtime.web.site import Content, FileForm, FormGuard, Layout, Site
from runtime.web.tasks import Body, Tasks
from runtime.web.templates import Templates
from runtime.web.uploads import Uploads
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock

NODE, PASSWORD = "00000000000000aa", "open-sesame-7"
FILE_BYTES = 100_000  # the most that a note's file may have
LARGE_BYTES = 2 * FILE_BYTES + 600_000  # more than any other form may have
PACKAGE = "tests.runtime.web"  # has the templates and their English
routes = web.RouteTableDef()


class Right(Enum):
    """What one may do with notes."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A reader of the notebook."""

    name: str
    rights: frozenset[Right]
    set_up_at: str = ""

    def may(self, right: Enum) -> bool:
        return right in self.rights


@dataclass
class MemoryLogins:
    """The port for logins, of a dictionary."""

    people: dict[str, Somebody] = field(default_factory=dict)
    held: dict[str, Somebody] = field(default_factory=dict)  # by token
    told: list[str] = field(default_factory=list)
    longest_s: int = 60
    asks_code: bool = False
    tokens: int = 0

    async def begin(
        self, name: str, password: str, code: str, *, address: str, known: str = ""
    ) -> Begun:
        if name not in self.people or password != PASSWORD:
            self.told.append(f"refused {name}")
            raise LoginRefusedError
        token = self.new_token()
        self.held[token] = self.people[name]
        self.told.append(f"login {name}")
        return Begun(token=token, known=known or f"browser of {name}", first="/notes?first")

    async def of(self, token: str, *, by_itself: bool = False) -> Somebody:
        if token not in self.held:
            raise LoginNeededError
        self.told += ["looked"] if by_itself else []
        return self.held[token]

    async def end(self, token: str) -> None:
        self.told.append(f"logout {self.held.pop(token).name}")

    def new_token(self) -> str:
        self.tokens += 1
        return f"token{self.tokens}"

    async def first_account(self) -> str:
        return "" if self.people else "notebook add NAME"

    async def close(self) -> None:
        self.told.append("closed")


@dataclass
class Notes:
    """What the handlers find in their application."""

    notes: list[str] = field(default_factory=list)


NOTES = web.AppKey("NOTES", Notes)


@routes.get("/notes")
async def listed(request: web.Request) -> web.Response:
    page = Page(request).needs(Right.READ)
    return page.show("notebook/notes.html", notes=request.app[NOTES].notes)


@routes.post("/notes")
async def add(request: web.Request) -> web.Response:
    page = Page(request).needs(Right.WRITE)
    text = await page.field("note") or (await page.upload("file")).decode()
    request.app[NOTES].notes.append(text)
    return page.go("/notes")


@routes.get("/notes.txt")
async def fetched(request: web.Request) -> web.Response:
    Page(request).needs(Right.READ)
    return made_file("notes.txt", "text/plain", "\n".join(request.app[NOTES].notes).encode())


@routes.get("/broken/{code}")
async def broken(request: web.Request) -> web.Response:
    raise from_code(request.match_info["code"], request.query.get("detail", ""))


@routes.get("/full")
async def full(_: web.Request) -> web.Response:
    raise OSError(errno.ENOSPC, "No space left on device")


@routes.post("/task")
async def begin(request: web.Request) -> web.Response:
    page = Page(request).needs(Right.WRITE)
    task = page.site.tasks.start(page.login.name, "tidy", _tidy(request.app[NOTES]))
    return page.go(f"/task/{task.number}")


@routes.get("/task/{number}")
async def watched(request: web.Request) -> web.Response:
    page = Page(request).needs(Right.WRITE)
    task = page.site.tasks.of(page.login.name, request.match_info["number"])
    return page.show("tasks/bar.html", task=task, url=request.path)


def _tidy(notes: Notes) -> Body:
    async def body(_: object) -> int:
        notes.notes.sort()
        return len(notes.notes)

    return body


class Visitor:
    """A browser without manners: it sends what it is told."""

    def __init__(self, client: TestClient, site: Site, logins: MemoryLogins) -> None:  # type: ignore[type-arg]
        self.client, self.site, self.logins, self.cookie = client, site, logins, ""
        self.notes: Notes = site.content.shared[NOTES]
        self.clock: FakeClock = site.clock  # type: ignore[assignment]

    @property
    def host(self) -> str:
        """Host and port of the site."""
        return f"{self.client.host}:{self.client.port}"

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, headers=self._with(headers), allow_redirects=False)

    async def post(
        self, path: str, form: Mapping[str, str] | FormData, **headers: str
    ) -> ClientResponse:
        return await self.client.post(
            path, data=form, headers=self._with(headers), allow_redirects=False
        )

    async def log_in(self, name: str, *rights: Right, set_up_at: str = "") -> str:
        """Log in; the token for forms."""
        person = Somebody(name=name, rights=frozenset(rights), set_up_at=set_up_at)
        self.logins.people[name] = person
        self.cookie = (await self.logins.begin(name, PASSWORD, "", address="")).token
        return self.site.forms.tokens.of(self.cookie, b"page")

    async def form_of(self, path: str) -> str:
        """The token of the form on a page."""
        found = re.search('name="token" value="([0-9a-f]+)"', await (await self.get(path)).text())
        assert found
        return found[1]

    def _with(self, headers: Mapping[str, str]) -> dict[str, str]:
        cookie = {"Cookie": f"{self.site.cookie}={self.cookie}"} if self.cookie else {}
        return {**cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}


@asynccontextmanager
async def open_notebook() -> AsyncIterator[Visitor]:
    """The site, and a visitor who is not logged in."""
    clock, chance, logins = FakeClock(), SeededRandomness(), MemoryLogins()
    site = Site(
        node=NODE,
        content=Content(
            title="记事本",
            layout=Layout(
                home="/notes",
                homes={Right.WRITE: "/notes?to-write"},
                menu="notebook/menu.html",
                alerts="notebook/alerts.html",
            ),
            routes=(login_pages.routes, routes),
            upload_right=Right.WRITE,
            long_forms={"/notes/long": Right.WRITE},
            file_forms={"/notes/large": FileForm(right=Right.READ, max_bytes=LARGE_BYTES)},
            shared={NOTES: Notes()},
            alerts=lambda: [Alert("full")],
        ),
        templates=Templates((PACKAGE,), tables=(PACKAGE,), names={"Right": Right}),
        logins=logins,
        tasks=Tasks(clock, chance),
        uploads=Uploads(clock, chance, max_bytes=FILE_BYTES),
        forms=FormGuard(tokens=FormTokens(b"secret"), repeats=Repeats(clock)),
        clock=clock,
        chance=chance.token,
    )
    async with TestClient(TestServer(application(site))) as client:
        site.hosts.open_at(client.port or 0, ("127.0.0.1",))
        yield Visitor(client, site, logins)
    await site.close()
