"""The review queue's page over a real county: who may look, what is noted, what a browser gets."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse, FormData
from aiohttp.test_utils import TestClient, TestServer

from central.accounts.roles import StaffRole
from central.county.api.tokens import TokenService
from central.county.catalogue.offered import catalogue_services
from central.county.catalogue.pages.keys import CatalogueServices
from central.county.console.site import console_site
from central.county.control.archiving import keeping_of
from central.county.control.operations import CountyOperations
from central.county.nodes.operations import ClockOperations
from central.server.config import ServerConfig
from central.store.migrate import ACCOUNTS, migrate
from provisioning.operations import Provisioning
from runtime.web.application import application
from runtime.web.site import Site
from tests.central.accounts.office import accounts_of, staff_at
from tests.central.county.review.withdrawing import Withdrawing, id_of

PASSWORD = "correct-horse-9"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
PAGE = b"<script>alert(1)</script>"


class Reader:
    """Somebody logged in to the console."""

    def __init__(self, site: Site, client: TestClient, cookie: str) -> None:  # type: ignore[type-arg]
        self._site, self._client, self._cookie = site, client, cookie

    async def get(self, path: str) -> ClientResponse:
        return await self._client.get(path, headers=self._headers(), allow_redirects=False)

    async def post(self, path: str, form: Mapping[str, str]) -> ClientResponse:
        data = {"token": self._site.forms.tokens.of(self._cookie), **form}
        headers = self._headers()
        return await self._client.post(path, data=data, headers=headers, allow_redirects=False)

    async def note(self, case: str, text: str, version: str) -> ClientResponse:
        """A note as its page saves it by itself."""
        form = {"note": text, "version": version, "token": self._site.forms.tokens.of(self._cookie)}
        headers = {**self._headers(), "HX-Request": "true"}
        return await self._client.post(f"/cases/{case}/note", data=form, headers=headers)

    async def send(
        self, path: str, fields: Sequence[tuple[str, str]], files: Mapping[str, bytes]
    ) -> ClientResponse:
        """A form with files; several values may have one name."""
        data = FormData(quote_fields=False)
        for name, value in (("token", self._site.forms.tokens.of(self._cookie)), *fields):
            data.add_field(name, value)
        for name, content in files.items():
            data.add_field("file", content, filename=name)
        headers = self._headers()
        return await self._client.post(path, data=data, headers=headers, allow_redirects=False)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"{self._site.cookie}={self._cookie}"}


class Office:
    """The console of an open county."""

    def __init__(self, centre: Withdrawing, site: Site, client: TestClient) -> None:  # type: ignore[type-arg]
        self.centre, self.site, self.client = centre, site, client

    async def reader(self, role: StaffRole) -> Reader:
        await staff_at(self.site).accounts.add(role.value, role, PASSWORD)
        begun = await self.site.logins.begin(role.value, PASSWORD, "", address="")
        return Reader(self.site, self.client, begun.token)

    async def waiting(self, *files: tuple[str, bytes]) -> str:
        """An application in the review queue with these files; its envelope."""
        village = await self.centre.village()
        await self.centre.drain(village)
        scans = [village.scan(data, name=name) for name, data in files]
        wire = village.submit(*scans)
        await self.centre.bring(wire, *scans)
        return id_of(wire).hex()

    def noted(self) -> list[tuple[str, str, str]]:
        log = self.centre.scene.authority.audit
        return [(one.actor, one.action, one.subject) for one in log.newest(0, 5)]


@asynccontextmanager
async def open_office(centre: Withdrawing) -> AsyncIterator[Office]:
    """The console of ``centre``."""
    relay, scene, county = centre.relay, centre.scene, centre.county
    await migrate(relay.store, ACCOUNTS)
    accounts = accounts_of(relay, scene.randomness, scene.authority)

    async def nobody() -> None: ...

    drafts = catalogue_services(
        relay.store, county.catalogue, county.drafts, relay.clock, accounts.record
    ).drafts
    site = console_site(
        relay,
        accounts,
        ServerConfig(second_factor="optional"),
        watch=county.nodes,
        asked=CountyOperations.of(county, accounts.record),
        clock=ClockOperations(relay, scene.authority.watch, accounts.record),
        authority=scene.authority,
        catalogue=CatalogueServices.of(county.catalogue, drafts),
        drafts=drafts,
        archive=keeping_of(relay, county, scene.authority, accounts.record)[1],
        provisioning=Provisioning.of(scene.authority, nobody, accounts.record),
        tokens=TokenService(
            relay.store, clock=relay.clock, randomness=scene.randomness, record=accounts.record
        ),
    )
    async with TestClient(TestServer(application(site))) as client:
        site.hosts.open_at(client.port or 0, ("127.0.0.1",))
        yield Office(centre, site, client)


@pytest.fixture
async def office(centre: Withdrawing) -> AsyncIterator[Office]:
    async with open_office(centre) as made:
        yield made


async def test_a_picture_is_shown_shut_in_and_the_look_is_noted(office: Office) -> None:
    envelope = await office.waiting(("身份证.png", PNG))
    reader = await office.reader(StaffRole.SECURITY)
    answer = await reader.get(f"/review-queue/{envelope}/0")
    assert (answer.status, await answer.read()) == (200, PNG)
    assert answer.content_type == "image/png"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert office.noted()[0] == ("security (web)", "county.file", envelope)


async def test_a_page_that_a_village_sent_is_only_saved(office: Office) -> None:
    envelope = await office.waiting(("身份证.png", PAGE))
    reader = await office.reader(StaffRole.SECURITY)
    answer = await reader.get(f"/review-queue/{envelope}/0")
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("role", [StaffRole.SYSTEM, StaffRole.AUDIT, StaffRole.OPERATOR])
async def test_nobody_else_sees_what_citizens_sent(office: Office, role: StaffRole) -> None:
    envelope = await office.waiting(("a.png", PNG))
    reader = await office.reader(role)
    for path in ("/review-queue", f"/review-queue/{envelope}/0"):
        answer = await reader.get(path)
        assert answer.status == 403, path
        assert PNG not in await answer.read()
    assert envelope not in {subject for *_, subject in office.noted()}


async def test_a_file_that_is_not_there_is_said_in_words(office: Office) -> None:
    envelope = await office.waiting(("a.png", PNG))
    reader = await office.reader(StaffRole.SECURITY)
    assert "review.unknown" in await (await reader.get(f"/review-queue/{envelope}/1")).text()
    assert "review.unknown" in await (await reader.get(f"/review-queue/{'0' * 64}/0")).text()


async def test_it_is_accepted_only_by_who_says_that_it_was_checked(office: Office) -> None:
    envelope = await office.waiting()
    reader = await office.reader(StaffRole.SECURITY)
    answer = await reader.post(f"/review-queue/{envelope}/accept", {})
    assert (answer.status, len(await office.centre.cases())) == (400, 0)
    answer = await reader.post(f"/review-queue/{envelope}/accept", {"checked": "yes"})
    (case,) = await office.centre.cases()
    assert answer.status == 303
    assert answer.headers["Location"] == f"/review-queue?case={case['case']}"
    assert case["case"] in await (await reader.get(answer.headers["Location"])).text()


async def test_the_address_of_the_review_queue_says_nothing_else_in_our_name(
    office: Office,
) -> None:
    reader = await office.reader(StaffRole.SECURITY)
    page = await (await reader.get("/review-queue?case=请打电话给某某")).text()
    assert "请打电话" not in page
