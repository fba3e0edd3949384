"""Forms whose files are read piece by piece, as a site with one page shows it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from protocol.errors import LineError, PageStaleError, PageTooLargeError
from runtime.web import pieces
from runtime.web.limits import MAX_PIECES_BYTES, MAX_TOKEN_BYTES
from runtime.web.pieces import is_in_pieces, open_pieces

Client = TestClient[web.Request, web.Application]


async def read(request: web.Request) -> web.Response:
    """Token, and what each file is called with its bytes; of a file called ``half`` only some."""
    if not is_in_pieces(request, ("/files",)):
        return web.json_response({"other": True})
    try:
        opened, token = await open_pieces(request)
        found = []
        async for name, data in opened.files("file"):
            if name == "half":
                found.append([name, (await anext(data)).decode()])
                continue
            found.append([name, b"".join([piece async for piece in data]).decode()])
    except (LineError, PageStaleError, PageTooLargeError) as exc:
        return web.json_response({"error": exc.code})
    return web.json_response({"token": token, "files": found})


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    app = web.Application()
    app.router.add_post("/{path:.*}", read)
    async with TestClient(TestServer(app)) as client:
        yield client


def form(*files: tuple[str, str, bytes], token: str = "t") -> FormData:  # noqa: S107 - of a form
    made = FormData()
    made.add_field("token", token)
    for field, name, data in files:
        made.add_field(field, data, filename=name)
    return made


async def test_each_file_comes_in_its_order_and_other_fields_are_passed_over(
    client: Client,
) -> None:
    sent = form(("file", "a", b"1"), ("other", "x", b"2"), ("file", "b", b"3" * 200_000))
    told = await (await client.post("/files", data=sent)).json()
    assert told == {"token": "t", "files": [["a", "1"], ["b", "3" * 200_000]]}


async def test_what_is_left_unread_of_a_file_is_passed_over(client: Client) -> None:
    sent = form(("file", "half", b"1" * 300_000), ("file", "b", b"2"))
    told = await (await client.post("/files", data=sent)).json()
    assert told["files"] == [["half", "1" * 65_536], ["b", "2"]]


async def test_an_empty_choice_is_no_file(client: Client) -> None:
    assert (await (await client.post("/files", data=form(("file", "", b"")))).json())["files"] == []


async def test_only_forms_with_files_in_their_place_are_read_so(client: Client) -> None:
    assert await (await client.post("/files", data={"token": "t"})).json() == {"other": True}
    assert await (await client.post("/x", data=form(("file", "a", b"")))).json() == {"other": True}


async def test_the_token_comes_first(client: Client) -> None:
    made = FormData()
    made.add_field("file", b"1", filename="a")
    made.add_field("token", "t")
    assert await (await client.post("/files", data=made)).json() == {"error": "page.stale"}


async def test_a_token_is_only_so_long(client: Client) -> None:
    for length, key in ((MAX_TOKEN_BYTES, "token"), (MAX_TOKEN_BYTES + 1, "error")):
        sent = form(("file", "a", b""), token="t" * length)
        assert key in await (await client.post("/files", data=sent)).json()


async def test_what_is_no_form_is_refused(client: Client) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    inner = b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--\r\n"
    for body in (b"nothing", b"--b--\r\n", inner):
        told = await (await client.post("/files", data=body, headers=kind)).json()
        assert told == {"error": "page.stale"}
    told = await (
        await client.post("/files", data=b"x", headers={"Content-Type": "multipart/form-data"})
    ).json()
    assert told == {"error": "page.stale"}


async def test_exactly_so_many_bytes_may_be_announced(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_PIECES_BYTES == 320 * 2**20
    sent = form(("file", "a", b"1" * 1000))
    body = sent()
    size = body.size
    assert size is not None
    for limit, key in ((size, "token"), (size - 1, "error")):
        monkeypatch.setattr(pieces, "MAX_PIECES_BYTES", limit)
        assert key in await (await client.post("/files", data=body)).json()


async def test_a_form_without_a_length_is_refused(client: Client) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"--b--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    told = await (await client.post("/files", data=slowly(), headers=kind)).json()
    assert told == {"error": "page.too-large"}


async def test_one_that_drips_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def drips() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n'
        async for _ in _never():
            yield b""

    monkeypatch.setattr(pieces, "PIECE_S", 0.05)
    kind = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": "1000"}
    told = await (await client.post("/files", data=drips(), headers=kind)).json()
    assert told == {"error": "line"}


async def _never() -> AsyncIterator[None]:
    await asyncio.Event().wait()
    yield None
