"""Pages against an enemy: every template, every route, every role; what is new is tried by itself.

The lists come from the sites' own routes and the folders of templates. A page that nobody has put
into :data:`ALLOWED`, or a template that no request shows, fails here.
"""

import itertools
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

import central
import runtime.web
from central.accounts.proposals import Stage
from central.accounts.roles import HUB_RIGHTS, RIGHTS, Right, StaffRole
from protocol.errors import LoginForbiddenError, PageForeignError, PageStaleError
from runtime.web import guard
from runtime.web.language import LANGUAGES
from tests.central.accounts.office import staff_at
from tests.central.pages.allowed import (
    ALLOWED,
    CARD,
    CASE,
    CIRCULAR,
    DEPARTMENT,
    DRAFT,
    ITEM,
    LETTER,
    PAPER,
    PUBLIC,
    RELEASE,
)
from tests.central.pages.besieged import Place, addressed, besieged, seen
from tests.central.pages.evil import EVIL
from tests.central.pages.poison import PEOPLE
from tests.shots.county import PASSWORD

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
]

SITES = {"console": RIGHTS, "board": HUB_RIGHTS}
TEMPLATES = sorted(
    template
    for package in (central, runtime.web)
    for template in Path(str(package.__file__)).parent.rglob("templates/**/*.html")
)
VERBS = {
    **dict.fromkeys(("rename", "move", "contact", "address", "invite-again"), Right.RUN),
    "replace": Right.RUN,
    **dict.fromkeys(("suspend", "resume", "drain", "stop", "retire"), Right.GRANT),
}
_FORBIDDEN, _FOUND = 403, 200
_NO_PAGES = ("GET /nodes/import/{number:[0-9a-f]{24}}/bar",)  # parts of one
_WAYS = tuple(itertools.product(LANGUAGES, ("true", "false")))
_UNSAFE = {"second.html": ["qr|safe"]}  # a picture made here of an address made here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def places(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Place]]:
    async with besieged(tmp_path_factory.mktemp("besieged")) as places:
        yield places


def every(method: str, place: Place) -> list[str]:
    return [f"{method} {path}" for path in place.routes(method)]


def may(site: str, role: StaffRole, right: Right | str | frozenset[Right]) -> bool:
    own = SITES[site][role]
    enough = right if isinstance(right, frozenset) else {right}
    return isinstance(right, str) or any(one in own for one in enough)


async def test_every_route_has_its_right_and_every_right_a_route(places: dict[str, Place]) -> None:
    there = {
        one for place in places.values() for way in ("GET", "POST") for one in every(way, place)
    }
    assert there == ALLOWED.keys()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(places: dict[str, Place]) -> set[str]:
    """Every page was looked at by everybody who may; the paths that showed what the enemy wrote."""
    found: set[str] = set()
    for name, place in places.items():
        for path in place.routes("GET"):
            for address in addressed(path, place.samples):
                if await _looks_honest(name, place, path, address):
                    found.add(path)
        for role in StaffRole:
            await place.ask("GET", "/no-such-page", role)
    return found


async def test_no_text_of_an_enemy_becomes_part_of_a_page(shown: set[str]) -> None:
    read = {
        "/nodes",
        "/nodes/map",
        "/nodes/waiting",
        "/nodes/reissue",
        "/review-queue",
        "/record",
        "/once",
        "/desks",
        "/offices",
    }
    read |= {"/nodes/{node:[0-9a-f]{16}}", "/once/{number:[0-9a-f]{32}}", "/proposals", "/board"}
    read |= {"/sticks/{number}", "/nodes/import/{number:[0-9a-f]{24}}", "/nodes/add"}
    read |= {"/nodes/import/check/{number:[0-9a-f]{32}}", "/catalogue", "/catalogue/calendar"}
    read |= {
        f"/catalogue/items/{ITEM}{part}"
        for part in ("", "/edit", "/fee", "/flow", "/preview", "/withdraw")
    }
    read |= {"/cases", f"/cases/{CASE}", "/letters", f"/letters/{LETTER}"}
    read |= {f"/circulars/{CIRCULAR}"}  # a list has titles alone
    read |= {"/numbers", "/numbers/issue", "/numbers/issue/{number:[0-9a-f]{24}}"}
    read |= {"/catalogue/tables/{number:[0-9a-f]{24}}"}
    read |= {"/numbers/{node:[0-9a-f]{16}}"}
    read |= {"/departments", "/departments/people", "/departments/delegations"}
    read |= {f"/departments/of/{DEPARTMENT}", "/departments/table/check/{number:[0-9a-f]{32}}"}
    read |= {f"/catalogue/materials{part}" for part in ("", f"/{PAPER}", f"/{PAPER}/edit")}
    read |= {"/supervision", f"/supervision/{CARD}"}
    read |= {"/catalogue/drafts", f"/catalogue/drafts/{DRAFT}", f"/catalogue/history/{RELEASE}"}
    assert read - shown == set(), "the enemy's text is not there: nothing was tried"


