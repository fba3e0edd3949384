"""Pages against an enemy: every template, every route, every role; what is new is tried by itself.

The lists come from the sites' own routes and the folders of templates. A page that nobody has put
into :data:`ALLOWED`, or a template that no request shows, fails here.
"""

import itertools
import re
from collections.abc import AsyncIterator, Mapping
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
from tests.central.pages.besieged import Place, addressed, besieged, seen
from tests.central.pages.evil import EVIL
from tests.central.pages.poison import PEOPLE
from tests.shots.county import PASSWORD

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),
]

SITES = {"console": RIGHTS, "board": HUB_RIGHTS}
TEMPLATES = sorted(
    template
    for package in (central, runtime.web)
    for template in Path(str(package.__file__)).parent.rglob("templates/**/*.html")
)
PUBLIC, ANYBODY = "public", "anybody"  # without a login; with any
ITEM = "{code:[A-Za-z0-9._-]{1,50}}"
PAPER = "{material:[A-Za-z0-9][A-Za-z0-9._-]{0,49}}"
CASE, LETTER = "{case:[0-9A-Za-z-]{1,40}}", "{letter:[0-9a-f]{32}}"
OF, POSITION = (
    "{of:application|result|document-[1-9][0-9]{0,15}|[0-9a-f]{32}}",
    "{position:[0-9]{1,2}}",
)
DRAFT, RELEASE = "{draft:[1-9][0-9]{0,8}}", "{release:[1-9][0-9]{0,8}}"
ALLOWED: dict[str, Right | str] = {
    "GET /": ANYBODY,
    "GET /board": Right.LOOK,
    "GET /cases": Right.CASES,
    f"GET /cases/{CASE}": Right.CASES,
    f"GET /cases/{CASE}/files/{OF}/{POSITION}": Right.CASES,
    "GET /catalogue": Right.LOOK,
    "GET /catalogue/calendar": Right.LOOK,
    "GET /catalogue/calendar/edit": Right.AUTHOR,
    "GET /catalogue/drafts": Right.LOOK,
    f"GET /catalogue/drafts/{DRAFT}": Right.LOOK,
    "GET /catalogue/due": Right.LOOK,
    "GET /catalogue/history": Right.LOOK,
    f"GET /catalogue/history/{RELEASE}": Right.LOOK,
    f"GET /catalogue/items/{ITEM}": Right.LOOK,
    f"GET /catalogue/items/{ITEM}/charges/{{charge:new|[1-9][0-9]?}}": Right.AUTHOR,
    f"GET /catalogue/items/{ITEM}/edit": Right.AUTHOR,
    f"GET /catalogue/items/{ITEM}/fee": Right.LOOK,
    f"GET /catalogue/items/{ITEM}/fields": Right.AUTHOR,
    f"GET /catalogue/items/{ITEM}/flow": Right.LOOK,
    f"GET /catalogue/items/{ITEM}/preview": Right.LOOK,
    "GET /catalogue/markets/{division:[0-9]{9,12}}/edit": Right.AUTHOR,
    "GET /catalogue/materials": Right.LOOK,
    f"GET /catalogue/materials/{PAPER}": Right.LOOK,
    f"GET /catalogue/materials/{PAPER}/edit": Right.AUTHOR,
    "GET /catalogue/new": Right.AUTHOR,
    "GET /catalogue/new-material": Right.AUTHOR,
    f"GET /catalogue/items/{ITEM}/withdraw": Right.AUTHOR,
    "GET /catalogue/tables": Right.LOOK,
    "GET /catalogue/tables/file/{number:[0-9a-f]{32}}": Right.LOOK,
    "GET /catalogue/tables/{number:[0-9a-f]{24}}": Right.LOOK,
    "GET /catalogue/tables/{number:[0-9a-f]{24}}/bar": Right.LOOK,
    "GET /clock": Right.LOOK,
    "GET /catalogue/items/{code:[A-Za-z0-9._-]{1,50}}/form": Right.LOOK,
    "GET /catalogue/items/{code:[A-Za-z0-9._-]{1,50}}/form/paper": Right.LOOK,
    "GET /desks": Right.GRANT,
    "GET /language/{language}": PUBLIC,
    "GET /letters": Right.CASES,
    f"GET /letters/{LETTER}": Right.CASES,
    f"GET /letters/{LETTER}/files/{POSITION}": Right.CASES,
    "GET /login": PUBLIC,
    "GET /me/password": ANYBODY,
    "GET /me/second": ANYBODY,
    "GET /nodes": Right.LOOK,
    "GET /nodes/add": Right.RUN,
    "GET /nodes/import": Right.RUN,
    "GET /nodes/import/check/{number:[0-9a-f]{32}}": Right.RUN,
    "GET /nodes/import/{number:[0-9a-f]{24}}": Right.RUN,
    "GET /nodes/import/{number:[0-9a-f]{24}}/bar": Right.RUN,
    "GET /nodes/map": Right.LOOK,
    "GET /nodes/reissue": Right.RUN,
    "GET /nodes/waiting": Right.LOOK,
    "GET /nodes/{node:[0-9a-f]{16}}": Right.LOOK,
    "GET /numbers": Right.LOOK,
    "GET /numbers/issue": Right.GRANT,
    "GET /numbers/issue/{number:[0-9a-f]{24}}": Right.GRANT,
    "GET /numbers/issue/{number:[0-9a-f]{24}}/bar": Right.GRANT,
    "GET /numbers/{node:[0-9a-f]{16}}": Right.LOOK,
    "GET /once": ANYBODY,
    "GET /once/{number:[0-9a-f]{32}}": ANYBODY,
    "GET /once/{number:[0-9a-f]{32}}/{file}": ANYBODY,
    "GET /proposals": Right.CONFIRM,
    "GET /record": Right.RECORD,
    "GET /slips": ANYBODY,
    "GET /staff": Right.STAFF,
    "GET /sticks": Right.RUN,
    "GET /sticks/{number}": Right.RUN,
    "GET /review-queue": Right.GRANT,
    "GET /review-queue/{envelope:[0-9a-f]{64}}/{position:[0-9]{1,2}}": Right.GRANT,
    "POST /board/retry": Right.RUN,
    "POST /cases/find": Right.CASES,
    "POST /catalogue/calendar/edit": Right.AUTHOR,
    f"POST /catalogue/drafts/{DRAFT}/approve": Right.REVIEW,
    f"POST /catalogue/drafts/{DRAFT}/publish": Right.PUBLISH,
    f"POST /catalogue/drafts/{DRAFT}/reject": Right.REVIEW,
    f"POST /catalogue/drafts/{DRAFT}/withdraw": Right.AUTHOR,
    f"POST /catalogue/history/{RELEASE}/rollback": Right.AUTHOR,
    f"POST /catalogue/items/{ITEM}/edit": Right.AUTHOR,
    f"POST /catalogue/items/{ITEM}/charges/{{charge:new|[1-9][0-9]?}}": Right.AUTHOR,
    f"POST /catalogue/items/{ITEM}/fields": Right.AUTHOR,
    "POST /catalogue/markets/{division:[0-9]{9,12}}/edit": Right.AUTHOR,
    f"POST /catalogue/materials/{PAPER}/edit": Right.AUTHOR,
    "POST /catalogue/new": Right.AUTHOR,
    "POST /catalogue/new-material": Right.AUTHOR,
    f"POST /catalogue/items/{ITEM}/withdraw": Right.AUTHOR,
    "POST /catalogue/tables/check": Right.AUTHOR,
    "POST /catalogue/tables/check/{number:[0-9a-f]{32}}/propose": Right.AUTHOR,
    "POST /catalogue/tables/export": Right.LOOK,
    "POST /clock": Right.RUN,
    "POST /catalogue/items/{code:[A-Za-z0-9._-]{1,50}}/form": Right.LOOK,
    "POST /desks/{node:[0-9a-f]{16}}/release": Right.GRANT,
    f"POST /letters/{LETTER}": Right.CASES,
    "POST /login": PUBLIC,
    "POST /logout": ANYBODY,
    "POST /me/password": ANYBODY,
    "POST /me/recovery": ANYBODY,
    "POST /me/second": ANYBODY,
    "POST /me/second/begin": ANYBODY,
    "POST /nodes/add": Right.RUN,
    "POST /nodes/import": Right.RUN,
    "POST /nodes/import/check/{number:[0-9a-f]{32}}/add": Right.RUN,
    "POST /nodes/reissue": Right.RUN,
    "POST /nodes/waiting/{node:[0-9a-f]{16}}/dismiss": Right.GRANT,
    "POST /nodes/waiting/{node:[0-9a-f]{16}}/{verdict}": Right.GRANT,
    "POST /nodes/{node:[0-9a-f]{16}}/{verb}": ANYBODY,  # each verb has its own, see VERBS
    "POST /numbers/issue": Right.GRANT,
    "POST /numbers/{node:[0-9a-f]{16}}/{block:[0-9a-f]{16}}/void": Right.GRANT,
    "POST /once/{number:[0-9a-f]{32}}/done": ANYBODY,
    "POST /proposals/{number:[0-9a-f]{24}}/{verdict}": Right.CONFIRM,
    "POST /record/signed": Right.RECORD,
    "POST /record/table": Right.RECORD,
    "POST /record/verify": Right.RECORD,
    "POST /slips": ANYBODY,
    "POST /staff/add": Right.STAFF,
    "POST /staff/{name}/{verb}": Right.STAFF,
    "POST /sticks/{verb}": Right.RUN,
    "POST /review-queue/{envelope:[0-9a-f]{64}}/{verb}": Right.GRANT,
}
VERBS = {
    **dict.fromkeys(("rename", "move", "contact", "address", "invite-again"), Right.RUN),
    "replace": Right.RUN,
    **dict.fromkeys(("suspend", "resume", "drain", "stop", "retire"), Right.GRANT),
}
_FORBIDDEN, _FOUND = 403, 200
_NO_PAGES = ("GET /nodes/import/{number:[0-9a-f]{24}}/bar",)  # parts of one
_UNSAFE = {"second.html": ["qr|safe"]}  # a picture made here of an address made here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def places(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Place]]:
    async with besieged(tmp_path_factory.mktemp("besieged")) as places:
        yield places


