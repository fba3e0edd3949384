"""What a site answers to requests that no honest page of its own would send."""

import io
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from aiohttp import ClientResponse, FormData
from aiohttp.test_utils import TestClient, TestServer

from central.staff.limits import IDLE_S
from central.staff.operations import staff_operations
from central.staff.roles import RIGHTS, Job, Right
from central.store.copying import sqlite_url
from central.web import entrance, guard, onetime, own, people, proposals
from central.web.application import application
from central.web.guard import FormTokens, Hosts
from central.web.limits import MAX_FORM_POST_BYTES
from central.web.repeats import Repeats
from central.web.site import Site
from central.web.tasks import Tasks
from central.web.templates import Templates
from central.web.uploads import Uploads
from tests.builders.chance import SeededRandomness
from tests.central.staff.office import PASSWORD, Office, open_office

NODE = "00000000000000aa"


class Visitor:
    """A browser without manners: it sends what it is told."""

    def __init__(self, client: TestClient, office: Office, site: Site) -> None:  # type: ignore[type-arg]
        self.client, self.office, self.site, self.cookie = client, office, site, ""

    async def get(self, path: str, **headers: str) -> ClientResponse:
        return await self.client.get(path, headers=self._with(headers), allow_redirects=False)

    async def post(
        self, path: str, form: Mapping[str, str] | FormData, **headers: str
    ) -> ClientResponse:
        return await self.client.post(
            path, data=form, headers=self._with(headers), allow_redirects=False
        )

    async def log_in(self, name: str, job: Job) -> str:
        """Log in; the token for forms."""
        await self.office.accounts.add(name, job, PASSWORD)
        self.cookie = await self.office.logins.begin(name, PASSWORD, "", address="")
        text = await (await self.get("/me/password")).text()
        found = re.search('name="token" value="([0-9a-f]+)"', text)
        assert found
        return found[1]

    def _with(self, headers: Mapping[str, str]) -> dict[str, str]:
        cookie = {"Cookie": f"{guard.cookie_name(NODE)}={self.cookie}"} if self.cookie else {}
        return {**cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}


@pytest.fixture
async def visitor(tmp_path: Path) -> AsyncIterator[Visitor]:
    async with open_office(sqlite_url(tmp_path / "node.db")) as office:
        chance = SeededRandomness()
        site = Site(
            node=NODE,
            title="龙州县",
            menu="console/menu.html",
            home="/staff",
            role="county",
            operations=staff_operations("county", office.accounts),
            to_show=people.to_show("county"),
            templates=Templates(("central.county.console",)),
            accounts=office.accounts,
            logins=office.logins,
            second=office.second,
            second_required=False,
            tasks=Tasks(office.clock, chance),
            uploads=Uploads(office.clock, chance),
            onetime=office.onetime,
            proposals=office.proposals,
            repeats=Repeats(office.clock),
            tokens=FormTokens(b"secret"),
            clock=office.clock,
            chance=chance.token,
            rights=RIGHTS,
            routes=(entrance.routes, own.routes, people.routes, onetime.routes, proposals.routes),
        )
        async with TestClient(TestServer(application(site))) as client:
            site.hosts = Hosts(("127.0.0.1",), client.port or 0)
            yield Visitor(client, office, site)
        await site.close()


async def test_without_a_login_everything_leads_to_the_entrance(
    visitor: Visitor,
) -> None:
    answer = await visitor.get("/staff")
    assert (answer.status, answer.headers["Location"]) == (303, "/login?back=/staff")
    answer = await visitor.get("/staff", HX_Request="true")
    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/login?back=/")
    answer = await visitor.post("/staff/add", {"name": "x", "job": "system"})
    assert answer.status == 303


async def test_every_answer_has_the_headers_of_the_guard(visitor: Visitor) -> None:
    for path in ("/login", "/staff", "/nothing", "/static/yizhan.css", "/static/lib/htmx.js"):
        answer = await visitor.get(path)
        assert {name: answer.headers.get(name) for name in guard.HEADERS} == guard.HEADERS


async def test_another_host_gets_nothing(visitor: Visitor) -> None:
    answer = await visitor.get("/login", Host="evil.example")
    assert answer.status == 421
    assert "page.host" in await answer.text()


async def test_a_form_needs_its_token_and_our_own_page(visitor: Visitor) -> None:
    token = await visitor.log_in("keeper", Job.SECURITY)
    form = {"name": "wang", "job": "system"}
    assert "page.stale" in await (await visitor.post("/staff/add", form)).text()
    stolen = {**form, "token": FormTokens(b"secret").of("another cookie")}
    assert "page.stale" in await (await visitor.post("/staff/add", stolen)).text()
    foreign = await visitor.post(
        "/staff/add", {**form, "token": token}, Origin="https://evil.example"
    )
    assert (foreign.status, "page.foreign" in await foreign.text()) == (400, True)
    assert [one.name for one in await visitor.office.accounts.listed()] == ["keeper"]


async def test_a_form_is_only_so_large(visitor: Visitor) -> None:
    long = "x" * (MAX_FORM_POST_BYTES + 1)
    assert (await visitor.post("/login", {"name": long})).status == 413
    token = await visitor.log_in("keeper", Job.SECURITY)  # may not send files either
    files = FormData({"token": token})
    files.add_field("table", io.BytesIO(bytes(MAX_FORM_POST_BYTES + 1)), filename="a.csv")
    assert (await visitor.post("/staff/add", files)).status == 413


async def test_a_body_that_is_no_form_is_told_so(visitor: Visitor) -> None:
    answer = await visitor.client.post(
        "/login", data=b"--x\r\nno", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert answer.status in (400, 403)
    answer = await visitor.client.post("/login", data=b"\xff\xfe", allow_redirects=False)
    assert answer.status in (400, 403)


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/staff?a=1", "/staff?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
    ],
)
async def test_after_the_login_one_comes_back_to_this_site_only(
    visitor: Visitor, back: str, leads: str
) -> None:
    await visitor.office.accounts.add("wang", Job.SYSTEM, PASSWORD)
    visitor.cookie = "anonymous"
    token = FormTokens(b"secret").of("anonymous")
    form = {"token": token, "name": "wang", "password": PASSWORD, "code": "", "back": back}
    answer = await visitor.post("/login", form)
    assert (answer.status, answer.headers["Location"]) == (303, leads)
    cookie = answer.headers["Set-Cookie"]
    assert "anonymous" not in cookie
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))


async def test_the_language_is_a_choice_of_two(visitor: Visitor) -> None:
    assert (await visitor.get("/language/en?back=/login")).headers["Location"] == "/login"
    assert (await visitor.get("/language/xx")).status == 404


async def test_a_role_without_the_right_is_refused(visitor: Visitor) -> None:
    token = await visitor.log_in("wang", Job.OPERATOR)
    assert (await visitor.get("/staff")).status == 403
    answer = await visitor.post("/staff/add", {"token": token, "name": "x2", "job": "system"})
    assert answer.status == 403
    assert Right.STAFF.value in await answer.text()


async def test_a_page_that_looks_for_news_by_itself_keeps_nobody_logged_in(
    visitor: Visitor,
) -> None:
    await visitor.log_in("keeper", Job.SECURITY)
    for _ in range(4):
        visitor.office.clock.tick(IDLE_S / 4 - 1)
        assert (await visitor.get("/staff?live=1", HX_Request="true")).status == 200
    visitor.office.clock.tick(4)
    assert (await visitor.get("/staff?live=1", HX_Request="true")).status == 401