async def _looks_honest(name: str, place: Place, path: str, address: str) -> bool:
    """Check a page as everybody sees it who may; whether it shows what the enemy wrote."""
    right, shown = ALLOWED[f"GET {path}"], False
    readers = [None] if right == PUBLIC else [role for role in StaffRole if may(name, role, right)]
    for reader, language, part in _readings(readers):
        cookie = f"language-{place.site.node}={language}"
        if reader is not None:
            cookie += f"; {place.site.cookie}={place.cookies[reader]}"
        headers = {"Cookie": cookie, "HX-Request": part}  # a whole page, and a part of one
        async with place.client.get(address, headers=headers, allow_redirects=False) as answer:
            text = await answer.text(errors="replace")
            kind = answer.content_type
        assert answer.status < 500, address
        _allow_own_scripts_alone(answer.headers, address)
        if kind == "text/html" and "{file}" not in path:
            page = seen(text)
            assert page.hostile == [], (address, page.hostile)
            assert "49</xss>" not in page.text, address
            shown = shown or EVIL in page.text
    return shown


def _readings(readers: Sequence[StaffRole | None]) -> list[tuple[StaffRole | None, str, str]]:
    """The first reader in each language, whole and as a part; the others one of each, by turns."""
    ways = [(_WAYS[::3], _WAYS[1:3])[turn % 2] if turn else _WAYS for turn, _ in enumerate(readers)]
    return [(one, *way) for one, its in zip(readers, ways, strict=True) for way in its]


async def test_every_template_was_shown(places: dict[str, Place], shown: set[str]) -> None:
    assert shown
    loaded = {
        template
        for place in places.values()
        for environment in place.site.templates.environments.values()
        for _, template in (environment.cache or {})
    }
    there = {str(path).partition("/templates/")[2] for path in TEMPLATES}
    assert there - loaded == set()


@pytest.mark.parametrize("site", SITES)
async def test_each_role_gets_what_is_its_own_and_nothing_else(
    places: dict[str, Place], site: str
) -> None:
    place = places[site]
    for way in ("GET", "POST"):
        for route in every(way, place):
            if route in ("POST /logout", "POST /login"):
                continue
            for role in StaffRole:
                address = addressed(route.partition(" ")[2], {})[0]
                form = {"token": place.token(role)} if way == "POST" else None
                status, text, _ = await place.ask(way, address, role, form)
                refused = status == _FORBIDDEN and LoginForbiddenError.code in text
                assert refused is not may(site, role, ALLOWED[route]), (route, role)
                assert status < 500, (route, role)


@pytest.mark.parametrize("verb", VERBS)
async def test_each_deed_has_its_right(places: dict[str, Place], verb: str) -> None:
    place = places["console"]
    for role in StaffRole:
        form = {"token": place.token(role)}
        status, _, _ = await place.ask("POST", f"/nodes/{'0' * 16}/{verb}", role, form)
        assert (status == _FORBIDDEN) is not may("console", role, VERBS[verb]), role