def every(method: str, place: Place) -> list[str]:
    return [f"{method} {path}" for path in place.routes(method)]


def may(site: str, role: StaffRole, right: Right | str) -> bool:
    return isinstance(right, str) or right in SITES[site][role]


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
    }
    read |= {"/nodes/{node:[0-9a-f]{16}}", "/once/{number:[0-9a-f]{32}}", "/proposals", "/board"}
    read |= {"/sticks/{number}", "/nodes/import/{number:[0-9a-f]{24}}", "/nodes/add"}
    read |= {"/nodes/import/check/{number:[0-9a-f]{32}}", "/catalogue", "/catalogue/calendar"}
    read |= {
        f"/catalogue/items/{ITEM}{part}"
        for part in ("", "/edit", "/fee", "/flow", "/preview", "/withdraw")
    }
    read |= {"/cases", f"/cases/{CASE}", "/letters", f"/letters/{LETTER}"}
    read |= {"/numbers", "/numbers/issue", "/numbers/issue/{number:[0-9a-f]{24}}"}
    read |= {"/catalogue/tables/{number:[0-9a-f]{24}}"}
    read |= {"/numbers/{node:[0-9a-f]{16}}"}
    read |= {f"/catalogue/materials{part}" for part in ("", f"/{PAPER}", f"/{PAPER}/edit")}
    read |= {"/catalogue/drafts", f"/catalogue/drafts/{DRAFT}", f"/catalogue/history/{RELEASE}"}
    assert read - shown == set(), "the enemy's text is not there: nothing was tried"


async def _looks_honest(name: str, place: Place, path: str, address: str) -> bool:
    """Check a page as everybody sees it who may; whether it shows what the enemy wrote."""
    right, shown = ALLOWED[f"GET {path}"], False
    readers = [None] if right == PUBLIC else [role for role in StaffRole if may(name, role, right)]
    for reader, language, part in itertools.product(readers, LANGUAGES, ("true", "false")):
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
