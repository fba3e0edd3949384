"""Tokens on the console: shown once, last used, taken back, and only by who grants."""

import re
from collections.abc import AsyncIterator

import pytest

from central.accounts.roles import StaffRole
from central.county.api.pages.keys import TOKENS
from central.county.api.tokens import TokenService
from protocol.errors.api import TokenOverError
from tests.central.county.review.test_queue_page import Office, Reader, open_office
from tests.central.county.review.withdrawing import Withdrawing

FORM = {"name": "社保接口", "right-read": "1", "right-events": "1", "department": "", "days": "30"}


@pytest.fixture
async def office(withdrawing: Withdrawing) -> AsyncIterator[Office]:
    async with open_office(withdrawing) as office:
        yield office


def tokens_of(office: Office) -> TokenService:
    found = office.site.content.shared[TOKENS]
    assert isinstance(found, TokenService)
    return found


async def text_of(reader: Reader, path: str) -> str:
    return await (await reader.get(path)).text()


async def test_a_token_is_shown_once_used_and_taken_back(office: Office) -> None:
    reader = await office.reader(StaffRole.SECURITY)
    made = await reader.post("/tokens", FORM)
    shown = made.headers["Location"]
    (token,) = re.findall("yizhan_[A-Za-z0-9_-]+", await text_of(reader, shown))
    await reader.post(f"{shown}/done", {})
    assert (await reader.get(shown)).status == 404
    page = await text_of(reader, "/tokens")
    assert "没有用过" in page
    assert token not in page
    holder = await tokens_of(office).holder(token)
    assert {one.value for one in holder.rights} == {"read", "events"}
    assert "没有用过" not in await text_of(reader, "/tokens")
    assert (await reader.post("/tokens/revoke", {"name": FORM["name"]})).status == 303
    assert "已收回" in await text_of(reader, "/tokens")
    with pytest.raises(TokenOverError):
        await tokens_of(office).holder(token)
    acts = [action for _, action, _ in office.noted()]
    assert acts[:2] == ["county.token-revoke", "county.token-revoke"]


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"days": "0"}, {"days": "viel"}, {"right-read": "", "right-events": ""}],
)
async def test_what_is_no_token_is_refused_in_words(office: Office, wrong: dict[str, str]) -> None:
    reader = await office.reader(StaffRole.SECURITY)
    answer = await reader.post("/tokens", {**FORM, **wrong})
    assert answer.status == 400
    assert 'role="alert"' in await answer.text()
    assert (await reader.post("/tokens/revoke", {"name": "没有"})).status == 400


async def test_two_of_a_name_never_count(office: Office) -> None:
    reader = await office.reader(StaffRole.SECURITY)
    assert (await reader.post("/tokens", FORM)).status == 303
    assert (await reader.post("/tokens", FORM)).status == 400