async def test_one_person_alone_gives_no_other_pc_a_node_s_name(places: dict[str, Place]) -> None:
    place, by = places["console"], PEOPLE[StaffRole.SYSTEM]
    node = place.samples["node"][1]
    form = {"token": place.token(StaffRole.SYSTEM), "reason": "被盗", "upto": "7"}
    status, _, headers = await place.ask("POST", f"/nodes/{node}/replace", StaffRole.SYSTEM, form)
    assert (status, headers["Location"]) == (303, "/proposals")
    args = {"node": node, "reason": "被盗", "upto": 7}  # other tests propose other things
    (one,) = [each for each in await staff_at(place.site).proposals.listed() if each.args == args]
    await staff_at(place.site).proposals.reject(one.number, by)
    assert (one.operation, one.subject, one.stage) == ("provision.replace", node, Stage.OPEN)
    assert one.by == by


@pytest.mark.parametrize("site", SITES)
async def test_without_a_login_nothing_is_open(places: dict[str, Place], site: str) -> None:
    place = places[site]
    for way in ("GET", "POST"):
        for route in every(way, place):
            if ALLOWED[route] == PUBLIC:
                continue
            address = addressed(route.partition(" ")[2], place.samples)[0]
            status, _, headers = await place.ask(way, address, None)
            assert (status, headers["Location"][:12]) == (303, "/login?back="), route


@pytest.mark.parametrize("site", SITES)
async def test_no_form_counts_without_its_token(places: dict[str, Place], site: str) -> None:
    place = places[site]
    for route in every("POST", place):
        right = ALLOWED[route]
        role = next(role for role in StaffRole if may(site, role, right))
        address = addressed(route.partition(" ")[2], place.samples)[0]
        another = place.site.forms.tokens.of("another cookie", b"page")
        for form in ({}, {"token": ""}, {"token": "0" * 64}, {"token": another}):
            status, text, _ = await place.ask("POST", address, role, form)
            assert (status, PageStaleError.code in text) == (400, True), (route, form)
        token = {"token": place.token(role)}
        status, text, _ = await place.ask(
            "POST", address, role, token, Origin="https://evil.example"
        )
        assert (status, PageForeignError.code in text) == (400, True), route


@pytest.mark.parametrize("site", SITES)
async def test_every_answer_allows_scripts_of_our_own_alone(
    places: dict[str, Place], shown: set[str], site: str
) -> None:
    place = places[site]
    for route in every("GET", place):
        address = addressed(route.partition(" ")[2], place.samples)[0]
        for role in StaffRole:
            if ALLOWED[route] != PUBLIC and may(site, role, ALLOWED[route]):
                continue  # was looked at with its page
            _, _, headers = await place.ask("GET", address, role)
            _allow_own_scripts_alone(headers, address)


def _allow_own_scripts_alone(headers: Mapping[str, str], address: str) -> None:
    policy = headers["Content-Security-Policy"]
    assert policy == guard.HEADERS["Content-Security-Policy"] or "default-src 'none'" in policy
    assert "script" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff", address
    assert headers["Cache-Control"] == "no-store", address


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
async def test_no_template_lets_text_through_or_has_a_script_of_its_own(template: Path) -> None:
    text = template.read_text("utf-8")
    assert re.findall(r"(\w+\s*\|\s*safe)\b", text) == _UNSAFE.get(template.name, [])
    assert not re.search(r"autoescape|\bMarkup\b|<style|\sstyle=|\son\w+=|javascript:", text)
    assert all('src="/static/' in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"\s[\w-]+=\s*{{", re.sub(r"{%.*?%}", "", text)), (
        "an attribute without quotes"
    )


async def test_two_sites_on_one_host_share_no_login(places: dict[str, Place]) -> None:
    """A browser sends the cookies of a host to every port of it."""
    account, both = PEOPLE[StaffRole.SYSTEM], {}
    for place in places.values():
        begun = await place.site.logins.begin(account, PASSWORD, "", address="")
        both[place.site.cookie] = begun.token
    assert len(both) == len(places)
    sent = {"Cookie": "; ".join(f"{name}={token}" for name, token in both.items())}
    board, console = places["board"], places["console"]
    form = {"token": board.site.forms.tokens.of(both[board.site.cookie])}
    _, _, headers = await board.ask("POST", "/logout", None, form, **sent)
    assert headers["Set-Cookie"].startswith(f"{board.site.cookie}=")
    assert (await board.ask("GET", "/board", None, None, **sent))[0] == 303
    assert (await console.ask("GET", "/nodes", None, None, **sent))[0] == _FOUND
