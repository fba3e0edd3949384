"""A clerk of a village at her desk: what her browser asks of it, page by page."""

import html
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession, CookieJar, FormData
from yarl import URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the desk showed in the end."""

    path: str  # where that was
    text: str

    def hidden(self, name: str) -> str:
        """What the page itself sends back under ``name``."""
        found = re.search(f'name="{name}" value="([^"]*)"', self.text)
        if not found:
            raise RuntimeError(f"{self.path}: no {name}")
        return html.unescape(found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """Who is logged in."""

    session: ClientSession

    async def draft(self, item: str, form: Mapping[str, str]) -> str:
        """Fill in a form, which the desk keeps as it is typed; the id of the application."""
        page = await self.get(f"/items/{item}/form")
        application = page.path.rsplit("/", 1)[1]
        path = f"/items/{item}/form/{application}"
        page = await self.get(path)
        sent = {"token": page.hidden("token"), **form}
        await self.post(path.replace("/form/", "/draft/"), sent)
        await self.post(path, sent)
        return application

    async def paper(self, item: str, application: str, material: str, scan: Path) -> None:
        """Bring a paper, and say that it is readable."""
        path = f"/papers/{item}/{application}"
        form, before = FormData(), await self.get(path)
        form.add_field("token", before.hidden("token"))
        form.add_field("file", scan.read_bytes(), filename=scan.name)
        page = await self.post(f"{path}/add/{material}", form)
        if len(_sheets(page.text)) == len(_sheets(before.text)):
            raise RuntimeError(f"{page.path}: {scan.name} not taken in\n{page.text}")
        for sheet in _sheets(page.text):
            said = {"token": page.hidden("token"), "do": "readable"}
            await self.post(f"{path}/sheet/{sheet}/change", said)

    async def hand_in(self, item: str, application: str) -> None:
        """Read it out, let it be signed, and hand it in; *saved* is on disk."""
        page = await self.get(f"/items/{item}/check/{application}")
        sent = {"token": page.hidden("token"), "-form": page.hidden("-form"), "-signed": "ink"}
        page = await self.post(f"/items/{item}/hand-in/{application}", sent)
        if page.path != f"/applications/{application}":
            raise RuntimeError(f"{page.path}: not saved\n{page.text}")

    async def get(self, path: str) -> Page:
        """What the desk shows there."""
        async with self.session.get(path, raise_for_status=True) as answer:
            return Page(path=answer.url.path, text=await answer.text())

    async def post(self, path: str, form: Mapping[str, str] | FormData) -> Page:
        """What the desk shows after a button."""
        async with self.session.post(path, data=form, raise_for_status=True) as answer:
            return Page(path=answer.url.path, text=await answer.text())


@asynccontextmanager
async def first_clerk(link: str, name: str, password: str) -> AsyncIterator[Clerk]:
    """She is made by the one-time link, and is at her desk."""
    url = URL(link)
    jar = CookieJar(unsafe=True)  # the desk has a number, and no name
    async with ClientSession(url.origin(), cookie_jar=jar) as session:
        clerk = Clerk(session=session)
        page = await clerk.get(url.raw_path_qs)
        await clerk.post(
            "/first",
            {
                "token": page.hidden("token"),
                "first": page.hidden("first"),
                "name": name,
                "password": password,
                "again": password,
            },
        )
        yield clerk


def _sheets(page: str) -> Sequence[str]:
    return re.findall(r'<li class="sheet-card[^"]*" id="([0-9a-f]{32})"', page)
