"""Circulars on the console: sent from a form, and by station who has read them."""

import re

import pytest

from central.accounts.roles import StaffRole
from protocol.envelope.circular_payloads import Circular
from protocol.records.followups import Confirmation
from tests.central.county.review.test_queue_page import Office

WORDS = {"title": "停电通知", "words": "明天停电。"}


async def test_one_is_sent_once_and_shows_who_has_read_it(office: Office) -> None:
    village = await office.centre.village()
    reader = await office.reader(StaffRole.HANDLER)
    found = re.search(
        r'name="circular" value="([0-9a-f]{32})"', await (await reader.get("/circulars")).text()
    )
    assert found is not None
    own = found[1]
    kept = await reader.post("/circulars", {**WORDS, "circular": own, "words": " "})
    assert (kept.status, "停电通知" in await kept.text()) == (400, True)
    for _ in range(2):
        gone = await reader.post("/circulars", {**WORDS, "circular": own})
        assert gone.headers["Location"] == f"/circulars/{own}?sent"
    sent = [one for _, one in await office.centre.mail(village) if isinstance(one, Circular)]
    assert [one.words for one in sent] == ["明天停电。"]
    assert ("handler (web)", "county.circular-send", own) in office.noted()
    read = Confirmation(circular=bytes.fromhex(own), waiting=("黄大山",))
    await office.centre.bring(village.follow_up(read))
    page = await (await reader.get(f"/circulars/{own}")).text()
    assert all(one in page for one in ("✓ 农小芳", "▲ 黄大山"))
    assert f"/circulars/{own}" in await (await reader.get("/circulars")).text()


@pytest.mark.parametrize("role", [StaffRole.SYSTEM, StaffRole.AUDIT, StaffRole.SECURITY])
async def test_nobody_else_sends_or_reads_one(office: Office, role: StaffRole) -> None:
    reader = await office.reader(role)
    for path in ("/circulars", f"/circulars/{'a' * 32}"):
        assert (await reader.get(path)).status == 403
    assert (await reader.post("/circulars", {**WORDS, "circular": "a" * 32})).status == 403
