"""What a site answers to requests that no honest page of its own would send."""

import io

import pytest
from aiohttp import FormData

from runtime.web import guard
from runtime.web.guard import FormTokens
from runtime.web.limits import MAX_FORM_POST_BYTES, MAX_LONG_FORM_BYTES
from tests.runtime.web.notebook import FILE_BYTES, LARGE_BYTES, PASSWORD, Right, Visitor


async def test_without_a_login_everything_leads_to_the_login_page(visitor: Visitor) -> None:
    answer = await visitor.get("/notes")
    assert (answer.status, answer.headers["Location"]) == (303, "/login?back=/notes")
    answer = await visitor.get("/notes", HX_Request="true")
    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/login?back=/")
    answer = await visitor.post("/notes", {"note": "x"})
    assert (answer.status, visitor.notes.notes) == (303, [])
    assert answer.headers["Location"] == "/login?back=/"


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        (
            "https://{host}/notes?page=2&text=%E4%BD%8E",
            "/notes%3Fpage%3D2%26text%3D%25E4%25BD%258E",
        ),
        ("https://evil.example/notes", "/"),
        ("https://{host}//evil.example/", "/"),
        ("nothing", "/"),
        ("", "/"),
    ],
)
async def test_a_login_that_ended_leads_back_to_the_page_that_was_filled_in(
    visitor: Visitor, came_from: str, back: str
) -> None:
    shown = {"Referer": came_from.format(host=visitor.host)}
    answer = await visitor.post("/notes", {"note": "x"}, **shown)
    assert answer.headers["Location"] == f"/login?back={back}"
    answer = await visitor.get("/notes", HX_Request="true", **shown)
    assert answer.headers["HX-Redirect"] == f"/login?back={back}"


async def test_the_other_language_shows_the_same_page_with_what_was_asked_for(
    visitor: Visitor,
) -> None:
    await visitor.log_in("wang", Right.READ)
    text = await (await visitor.get("/notes?page=2&text=x")).text()
    assert 'href="/language/en?back=/notes%3Fpage%3D2%26text%3Dx"' in text


async def test_the_address_of_a_form_is_no_page(visitor: Visitor) -> None:
    await visitor.log_in("wang", Right.READ)
    answer = await visitor.get("/logout")
    assert (answer.status, "page.missing" in await answer.text()) == (404, True)


async def test_a_refused_form_leads_back_to_its_page(visitor: Visitor) -> None:
    await visitor.log_in("wang", Right.READ)
    shown = {"Referer": f"https://{visitor.host}/notes?page=2"}
    text = await (await visitor.post("/notes", {"note": "x"}, **shown)).text()
    assert 'href="/notes?page=2"' in text
    assert "返回刚才的页面" not in await (await visitor.get("/nothing", **shown)).text()


async def test_every_answer_has_the_headers_of_the_guard(visitor: Visitor) -> None:
    for path in ("/login", "/notes", "/nothing", "/static/yizhan.css", "/static/lib/htmx.js"):
        answer = await visitor.get(path)
        assert {name: answer.headers.get(name) for name in guard.HEADERS} == guard.HEADERS


async def test_another_host_gets_nothing(visitor: Visitor) -> None:
    answer = await visitor.get("/login", Host="evil.example")
    assert answer.status == 421
    assert "page.host" in await answer.text()


async def test_a_form_needs_its_token_and_our_own_page(visitor: Visitor) -> None:
    token = await visitor.log_in("wang", Right.READ, Right.WRITE)
    form = {"note": "买墨水"}
    assert "page.stale" in await (await visitor.post("/notes", form)).text()
    stolen = {**form, "token": FormTokens(b"secret").of("another cookie")}
    assert "page.stale" in await (await visitor.post("/notes", stolen)).text()
    foreign = await visitor.post("/notes", {**form, "token": token}, Origin="https://evil.example")
    assert (foreign.status, "page.foreign" in await foreign.text()) == (400, True)
    assert visitor.notes.notes == []
    assert (await visitor.post("/notes", {**form, "token": token})).status == 303
    assert visitor.notes.notes == ["买墨水"]


