"""The township's own cases on its board: who sees them, what is done, and what is said of it."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from central.accounts.roles import StaffRole
from central.server.config import ServerConfig
from central.store.migrate import ACCOUNTS, HUB, migrate
from protocol.ids import NodeId
from runtime.web.application import application
from tests.central.hub.boards import hub_site
from tests.central.hub.giving import CASE, DECIDED_HERE, case_of, give
from tests.central.hub.test_board_pages import Desk
from tests.central.nodes import County


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    place = County(tmp_path)
    village = place.village()
    async with place.relay(place.hub) as hub:
        await migrate(hub.store, ACCOUNTS, HUB)
        await hub.publish(place.scene.authority.roster().edition)
        given = case_of(hub.node, station=village.node)
        await give(hub, place.scene.randomness, given)
        site = hub_site(hub, ServerConfig(second_factor="optional"), place.scene.randomness)
        async with TestClient(TestServer(application(site))) as client:
            site.hosts.open_at(client.port or 0, ("127.0.0.1",))
            yield Desk(place, hub, site, client)


async def text(desk: Desk, path: str) -> str:
    answer = await desk.get(path)
    assert answer.status == 200, path
    return await answer.text()


async def test_a_handler_accepts_and_passes_a_case_on_and_it_goes_back(desk: Desk) -> None:
    await desk.log_in(StaffRole.HANDLER)
    assert CASE in await text(desk, "/office")
    shown = await text(desk, f"/office/{CASE}")
    assert "黄小明" in shown
    assert "还没有到" in shown  # its paper
    for action, seen in (("accept", "2"), ("pass", "3")):
        assert CASE in await text(desk, f"/office/{CASE}/act/{action}")
        form = {"note": "情况属实", "seen": seen}
        answer = await desk.post(f"/office/{CASE}/act/{action}", form)
        assert answer.status == 303, await answer.text()
    assert CASE not in await text(desk, "/office")
    assert "等待送到县里" in await text(desk, "/office?past")
    again = await desk.post(f"/office/{CASE}/act/pass", {"seen": "3"})
    assert (again.status, "case.not-ours" in await again.text()) == (400, True)


async def test_who_accepts_is_told_why_somebody_else_has_to_decide(desk: Desk) -> None:
    other = "451423-2026-EB000049"
    given = case_of(
        desk.hub.node,
        station=NodeId("c3" * 8),
        number=other,
        application=bytes(15) + b"1",
        item=DECIDED_HERE,
    )
    await give(desk.hub, desk.place.scene.randomness, given)
    await desk.log_in(StaffRole.HANDLER)
    await desk.post(f"/office/{other}/act/accept", {"seen": "2"})
    page = await text(desk, f"/office/{other}")
    assert "受理的人不能作决定" in page
    assert f"/office/{other}/act/decide" not in page
    form = {"outcome": "approved", "note": "准予", "seen": "3"}
    answer = await desk.post(f"/office/{other}/act/decide", form)
    assert (answer.status, "受理的人不能作决定" in await answer.text()) == (400, True)
    for action in ("take", "step-aside"):
        assert (await desk.post(f"/office/{other}/act/{action}", {"note": "亲属"})).status == 303
    page = await text(desk, f"/office/{other}")
    assert "已回避" in page
    assert f"/office/{other}/act/return-to-county" in page
    await desk.log_in_as("黄镇长", StaffRole.HANDLER)
    assert f"/office/{other}/act/decide" in await text(desk, f"/office/{other}")
    answer = await desk.post(f"/office/{other}/act/decide", {**form, "seen": ""})
    assert answer.status == 303, await answer.text()
    assert "等待送到县里" in await text(desk, "/office?past")


async def test_what_somebody_has_not_seen_is_not_acted_on(desk: Desk) -> None:
    """A second window: a colleague has accepted it meanwhile."""
    await desk.log_in(StaffRole.HANDLER)
    await desk.post(f"/office/{CASE}/act/accept", {"note": "情况属实", "seen": "2"})
    asked = {"note": "缺收入证明", "seen": "2"}
    late = await desk.post(f"/office/{CASE}/act/ask-correction", asked)
    assert (late.status, "case.moved" in await late.text()) == (400, True)
    assert (await desk.post(f"/office/{CASE}/act/pass", {"seen": "3"})).status == 303


async def test_who_opened_a_case_or_one_of_its_papers_is_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "central.hub.record")
    await desk.log_in(StaffRole.HANDLER)
    await text(desk, f"/office/{CASE}")
    await desk.get(f"/office/{CASE}/files/0")
    told = [vars(one) for one in caplog.records if vars(one).get("event") == "hub.action"]
    seen = [(one["action"], one["detail"].get("subject")) for one in told]
    assert seen == [("hub.office-case", CASE), ("hub.office-paper", CASE)]
    assert not any(word in str(told) for word in ("黄小明", "收入声明"))


async def test_who_runs_the_hub_sees_no_case(desk: Desk) -> None:
    await desk.log_in(StaffRole.OPERATOR)
    for path in ("/office", f"/office/{CASE}", f"/office/{CASE}/act/accept"):
        assert (await desk.get(path)).status == 403


async def test_what_lies_at_the_hub_is_sealed(desk: Desk) -> None:
    await desk.log_in(StaffRole.HANDLER)
    await desk.post(f"/office/{CASE}/act/accept", {"note": "入户见过黄小明", "seen": "2"})
    await desk.hub.store.checkpoint()
    files = [*desk.place.folder.rglob("*.db*")]
    assert files
    for file in files:
        assert "黄小明".encode() not in file.read_bytes()
