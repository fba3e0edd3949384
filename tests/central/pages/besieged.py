"""Console and board over data that an enemy wrote: names, notes, contacts, files, health words."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from central.accounts.roles import StaffRole
from runtime.web.application import application
from runtime.web.site import Site
from tests.central.accounts.office import staff_at
from tests.central.hub.giving import CASE as OFFICE_CASE
from tests.central.pages.evil import EVIL
from tests.central.pages.poison import PEOPLE, poison
from tests.shots.county import PASSWORD, open_county
from tests.shots.hub import open_hub

_PARAMETER = re.compile(r"({(\w+)((?::[^{}]*(?:{[^{}]*}[^{}]*)*)?)})")
_LINKS = ("href", "src", "action", "formaction")


class Seen(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.hostile: list[str] = []  # elements and attributes that an enemy made
        self.text = ""  # as it is read, and the values of attributes
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "xss" or (
            tag == "script" and not str(given.get("src", "")).startswith("/static/")
        ):
            self.hostile.append(tag)
        self.hostile += [name for name in given if name.startswith("on")]
        links = [str(given[name]) for name in _LINKS if name in given]
        self.hostile += [link for link in links if not link.startswith(("/", "#"))]
        self.text += " ".join(str(value) for value in given.values() if value)

    def handle_data(self, data: str) -> None:
        self.text += data


@lru_cache(maxsize=8)
def seen(text: str) -> Seen:
    """The page; asked for as a part of one, it often is the same text again."""
    return Seen(text)


@dataclass(kw_only=True)
class Place:
    """One open site, with somebody of each role logged in."""

    site: Site
    client: TestClient  # type: ignore[type-arg]
    cookies: dict[StaffRole, str] = field(default_factory=dict)
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)

    async def ask(
        self,
        method: str,
        path: str,
        who: StaffRole | None,
        form: Mapping[str, str] | None = None,
        **headers: str,
    ) -> tuple[int, str, Mapping[str, str]]:
        """The answer: status, text and headers."""
        if who is not None:
            headers["Cookie"] = f"{self.site.cookie}={self.cookies[who]}"
        async with self.client.request(
            method, path, headers=headers, data=form, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(errors="replace"), answer.headers

    def token(self, who: StaffRole) -> str:
        """Of a form on one of the pages of ``who``."""
        return self.site.forms.tokens.of(self.cookies[who], b"page")

    def routes(self, method: str) -> list[str]:
        """Every path of the site, as its routes name it."""
        return [
            route.path
            for table in self.site.content.routes
            for route in table
            if isinstance(route, web.RouteDef) and route.method == method
        ]


def addressed(path: str, samples: Mapping[str, Sequence[str]]) -> list[str]:
    """Every address of ``path`` that the samples make; a made-up one without a sample."""
    found = [path]
    for parameter, name, pattern in _PARAMETER.findall(path):
        known = samples.get(f"{path}:{name}", samples.get(name))
        values = known or [_made_up(name, pattern)]
        found = [each.replace(parameter, value) for each in found for value in values]
    return found


def _made_up(name: str, pattern: str) -> str:
    """A value that fits and that nothing has."""
    if size := re.fullmatch(r":\[0-9a-f\]{(\d+)}", pattern):
        return "0" * int(size[1])
    words = re.findall(r"[a-z-]+", pattern) if re.fullmatch(r":[a-z|-]+", pattern) else []
    return words[0] if words and MADE_UP[name] not in words else MADE_UP[name]


MADE_UP = {
    "action": "accept",
    "month": "2026-01",
    "edition": "999",
    "other": "451423-2026-ZZ000001",
    "step": "notice",
    "code": "no-such-item",
    "material": "no-such-material",
    "division": "451423888",
    "document": "accepted",
    "draft": "999999",
    "n": "999999",
    "card": "999999",
    "kind": "replied",
    "judged": "verified",
    "release": "999999",
    "number": "0",
    "charge": "99",
    "case": "no-such-case",
    "letter": "0" * 32,
    "of": "application",
    "verb": "nothing",
    "verdict": "nothing",
    "name": "nobody",
    "language": "en",
    "file": "nothing",
    "form": "csv",
    "position": "0",
}


@asynccontextmanager
async def besieged(folder: Path) -> AsyncIterator[dict[str, Place]]:
    """The console and the board."""
    async with AsyncExitStack() as stack:
        shown = await stack.enter_async_context(open_county(folder, most=72))
        samples = await poison(shown)
        board = await stack.enter_async_context(open_hub(shown.nodes))
        places = {}
        for name, site in (("console", shown.site), ("board", board)):
            client = await stack.enter_async_context(TestClient(TestServer(application(site))))
            site.hosts.open_at(client.port or 0, ("127.0.0.1",))
            places[name] = Place(site=site, client=client)
            for role, account in PEOPLE.items():
                await staff_at(site).accounts.add(account, role, PASSWORD)
                begun = await site.logins.begin(account, PASSWORD, "", address="")
                places[name].cookies[role] = begun.token
        places["console"].samples = samples
        places["board"].samples = {
            "number": [_work(board)],
            "case": [OFFICE_CASE],
            "position": ["0"],
            "action": ["accept", "decide"],
        }
        yield places


def _work(board: Site) -> str:
    """A stick whose folder and files have hostile names."""

    async def done(_: object) -> dict[str, Any]:
        told = {"envelopes": 1, "blobs": 1, "editions": 1, "bytes": 1, "skipped": 1, "joins": 1}
        return {**told, "refused_more": 1, "refused": [{"file": EVIL, "code": EVIL}]}

    owner = PEOPLE[StaffRole.OPERATOR]
    return board.tasks.start(owner, "stick-import", done, subject=EVIL).number
