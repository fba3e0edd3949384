"""Filing on the console: who sees it, what is confirmed, and the purge by two persons."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from central.accounts.roles import StaffRole
from central.county.archive import calls
from protocol.casework.states import State
from protocol.trust.schedule import local_time
from tests.central.county.archive.scene import DAY_MS, NAME, OWNER, PLACE, Filing
from tests.central.county.grounds import own_ground
from tests.central.county.review.test_queue_page import Office, open_office
from tests.central.county.review.withdrawing import Withdrawing

lasting_ground = own_ground("filing")  # its date jumps


@pytest.fixture
def centre(withdrawing: Withdrawing) -> Withdrawing:
    withdrawing.scene.authority.watch.confirm()
    return withdrawing


@pytest.fixture
async def office(centre: Withdrawing) -> AsyncIterator[Office]:
    async with open_office(centre) as made:
        yield made


@pytest.fixture
def filing(centre: Withdrawing) -> Filing:
    return Filing.of(centre)


async def test_a_handler_files_and_confirms_what_was_counted_elsewhere(
    office: Office, filing: Filing, tmp_path: Path
) -> None:
    case = await filing.closed()
    handler = await office.reader(StaffRole.HANDLER)
    ready = await (await handler.get("/archive")).text()
    assert case in ready
    assert NAME not in ready
    made = await (await handler.post("/archive/make", {"case": case})).text()
    assert "已归档 1 件" in made
    (package,) = (await filing.operations.filing(OWNER, calls.ListPackages())).made
    assert (package.case, package.made_by) == (case, "handler")
    one = await (await handler.get(f"/archive/{case}")).text()
    assert package.sha256 in one
    for how in (f"archive export DATA {case} --to FOLDER", "archive verify FILE --root"):
        assert how in one
    wrong = {"place": PLACE, "sums": f"{'0' * 64}  x.zip"}
    refused = await handler.post("/archive/moved", wrong)
    assert refused.status == 400
    assert "不一致" in await refused.text()
    await handler.post("/archive/moved", {"place": PLACE, "sums": f"{package.sha256}  a.zip\n"})
    (package,) = (await filing.operations.filing(OWNER, calls.ListPackages())).moved
    assert (package.moved_to, package.moved_by) == (PLACE, "handler")
    assert (await filing.centre.county.flows.life(case)).status.state is State.ARCHIVED


async def test_one_proposes_a_purge_and_another_confirms(
    office: Office, filing: Filing, tmp_path: Path
) -> None:
    case, _ = await filing.filed(tmp_path)
    one, other = [await office.reader(role) for role in (StaffRole.SECURITY, StaffRole.SYSTEM)]
    auditor = await office.reader(StaffRole.AUDIT)
    assert case in await (await auditor.get("/archive")).text()
    before = "2030-01-01"
    early = await one.post("/archive/purge/look", {"before": before})
    assert early.status == 400
    filing.centre.clock.jump_wall(ms=366 * DAY_MS)
    doubt = await one.post("/archive/purge/look", {"before": before})
    assert doubt.status == 400  # nobody has confirmed the date
    office.centre.scene.authority.watch.confirm()
    plan = await filing.operations.plan(OWNER, calls.PlanPurge(before=_today(filing)))
    shown = await (await one.post("/archive/purge/look", {"before": plan.before})).text()
    assert "可以清除 1 件" in shown
    digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', shown)[0]
    gone = await one.post("/archive/purge", {"before": plan.before, "digest": digest})
    assert (gone.status, gone.headers["Location"]) == (303, "/proposals")
    waiting = await (await other.get("/proposals")).text()
    assert "1 件的个人信息" in waiting
    number = re.findall(r"/proposals/([0-9a-f]{24})/confirm", waiting)[0]
    assert (await one.post(f"/proposals/{number}/confirm", {})).status == 400
    assert (await filing.centre.cases())[0]["erased_ms"] is None
    assert (await other.post(f"/proposals/{number}/confirm", {})).status == 303
    assert (await filing.centre.cases())[0]["erased_ms"] is not None
    noted = [(actor, action) for actor, action, _ in office.noted()]
    assert ("security + system (web)", "purge") in noted


def _today(filing: Filing) -> str:
    today = local_time(filing.centre.clock.now_ms()).date()
    return (today - timedelta(days=365)).isoformat()


async def test_a_case_is_held_and_let_go(office: Office, filing: Filing, tmp_path: Path) -> None:
    case, _ = await filing.filed(tmp_path)
    handler = await office.reader(StaffRole.HANDLER)
    await handler.post(f"/archive/{case}/hold", {"why": "行政诉讼"})
    assert "行政诉讼" in await (await handler.get(f"/archive/{case}")).text()
    await handler.post(f"/archive/{case}/hold", {})
    (package,) = (await filing.operations.filing(OWNER, calls.ListPackages())).moved
    assert package.held_ms is None
