"""Each bound of the API: exactly so much is taken, and one more is not."""

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator

import pytest

from central.county.api.guard import MAX_BODY_BYTES, MAX_TOKEN_CHARS
from central.county.api.models import MAX_KEY_CHARS
from central.county.api.routes import MAX_TEXT_CHARS
from central.county.flows.feed import MAX_CURSOR_BYTES, _read
from protocol.errors.api import CursorError
from tests.central.county.api.apis import Api, api_of
from tests.central.county.centre import Centre

ACT = "/cases/none/actions/accept"


@pytest.fixture
async def api(centre: Centre) -> AsyncIterator[Api]:
    async with api_of(centre) as made:
        await made.token("接口")
        yield made


async def test_a_body(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.known['接口']}"}
    for more, status in ((0, 404), (1, 413)):
        body = b"{}".ljust(MAX_BODY_BYTES + more)
        assert (await api.client.post(ACT, data=body, headers=headers)).status == status


async def test_a_key(api: Api) -> None:
    for more, status in ((0, 404), (1, 400)):
        key = "k" * (MAX_KEY_CHARS + more)
        assert (await api.ask("POST", ACT, key=key, json={}))[0] == status


async def test_a_parameter(api: Api) -> None:
    for more, code in ((0, "usage"), (1, "api.request")):
        after = "z" * (MAX_TEXT_CHARS + more)
        assert (await api.ask("GET", f"/cases?after={after}"))[1]["code"] == code


async def test_a_token(api: Api) -> None:
    asked: list[str] = []

    async def holder(token: str) -> None:
        asked.append(token)
        raise CursorError

    api.tokens.holder = holder  # type: ignore[method-assign, assignment]
    for more in (0, 1):
        headers = {"Authorization": f"Bearer {'t' * (MAX_TOKEN_CHARS + more)}"}
        assert (await api.client.get("/cases", headers=headers)).status == (401 if more else 400)
    assert [len(token) for token in asked] == [MAX_TOKEN_CHARS]


def packed(size: int) -> str:
    plain = json.dumps(["ab", {"x": 1}]).encode().ljust(size)
    return urlsafe_b64encode(zlib.compress(plain)).decode().rstrip("=")


def test_a_cursor() -> None:
    assert _read(packed(MAX_CURSOR_BYTES)).positions == {"x": 1}
    with pytest.raises(CursorError):
        _read(packed(MAX_CURSOR_BYTES + 1))