async def test_a_form_is_only_so_large(visitor: Visitor) -> None:
    long = "x" * (MAX_FORM_POST_BYTES + 1)
    assert (await visitor.post("/login", {"name": long})).status == 413
    token = await visitor.log_in("reader", Right.READ)  # may not send files either
    assert (await visitor.post("/notes", _files(token, MAX_FORM_POST_BYTES + 1))).status == 413


async def test_a_file_comes_from_who_may_send_files_and_is_only_so_large(
    visitor: Visitor,
) -> None:
    token = await visitor.log_in("wang", Right.READ, Right.WRITE)
    assert (await visitor.post("/notes", _files(token, FILE_BYTES))).status == 303
    assert visitor.notes.notes == ["x" * FILE_BYTES]
    refused = await visitor.post("/notes", _files(token, FILE_BYTES + MAX_FORM_POST_BYTES + 1))
    assert (refused.status, len(visitor.notes.notes)) == (413, 1)


async def test_large_files_come_from_who_may_send_them_to_where_they_are_read(
    visitor: Visitor,
) -> None:
    """Where nothing is served a form that is taken gets 404, and one that is not 413."""
    token = await visitor.log_in("reader", Right.READ)
    most = LARGE_BYTES + MAX_FORM_POST_BYTES
    for size, status in ((LARGE_BYTES, 404), (most, 413)):
        assert (await visitor.post("/notes/large", _files(token, size))).status == status
    assert (await visitor.post("/notes", _files(token, LARGE_BYTES))).status == 413
    stranger = await visitor.log_in("stranger")
    assert (await visitor.post("/notes/large", _files(stranger, LARGE_BYTES))).status == 413


async def test_a_long_form_comes_from_who_may_send_one_to_where_it_is_read(
    visitor: Visitor,
) -> None:
    """Where nothing is served a form that is taken gets 404, and one that is not 413."""
    rest = len("token=&note=")
    for name, rights, most in (
        ("wang", (Right.READ, Right.WRITE), MAX_LONG_FORM_BYTES),
        ("reader", (Right.READ,), MAX_FORM_POST_BYTES),
    ):
        token = await visitor.log_in(name, *rights)
        for more, status in ((0, 404), (1, 413)):
            form = {"token": token, "note": "x" * (most - rest - len(token) + more)}
            assert (await visitor.post("/notes/long", form)).status == status, (name, more)
            form["note"] = "x" * (MAX_FORM_POST_BYTES - rest - len(token) + 1)
            assert (await visitor.post("/elsewhere", form)).status == 413


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
        ("/notes?a=1", "/notes?a=1"),
        ("https://evil.example/", "/notes?first"),
        ("//evil.example", "/notes?first"),
        ("/\\evil.example", "/notes?first"),
        ("/x\r\nSet-Cookie: a=b", "/notes?first"),
    ],
)
async def test_after_the_login_one_comes_back_to_this_site_only(
    visitor: Visitor, back: str, leads: str
) -> None:
    await visitor.log_in("wang", Right.READ)
    visitor.cookie = "anonymous"
    token = FormTokens(b"secret").of("anonymous")
    form = {"token": token, "name": "wang", "password": PASSWORD, "back": back}
    answer = await visitor.post("/login", form)
    assert (answer.status, answer.headers["Location"]) == (303, leads)
    cookie = answer.headers["Set-Cookie"]
    assert "anonymous" not in cookie
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=60"} <= set(
        cookie.split("; ")
    )


async def test_the_language_is_a_choice_of_two(visitor: Visitor) -> None:
    assert (await visitor.get("/language/en?back=/login")).headers["Location"] == "/login"
    assert (await visitor.get("/language/xx")).status == 404


async def test_a_reader_without_the_right_is_refused(visitor: Visitor) -> None:
    token = await visitor.log_in("reader", Right.READ)
    assert (await visitor.get("/notes")).status == 200
    answer = await visitor.post("/notes", {"token": token, "note": "x"})
    assert (answer.status, visitor.notes.notes) == (403, [])
    assert "login.forbidden" in await answer.text()


def _files(token: str, size: int) -> FormData:
    files = FormData({"token": token})
    files.add_field("file", io.BytesIO(b"x" * size), filename="a.txt")
    return files
